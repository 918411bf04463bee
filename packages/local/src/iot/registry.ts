import { EventEmitter } from 'node:events';
import { invalidRequest } from './errors.ts';

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
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ThingPrincipal {
  readonly thingName: string;
  readonly thingPrincipalType: 'EXCLUSIVE_THING' | 'NON_EXCLUSIVE_THING';
}

export interface Policy {
  readonly policyName: string;
  readonly policyArn: string;
  /** JSON text. */
  readonly policyDocument: string;
}

/** What the parts of the registry tell each other, each after the change has been made. */
interface ChangeEvents {
  /** A thing's groups. */
  thing: [thingName: string];
  /** A certificate's own status, or the things that it is attached to. */
  certificate: [certificateId: string];
  /** The document of a policy. */
  policy: [policyName: string];
  /** The policies of a certificate or a thing group, by its ARN. */
  target: [targetArn: string];
}

export type Changes = EventEmitter<ChangeEvents>;

export function createChanges(): Changes {
  return new EventEmitter<ChangeEvents>();
}

/** As they stand in ARNs. */
type ResourceType = 'thing' | 'thinggroup' | 'cert' | 'policy';

/** Makes and reads the ARNs of one account and Region. */
export interface Arns {
  of(type: ResourceType, id: string): string;
  /** Throws `InvalidRequestException` for what is no ARN of AWS IoT, or one of another account or Region. */
  parse(arn: string): { readonly type: string; readonly id: string };
}

const ARN = /^arn:aws[a-z-]*:iot:(?<region>[^:]*):(?<accountId>[^:]*):(?<type>[a-z]+)\/(?<id>.+)$/;

/** `arn:aws:iot:{region}:{accountId}:{type}/{id}` */
export function createArns(region: string, accountId: string): Arns {
  return {
    of: (type, id) => `arn:aws:iot:${region}:${accountId}:${type}/${id}`,
    parse(arn) {
      const parts = ARN.exec(arn)?.groups;
      if (parts?.['region'] !== region || parts['accountId'] !== accountId) {
        throw invalidRequest(`${arn} is no ARN of AWS IoT in ${region} and the account ${accountId}.`);
      }
      return { type: parts['type'] ?? '', id: parts['id'] ?? '' };
    },
  };
}

/** What the next record of a collection is numbered by, which are in the order of their numbers. */
export function nextSequence(records: ReadonlyMap<string, { readonly sequence: number }>): number {
  return ([...records.values()].at(-1)?.sequence ?? -1) + 1;
}
