/** What the broker has to know of the registry: who a client is, and what it may do. */
export interface RegistryReader {
  findCertificate(certificateId: string): Certificate | undefined;
  findThing(thingName: string): Thing | undefined;
  /** The things that a certificate is attached to. */
  thingsOf(certificateId: string): readonly ThingPrincipal[];
  /** The policies that hold for a certificate: its own, and those of the thing's groups. */
  policiesOf(certificateId: string, thingName?: string): readonly Policy[];
  /** Calls the listener whenever a certificate's status, policies or things have changed. */
  onChange(listener: (certificateId: string) => void): void;
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html */
export type CertificateStatus =
  | 'ACTIVE'
  | 'INACTIVE'
  | 'REVOKED'
  | 'PENDING_TRANSFER'
  | 'REGISTER_INACTIVE'
  | 'PENDING_ACTIVATION';

export interface Certificate {
  /** SHA-256 of the certificate's DER, in hexadecimal. */
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly certificatePem: string;
  readonly status: CertificateStatus;
}

export interface Thing {
  readonly thingName: string;
  readonly thingTypeName?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ThingPrincipal {
  readonly thingName: string;
  readonly thingPrincipalType: 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';
}

export interface Policy {
  readonly policyName: string;
  readonly policyArn: string;
  /** JSON text of the default version. */
  readonly policyDocument: string;
}
