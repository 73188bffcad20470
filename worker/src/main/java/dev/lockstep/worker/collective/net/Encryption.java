package dev.lockstep.worker.collective.net;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;

/**
 * TLS 1.3 between the JVMs of an attempt: both ends show the attempt's certificate, and trust no
 * other.
 */
final class Encryption {
  private static final String PROTOCOL = "TLSv1.3";

  private final SslContext listener;
  private final SslContext caller;

  /**
   * Encryption with an identity.
   *
   * @throws IllegalArgumentException where the identity is none
   */
  Encryption(TlsIdentity identity) {
    try {
      X509Certificate certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(identity.certificate()));
      PrivateKey key =
          KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(identity.privateKey()));
      listener =
          SslContextBuilder.forServer(key, certificate)
              .trustManager(certificate)
              .clientAuth(ClientAuth.REQUIRE)
              .sslProvider(SslProvider.JDK)
              .protocols(PROTOCOL)
              .build();
      caller =
          SslContextBuilder.forClient()
              .keyManager(key, certificate)
              .trustManager(certificate)
              .sslProvider(SslProvider.JDK)
              .protocols(PROTOCOL)
              .build();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("Cannot use the certificate of the attempt", e);
    }
  }

  SslHandler listenerEnd(ByteBufAllocator memory) {
    return withTimeout(listener.newHandler(memory));
  }

  SslHandler callerEnd(ByteBufAllocator memory) {
    return withTimeout(caller.newHandler(memory));
  }

  private static SslHandler withTimeout(SslHandler handler) {
    handler.setHandshakeTimeoutMillis(Handshake.TIMEOUT.toMillis());
    return handler;
  }
}
