import { MalformedPolicyError } from './malformed-policy-error.ts';

/** A certificate's names, as AWS IoT calls them, and as Node.js does. */
export const DISTINGUISHED_NAMES = {
  DistinguishedNameQualifier: 'dnQualifier',
  Country: 'C',
  Organization: 'O',
  OrganizationalUnit: 'OU',
  State: 'ST',
  CommonName: 'CN',
  SerialNumber: 'serialNumber',
  Title: 'title',
  Surname: 'SN',
  GivenName: 'GN',
  Initials: 'initials',
  Pseudonym: 'pseudonym',
  GenerationQualifier: 'generationQualifier',
} as const;

/** A certificate's alternative names, as AWS IoT calls them, and as OpenSSL prints them. */
export const ALTERNATIVE_NAMES = {
  RFC822Name: 'email',
  DNSName: 'DNS',
  DirectoryName: 'DirName',
  UniformResourceIdentifier: 'URI',
  IPAddress: 'IP Address',
} as const;

const names = Object.keys(DISTINGUISHED_NAMES).join('|');
const alternativeNames = Object.keys(ALTERNATIVE_NAMES).join('|');
const known = new RegExp(
  `^iot:(?:${[
    'ClientId|CertificateId|DomainName|ConnectAttributes|LastWillTopic',
    'Connection\\.Thing\\.(?:ThingName|ThingTypeName|IsAttached|Attributes\\[[^\\]]+\\])',
    'Certificate\\.(?:SerialNumber|AvailableKeys)',
    `Certificate\\.(?:Subject|Issuer)\\.(?:${names}|AlternativeName\\.(?:${alternativeNames}))(?:\\.\\d+|\\.List)?`,
  ].join('|')})$`,
);

/**
 * Refuses keys in AWS IoT's namespace that the laptop does not know; those of other namespaces that are not here have
 * no value, as on AWS for a client with a certificate. Throws {@link MalformedPolicyError}.
 *
 * Source: AWS IoT developer guide, "Basic AWS IoT Core policy variables", "Thing policy variables", "X.509
 * certificate policy variables", "Connect policy examples".
 */
export function assertKnownKey(key: string): void {
  if (key.startsWith('iot:') && !known.test(key)) {
    throw new MalformedPolicyError(`${key} is no condition key of AWS IoT that the laptop knows.`);
  }
}
