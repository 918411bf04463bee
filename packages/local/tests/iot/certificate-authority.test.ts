// What reads certificates and writes requests asks for it to be there first.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../src/iot/certificate-authority.ts';
import { openKeptAuthority } from '../../src/iot/identity.ts';

let authority: CertificateAuthority;

beforeAll(async () => {
  authority = await createCertificateAuthority();
});

async function createCsr(subject: string) {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const csr = await Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys,
    signingAlgorithm: algorithm,
  });
  return { csr, publicKey: Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey)) };
}

describe('a certificate authority', () => {
  it('is a root of its own', async () => {
    const root = new X509Certificate(authority.caPem);
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect((await createCertificateAuthority()).caPem).not.toBe(authority.caPem);
  });

  it('is the same again by its root and the key of that', async () => {
    const kept = openKeptAuthority(authority.root);
    expect(kept.caPem).toBe(authority.caPem);
    const root = new X509Certificate(authority.caPem);
    const { csr } = await createCsr('CN=lamp');
    const issued = [
      (await kept.issueServerCertificate(['localhost'])).certPem,
      (await kept.issueDeviceCertificate()).certificatePem,
      await kept.certify(csr.toString('pem')),
    ];
    for (const certPem of issued) {
      const certificate = new X509Certificate(certPem);
      expect(certificate.checkIssued(root)).toBe(true);
      expect(certificate.verify(root.publicKey)).toBe(true);
    }
    await expect(kept.certify('nothing')).rejects.toMatchObject({ name: 'InvalidCsrError' });
  });

  it('issues a certificate for names and addresses, which its root has signed', async () => {
    const { certPem, keyPem } = await authority.issueServerCertificate(['localhost', '127.0.0.1']);
    const certificate = new X509Certificate(certPem);
    expect(certificate.verify(new X509Certificate(authority.caPem).publicKey)).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(authority.caPem))).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    expect(certificate.checkHost('localhost')).toBe('localhost');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('example.com')).toBeUndefined();
    expect(certificate.ca).toBe(false);
  });

  it("issues a device's certificate with a key of its own", async () => {
    const { certificatePem, publicKeyPem, privateKeyPem } = await authority.issueDeviceCertificate();
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.checkIssued(new X509Certificate(authority.caPem))).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    expect(certificate.publicKey.equals(createPublicKey(publicKeyPem))).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(privateKeyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
    expect(certificate.subject).toBe('CN=AWS IoT Certificate');
    expect(certificate.validTo).toBe('Dec 31 23:59:59 2049 GMT');
  });

  it('certifies the key and the subject of a signing request', async () => {
    const { csr, publicKey } = await createCsr('CN=sensor-1');
    const certificate = new X509Certificate(await authority.certify(csr.toString('pem')));
    expect(certificate.subject).toBe('CN=sensor-1');
    expect(certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(publicKey)).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(authority.caPem))).toBe(true);
  });

  it('certifies nothing that is no signing request, or that was changed after it was signed', async () => {
    await expect(authority.certify('nothing')).rejects.toMatchObject({ name: 'InvalidCsrError' });
    const { csr } = await createCsr('CN=sensor-1');
    const der = Buffer.from(csr.rawData);
    der[der.indexOf('sensor-1')] = 'S'.charCodeAt(0);
    const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    await expect(authority.certify(changed)).rejects.toMatchObject({ name: 'InvalidCsrError' });
  });
});
