import 'reflect-metadata';
import { KeyObject, webcrypto } from 'node:crypto';
import { createCertificateAuthority } from '@device-lifecycle/local/iot/certificate-authority.ts';
import type { EndpointCertificate } from '@device-lifecycle/local/mqtt/listener.ts';
import { X509CertificateGenerator } from '@peculiar/x509';
import { certificateIdOf } from './fake-registry.ts';

/** A certificate, and what a client needs to show it. */
export interface TestCertificate {
  readonly certificateId: string;
  readonly cert: string;
  readonly key: string;
}

/** Where the tests' root and the endpoint's certificate come from: they are made once for a file. */
const authority = createCertificateAuthority();

export async function caPem(): Promise<string> {
  return (await authority).caPem;
}

export async function endpointCertificate(): Promise<EndpointCertificate> {
  return (await authority).issueServerCertificate(['localhost', '127.0.0.1']);
}

/** A certificate of a CA that nobody knows: its own. */
export async function selfSigned(
  name = 'CN=device',
  validity: { readonly notBefore?: Date; readonly notAfter?: Date } = {},
): Promise<TestCertificate> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    ...validity,
  });
  const cert = certificate.toString('pem');
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString();
  return { certificateId: certificateIdOf(cert), cert, key };
}

/** A certificate of the endpoint's own CA, as CreateKeysAndCertificate makes it. */
export async function issued(): Promise<TestCertificate> {
  const { certificatePem: cert, privateKeyPem: key } = await (await authority).issueDeviceCertificate();
  return { certificateId: certificateIdOf(cert), cert, key };
}
