import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { certificateVariables } from '../../../src/iot/policy/certificate-variables.ts';

async function variablesOf(name: string): Promise<Map<string, readonly string[]>> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    serialNumber: '0a1b',
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'a.example' },
        { type: 'dns', value: 'b.example' },
        { type: 'ip', value: '192.0.2.1' },
        { type: 'email', value: 'me@example.com' },
        { type: 'url', value: 'https://example.com/a,b' },
      ]),
    ],
  });
  return certificateVariables(new X509Certificate(certificate.toString('pem')));
}

describe('X.509 certificate policy variables (developer guide)', () => {
  it('are the names of the subject and the issuer, the first of several by default', async () => {
    const variables = await variablesOf('CN=d1, O=Example Corp, OU=a, OU=b, C=DE');
    expect(Object.fromEntries(variables)).toMatchObject({
      'iot:Certificate.Subject.CommonName': ['d1'],
      'iot:Certificate.Subject.Organization': ['Example Corp'],
      'iot:Certificate.Subject.OrganizationalUnit': ['a'],
      'iot:Certificate.Subject.OrganizationalUnit.1': ['b'],
      'iot:Certificate.Subject.OrganizationalUnit.List': ['a', 'b'],
      'iot:Certificate.Issuer.CommonName': ['d1'],
      'iot:Certificate.Issuer.Country': ['DE'],
      'iot:Certificate.SerialNumber': ['0A1B'],
    });
    expect(variables.has('iot:Certificate.Subject.OrganizationalUnit.2')).toBe(false);
    expect(variables.has('iot:Certificate.Subject.State')).toBe(false);
  });

  it('are the alternative names of the subject', async () => {
    expect(Object.fromEntries(await variablesOf('CN=d1'))).toMatchObject({
      'iot:Certificate.Subject.AlternativeName.DNSName': ['a.example'],
      'iot:Certificate.Subject.AlternativeName.DNSName.List': ['a.example', 'b.example'],
      'iot:Certificate.Subject.AlternativeName.IPAddress': ['192.0.2.1'],
      'iot:Certificate.Subject.AlternativeName.RFC822Name': ['me@example.com'],
      'iot:Certificate.Subject.AlternativeName.UniformResourceIdentifier': ['https://example.com/a,b'],
    });
  });

  it('leave out values with wildcards, those too long, and those after the fifth', async () => {
    const variables = await variablesOf(
      `CN=d*, O=${'x'.repeat(1025)}, ${[1, 2, 3, 4, 5, 6].map((n) => `OU=u${n}`).join(', ')}`,
    );
    expect(variables.has('iot:Certificate.Subject.CommonName')).toBe(false);
    expect(variables.has('iot:Certificate.Subject.Organization')).toBe(false);
    expect(variables.get('iot:Certificate.Subject.OrganizationalUnit.List')).toEqual([
      'u1',
      'u2',
      'u3',
      'u4',
      'u5',
    ]);
  });

  it('name those that have a value', async () => {
    const keys = (await variablesOf('CN=d1')).get('iot:Certificate.AvailableKeys');
    expect(keys).toContain('iot:Certificate.Subject.CommonName');
    expect(keys).not.toContain('iot:Certificate.Subject.Country');
  });
});
