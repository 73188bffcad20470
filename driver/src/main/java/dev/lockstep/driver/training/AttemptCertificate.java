package dev.lockstep.driver.training;

import dev.lockstep.worker.collective.net.TlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificate that the JVMs of one attempt show each other. */
final class AttemptCertificate {
  private static final X500Name NAME = new X500Name("CN=lockstep");

  /** Nobody checks the dates but TLS itself; clocks of hosts differ. */
  private static final Duration VALID = Duration.ofDays(3650);

  private AttemptCertificate() {}

  /** A new key on the curve P-256 with a certificate signed by itself. */
  static TlsIdentity create() {
    try {
      SecureRandom random = new SecureRandom();
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      KeyPair pair = generator.generateKeyPair();
      Instant now = Instant.now();
      byte[] certificate =
          new JcaX509v3CertificateBuilder(
                  NAME,
                  new BigInteger(64, random).add(BigInteger.ONE),
                  Date.from(now.minus(VALID)),
                  Date.from(now.plus(VALID)),
                  NAME,
                  pair.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
              .getEncoded();
      return new TlsIdentity(certificate, pair.getPrivate().getEncoded());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("Cannot make a certificate", e);
    }
  }
}
