import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { certificateVariables } from '../iot/policy/certificate-variables.ts';
import type { ValuesOf } from '../iot/policy/template.ts';
import type { Thing } from '../iot/registry.ts';

/** Who is at the other end of a TLS connection. */
export interface TlsPeer {
  readonly certificate: X509Certificate;
  /** SHA-256 of the certificate's DER, in hexadecimal. */
  readonly certificateId: string;
  readonly sourceIp?: string;
  /** The host that the client asked for (SNI). */
  readonly domainName?: string;
}

interface Connection extends TlsPeer {
  readonly clientId: string;
  /** The thing of the connection, where it has one. */
  readonly thing: Thing | undefined;
  readonly clock: Clock;
}

/**
 * The policy variables of a connection. Source: AWS IoT developer guide, "Basic AWS IoT Core policy variables",
 * "Thing policy variables"; IAM user guide, "AWS global condition context keys".
 */
export function connectionVariables(connection: Connection): ValuesOf {
  const { certificate, clientId, certificateId, domainName, sourceIp, thing, clock } = connection;
  const values = new Map<string, readonly string[]>();
  const set = (key: string, value: string | undefined) => {
    if (value !== undefined) values.set(key, [value]);
  };
  set('iot:ClientId', clientId);
  set('iot:CertificateId', certificateId);
  set('iot:DomainName', domainName);
  set('aws:SourceIp', sourceIp);
  set('aws:SecureTransport', 'true');
  set('iot:Connection.Thing.IsAttached', String(thing !== undefined));
  set('iot:Connection.Thing.ThingName', thing?.thingName);
  for (const [name, value] of Object.entries(thing?.attributes ?? {})) {
    set(`iot:Connection.Thing.Attributes[${name}]`, value);
  }
  // Few policies ask for them, and to read them takes most of what a connection takes here.
  let ofCertificate: ReadonlyMap<string, readonly string[]> | undefined;
  return (key) => {
    if (key.startsWith('iot:Certificate.')) {
      ofCertificate ??= certificateVariables(certificate);
      return ofCertificate.get(key) ?? [];
    }
    return timeOf(key, clock) ?? values.get(key) ?? [];
  };
}

function timeOf(key: string, clock: Clock): readonly string[] | undefined {
  if (key === 'aws:CurrentTime') return [new Date(clock.now()).toISOString()];
  return key === 'aws:EpochTime' ? [String(Math.floor(clock.now() / 1000))] : undefined;
}
