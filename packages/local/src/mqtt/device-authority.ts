import type { X509Certificate } from 'node:crypto';
import type { ConnectPacket } from 'aedes';
import type { Clock } from '../clock.ts';
import { type Authorize, compilePolicies, type PolicyAction } from '../iot/policy/authorize.ts';
import { certificateVariables } from '../iot/policy/certificate-variables.ts';
import { type PolicyDocument, parsePolicy } from '../iot/policy/parse-policy.ts';
import type { ValuesOf } from '../iot/policy/template.ts';
import type { RegistryReader, Thing, ThingPrincipal } from '../iot/registry.ts';
import type { Refusal } from './access.ts';

/** Who is at the other end of a TLS connection. */
interface TlsPeer {
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
function connectionVariables(connection: Connection): ValuesOf {
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

/** Where an authority looks, and what it makes ARNs of. */
export interface AuthoritySources {
  readonly registry: RegistryReader;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
}

/** What AWS IoT needs of a packet that connects or publishes. */
type Will = Pick<NonNullable<ConnectPacket['will']>, 'topic' | 'retain'>;

/**
 * What one connection may do, by its certificate and the policies that hold for it. Policies and variables are
 * prepared once a connection, and again when the registry has changed.
 */
export class DeviceAuthority {
  readonly certificateId: string;
  readonly #sources: AuthoritySources;
  readonly #peer: TlsPeer;
  readonly #arn: string;
  #clientId: string | undefined;
  #exclusiveThingName: string | undefined;
  #connectValues: ReadonlyMap<string, readonly string[]> = new Map();
  #authorize: Authorize | undefined;

  constructor(sources: AuthoritySources, peer: TlsPeer) {
    this.certificateId = peer.certificateId;
    this.#sources = sources;
    this.#peer = peer;
    this.#arn = `arn:aws:iot:${sources.region}:${sources.accountId}:`;
  }

  /**
   * Why the certificate authenticates nobody. Who has signed it does not matter: AWS IoT accepts a certificate that
   * was registered without its CA. Source: AWS IoT developer guide, "X.509 client certificates".
   */
  whyUnknown(): string | undefined {
    const { certificate } = this.#peer;
    const { status } = this.#sources.registry.findCertificate(this.certificateId) ?? {};
    if (status === undefined) return `the certificate ${this.certificateId} is not registered`;
    if (status !== 'ACTIVE') return `the certificate ${this.certificateId} is ${status}`;
    const now = this.#sources.clock.now();
    if (now < certificate.validFromDate.getTime()) return `${this.certificateId} is not valid yet`;
    return now > certificate.validToDate.getTime() ? `${this.certificateId} has expired` : undefined;
  }

  /**
   * A CONNECT, and its last will, which the client must be allowed to publish. Source: AWS IoT developer guide,
   * "Lifecycle events", connect attempt failure event.
   */
  refuseConnect({
    clientId,
    clean,
    will,
  }: Pick<ConnectPacket, 'clientId' | 'clean' | 'will'>): Refusal | undefined {
    this.#clientId = clientId;
    this.#exclusiveThingName = this.#things().find(isExclusive)?.thingName;
    this.#connectValues = new Map([
      [
        'iot:ConnectAttributes',
        [...(clean === false ? ['PersistentConnect'] : []), ...(will === undefined ? [] : ['LastWill'])],
      ],
      ['iot:LastWillTopic', will === undefined ? [] : [`${this.#arn}topic/${will.topic}`]],
    ]);
    this.reconsider();
    return this.refuseConnection() ?? (will === undefined ? undefined : this.refusePublish(will));
  }

  /** The connection as it is: whether its certificate is still active, and may still connect. */
  refuseConnection(): Refusal | undefined {
    const unknown = this.whyUnknown();
    if (unknown !== undefined) return { reason: 'AUTH_ERROR', message: unknown };
    if (this.#clientId === undefined) return undefined;
    return this.#refuse('iot:Connect', `client/${this.#clientId}`, this.#connectValues);
  }

  refusePublish({ topic, retain }: Will): Refusal | undefined {
    const resource = `topic/${topic}`;
    const refusal = this.#refuse('iot:Publish', resource);
    return refusal === undefined && retain === true ? this.#refuse('iot:RetainPublish', resource) : refusal;
  }

  refuseSubscribe(topicFilter: string): Refusal | undefined {
    return this.#refuse('iot:Subscribe', `topicfilter/${topicFilter}`);
  }

  /** Checked for each message. Source: AWS IoT developer guide, "AWS IoT Core policy actions", iot:Receive. */
  mayReceive(topic: string): boolean {
    return this.#refuse('iot:Receive', `topic/${topic}`) === undefined;
  }

  /** The registry has changed: the next request is decided afresh. */
  reconsider(): void {
    this.#authorize = undefined;
  }

  /** The thing that the certificate belonged to alone when it connected. */
  get exclusiveThingName(): string | undefined {
    return this.#exclusiveThingName;
  }

  #refuse(
    action: PolicyAction,
    resource: string,
    values?: ReadonlyMap<string, readonly string[]>,
  ): Refusal | undefined {
    this.#authorize ??= this.#prepare();
    const request = { action, resource: this.#arn + resource, values };
    const decision = this.#authorize(request);
    if (decision === 'ALLOWED') return undefined;
    const how = decision === 'EXPLICIT_DENY' ? 'deny it' : 'do not allow it';
    return { reason: 'AUTH_ERROR', message: `${action} on ${request.resource}: its policies ${how}` };
  }

  #prepare(): Authorize {
    const { registry } = this.#sources;
    const thingName = this.#thingName();
    const policies = registry.policiesOf(this.certificateId, thingName);
    return compilePolicies(
      policies.map(({ policyDocument }) => documentOf(policyDocument)),
      connectionVariables({
        ...this.#peer,
        clientId: this.#clientId ?? '',
        thing: thingName === undefined ? undefined : registry.findThing(thingName),
        clock: this.#sources.clock,
      }),
    );
  }

  /**
   * The thing of the connection: the one that the certificate is attached to exclusively, else the one that it is
   * attached to and that has the client id as its name. Source: AWS IoT developer guide, "Thing policy variables",
   * "Associating an AWS IoT thing to an MQTT client connection".
   */
  #thingName(): string | undefined {
    const things = this.#things();
    return (things.find(isExclusive) ?? things.find(({ thingName }) => thingName === this.#clientId))
      ?.thingName;
  }

  #things(): readonly ThingPrincipal[] {
    return this.#sources.registry.thingsOf(this.certificateId);
  }
}

function isExclusive({ thingPrincipalType }: ThingPrincipal): boolean {
  return thingPrincipalType === 'EXCLUSIVE_THING';
}

/** Many connections have the same policies. */
const documents = new Map<string, PolicyDocument>();
const MAX_DOCUMENTS = 1000;

function documentOf(text: string): PolicyDocument {
  const known = documents.get(text);
  if (known !== undefined) return known;
  if (documents.size >= MAX_DOCUMENTS) documents.clear();
  const document = parsePolicy(text);
  documents.set(text, document);
  return document;
}
