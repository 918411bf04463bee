// The library under @peculiar/x509 asks for it to be there first.
import 'reflect-metadata';
import { createPrivateKey, generateKeyPair, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { InvalidCsrError } from './errors.ts';

/** A certificate and its private key. */
export interface ServerCertificate {
  readonly certPem: string;
  /** PKCS #8 */
  readonly keyPem: string;
}

/** What CreateKeysAndCertificate gives. */
export interface DeviceCertificate {
  readonly certificatePem: string;
  /** SubjectPublicKeyInfo */
  readonly publicKeyPem: string;
  /** PKCS #1, as AWS IoT gives it. */
  readonly privateKeyPem: string;
}

/** Issues certificates in the place of AWS IoT: for its own endpoint, and for devices. */
export interface CertificateAuthority {
  /** The root that clients trust, as they trust Amazon's. */
  readonly caPem: string;
  /** The root and its key: what makes this authority again. */
  readonly root: ServerCertificate;
  /** A certificate for the endpoint, made out to host names and IP addresses. */
  issueServerCertificate(hosts: readonly string[]): Promise<ServerCertificate>;
  /** A certificate over a new RSA key of 2048 bits. */
  issueDeviceCertificate(): Promise<DeviceCertificate>;
  /**
   * A certificate (PEM) over the key and the subject of a certificate signing request (PEM, PKCS #10).
   * Throws `InvalidCsrError`.
   */
  certify(csrPem: string): Promise<string>;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Those of certificates that AWS IoT issues. */
const DEVICE_SUBJECT = 'CN=AWS IoT Certificate';
const CA_SUBJECT = 'OU=Amazon Web Services, O=Amazon.com Inc., L=Seattle, ST=Washington, C=US, CN=Laptop CA';
const NOT_AFTER = new Date('2049-12-31T23:59:59Z');
/** Clocks of clients may go a little slow. */
const BACKDATED_MS = 60_000;
const SERIAL_NUMBER_BYTES = 16;

const createKeyPair = promisify(generateKeyPair);

interface Root {
  readonly certificate: X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
}

async function createRoot(): Promise<Root> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serialNumber(),
    name: CA_SUBJECT,
    keys,
    signingAlgorithm: ECDSA,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, signingKey: keys.privateKey };
}

async function readRoot({ certPem, keyPem }: ServerCertificate): Promise<Root> {
  const key = createPrivateKey(keyPem).export({ type: 'pkcs8', format: 'der' });
  return {
    certificate: new X509Certificate(certPem),
    signingKey: await webcrypto.subtle.importKey('pkcs8', key, ECDSA, true, ['sign']),
  };
}

function pemOf({ certificate, signingKey }: Root): ServerCertificate {
  return {
    certPem: pemText(certificate.toString('pem')),
    keyPem: KeyObject.from(signingKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** An authority with the root that is given, or a new root with a key of its own. */
export async function createCertificateAuthority(kept?: ServerCertificate): Promise<CertificateAuthority> {
  const root = kept === undefined ? await createRoot() : await readRoot(kept);
  const { certificate: rootCertificate, signingKey } = root;
  const rootPem = pemOf(root);

  async function issue(subject: string, key: PublicKey, extensions: readonly Extension[]): Promise<string> {
    const certificate = await X509CertificateGenerator.create({
      ...validity(),
      serialNumber: serialNumber(),
      subject,
      issuer: rootCertificate.subject,
      publicKey: key,
      signingKey,
      signingAlgorithm: ECDSA,
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        await SubjectKeyIdentifierExtension.create(key),
        await AuthorityKeyIdentifierExtension.create(rootCertificate),
        ...extensions,
      ],
    });
    return pemText(certificate.toString('pem'));
  }

  return {
    caPem: rootPem.certPem,
    root: rootPem,
    async issueServerCertificate(hosts) {
      const { publicKey, privateKey } = await createKeyPair('ec', { namedCurve: 'P-256' });
      const names = hosts.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }) as const);
      const certPem = await issue(`CN=${hosts[0] ?? 'localhost'}`, publicKeyOf(publicKey), [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        new SubjectAlternativeNameExtension(names),
      ]);
      return { certPem, keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
    },
    async issueDeviceCertificate() {
      const { publicKey, privateKey } = await createKeyPair('rsa', { modulusLength: 2048 });
      return {
        certificatePem: await issue(DEVICE_SUBJECT, publicKeyOf(publicKey), []),
        publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        privateKeyPem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      };
    },
    async certify(csrPem) {
      const request = await readCsr(csrPem);
      return issue(request.subject, request.publicKey, []);
    },
  };
}

async function readCsr(csrPem: string): Promise<Pkcs10CertificateRequest> {
  let request: Pkcs10CertificateRequest;
  let isSigned: boolean;
  try {
    request = new Pkcs10CertificateRequest(csrPem);
    isSigned = await request.verify();
  } catch (cause) {
    throw new InvalidCsrError('The text is no certificate signing request in PEM (PKCS #10).', { cause });
  }
  if (!isSigned) throw new InvalidCsrError('The certificate signing request is not signed with its own key.');
  return request;
}

function publicKeyOf(key: KeyObject): PublicKey {
  return new PublicKey(key.export({ type: 'spki', format: 'der' }));
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Date.now() - BACKDATED_MS), notAfter: NOT_AFTER };
}

/** Positive, and without a zero in front. RFC 5280, 4.1.2.2 */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_NUMBER_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

/** Ends with a newline, as files do. */
function pemText(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`;
}
