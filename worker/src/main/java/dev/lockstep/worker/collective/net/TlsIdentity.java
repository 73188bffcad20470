package dev.lockstep.worker.collective.net;

import java.io.Serializable;

/**
 * The certificate and private key with which all JVMs of one attempt show each other that they
 * belong to it, where connections are encrypted. Made on the driver for each attempt.
 */
public final class TlsIdentity implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] certificate;
  private final byte[] privateKey;

  /**
   * An identity of its parts.
   *
   * @param certificate X.509, DER
   * @param privateKey PKCS #8, DER, not encrypted
   */
  public TlsIdentity(byte[] certificate, byte[] privateKey) {
    this.certificate = certificate.clone();
    this.privateKey = privateKey.clone();
  }

  byte[] certificate() {
    return certificate.clone();
  }

  byte[] privateKey() {
    return privateKey.clone();
  }

  @Override
  public String toString() {
    return "TlsIdentity[hidden]";
  }
}
