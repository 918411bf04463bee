import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type IotLog, silentIotLog } from '../iot-log.ts';
import type { Refusal } from './access.ts';
import { BrokerLog } from './broker-log.ts';
import { type ConnectionRecord, ConnectionRecords } from './connection-records.ts';
import { Connections } from './connections.ts';
import type { AuthoritySources } from './device-authority.ts';
import { type DirectMessage, DirectMessages } from './direct-messages.ts';
import { type EndOptions, endConnection } from './end-connection.ts';
import { Gate, ownPayload } from './gate.ts';
import { Guard } from './guard.ts';
import { Intake, type TopicService } from './intake.ts';
import { AWS_KEEP_ALIVE, type KeepAliveRange } from './keep-alive.ts';
import { type EndpointCertificate, Listener } from './listener.ts';
import { Persistence } from './persistence.ts';
import { Presence } from './presence.ts';
import { Refusals } from './refusals.ts';
import { RetainedMessages } from './retained-messages.ts';
import { type SessionSubscription, Sessions } from './sessions.ts';
import { isShared } from './shared-subscription.ts';
import { type ClientPacket, subscriptionsOf } from './subscription-limits.ts';
import { TopicBus } from './topic-bus.ts';
import { watchClients } from './watch-clients.ts';

/** How long closing waits for messages that are being handled. */
const CLOSE_GRACE_MS = 500;

/** Clients connect over mutual TLS, and policies are enforced by what the registry says. */
export interface BrokerOptions extends AuthoritySources {
  /** 0 for any free one. */
  readonly port: number;
  readonly host?: string;
  readonly log: RuntimeLog;
  readonly certificate: EndpointCertificate;
  /** AWS IoT's own log; none by default. */
  readonly iotLog?: IotLog;
  /** Keeps retained messages and persistent sessions; in memory by default. */
  readonly collections?: Collections;
  /** AWS IoT's by default. */
  readonly keepAlive?: KeepAliveRange;
  /** Takes every message that is published, presence events among them, before it is acknowledged or delivered. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
}

/** aedes' parser, which its types do not tell of. */
interface Parsing {
  readonly _parser: { prependListener(event: 'packet', listener: (packet: ClientPacket) => void): void };
}

/** How aedes has messages delivered; of the client that publishes its types do not tell. */
interface Deliverer {
  publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void;
}

type Done = (error?: Error) => void;

/** What aedes numbers messages by, so that a client with several subscriptions gets each once. */
interface Numbering {
  counter: number;
}

function nextNumber(aedes: Numbering): number {
  aedes.counter += 1;
  return aedes.counter;
}

/** What became of a message for one client. */
export type DirectDelivery = 'SENT' | 'NOT_CONNECTED' | 'FORBIDDEN' | 'UNCONFIRMED';

/** The broker of `startBroker`: what aedes leaves open, decided as AWS IoT does. */
export class AwsBroker {
  readonly retained: RetainedMessages;
  readonly #aedes: Aedes;
  readonly #options: BrokerOptions;
  readonly #guard: Guard;
  readonly #connections: Connections;
  readonly #records: ConnectionRecords;
  readonly #sessions: Sessions;
  readonly #direct = new DirectMessages();
  readonly #bus = new TopicBus();
  readonly #refusals: Refusals;
  readonly #gate: Gate;
  readonly #listener: Listener;
  readonly #clients = new WeakMap<TLSSocket, Client>();
  readonly #intake: Intake;
  #isClosing = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    const { clock, log, collections = memoryCollections, keepAlive = AWS_KEEP_ALIVE } = options;
    this.retained = new RetainedMessages(clock, collections);
    const hasMembers = (filter: string) => this.#bus.hasMembers(filter);
    this.#sessions = new Sessions({ clock, collections, hasMembers });
    this.#records = new ConnectionRecords(clock);
    this.#intake = new Intake({
      onPublish: options.onPublish,
      deposit: (message, retain) => this.#deposit(message, retain),
      committed: () => collections.committed(),
      onAnswerFailed: ({ topic }, error) => this.#complain(topic, error),
    });
    this.#guard = new Guard(options, (socket, refusal) => this.#cutOff(socket, refusal));
    const peerOf = (client: Client) => this.#guard.peerOf(client);
    const brokerLog = new BrokerLog(options.iotLog ?? silentIotLog, peerOf);
    this.#connections = new Connections(new Presence(clock), peerOf, (event) => this.#announce(event));
    this.#refusals = new Refusals(log, brokerLog, this.#connections);
    this.#gate = new Gate({
      guard: this.#guard,
      connections: this.#connections,
      records: this.#records,
      sessions: this.#sessions,
      direct: this.#direct,
      intake: this.#intake,
      brokerLog,
      refusals: this.#refusals,
      keepAlive,
      log,
    });
    this.#aedes = this.#createAedes();
    this.#watch(brokerLog);
    this.#listener = new Listener({
      log,
      certificate: options.certificate,
      authenticate: (socket) => this.#guard.authenticate(socket),
      accept: (socket) => this.#accept(socket),
    });
  }

  async listen(host: string, port: number): Promise<void> {
    await this.#aedes.listen();
    await this.#listener.listen(host, port);
  }

  get port(): number {
    return this.#listener.port;
  }

  serve(service: TopicService): void {
    this.#intake.serve(service);
  }

  async publish({ topic, qos, ...message }: MqttMessage, retain: boolean): Promise<void> {
    if (this.#isClosing) throw new Error('the broker is closing');
    const payload = ownPayload(message.payload);
    await this.#intake.take({ topic, payload, qos }, retain);
    await new Promise<void>((resolve, reject) => {
      this.#aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  async sendDirectly(clientId: string, message: DirectMessage): Promise<DirectDelivery> {
    const client = this.#connections.find(clientId);
    if (client === undefined) return 'NOT_CONNECTED';
    if (!this.#guard.mayReceive(client, message.topic)) return 'FORBIDDEN';
    return (await this.#direct.send(client, message)) ? 'SENT' : 'UNCONFIRMED';
  }

  async disconnect(clientId: string, options: EndOptions): Promise<boolean> {
    const client = this.#connections.find(clientId);
    const hasSession = this.hasSession(clientId);
    if (client !== undefined) {
      this.#connections.endsBecause(client, 'API_INITIATED_DISCONNECT');
      await endConnection(client, options);
    }
    if (options.cleanSession) this.#sessions.end(clientId);
    return client !== undefined || hasSession;
  }

  connection(clientId: string): ConnectionRecord | undefined {
    return this.#records.find(clientId);
  }

  hasSession(clientId: string): boolean {
    return this.#sessions.subscriptionsOf(clientId) !== undefined;
  }

  subscriptions(clientId: string): readonly SessionSubscription[] | undefined {
    const client = this.#connections.find(clientId);
    if (client === undefined) return this.#sessions.subscriptionsOf(clientId);
    return Object.entries(subscriptionsOf(client)).map(([topic, { qos }]) => ({
      topic,
      qos: qos === 1 ? 1 : 0,
    }));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#gate.close();
    const settled = Promise.race([this.#intake.settled(), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    await this.#listener.close(settled);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  #createAedes(): Aedes {
    const gate = this.#gate;
    const aedes = new Aedes({
      mq: this.#bus,
      persistence: new Persistence(this.#sessions, this.retained, (payload) => !this.#direct.has(payload)),
      preConnect: (client, packet, done) => gate.preConnect(client, packet, done),
      authenticate: (client, _username, _password, done) => {
        this.#connections.evict(client);
        done(null, true);
      },
      authorizePublish: (client, packet, done) => gate.authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => gate.authorizeSubscribe(client, subscription, done),
      authorizeForward: (client, packet) => gate.authorizeForward(client, packet),
    });
    // What aedes keeps of a message is kept before that; what is left is to bring it to those who are connected.
    (aedes as Deliverer).publish = (packet, client, done) =>
      this.#deliver(packet, typeof client === 'function' ? client : done);
    return aedes;
  }

  #deliver({ topic, payload, qos, retain }: PublishPacket, done?: Done): void {
    const { id: brokerId } = this.#aedes;
    const brokerCounter = nextNumber(this.#aedes as Aedes & Numbering);
    this.#bus.emit(
      { cmd: 'publish', topic, payload, qos, retain, dup: false, brokerId, brokerCounter },
      done,
    );
  }

  #watch(brokerLog: BrokerLog): void {
    watchClients(this.#aedes, {
      brokerLog,
      connections: this.#connections,
      onOpened: (client) => {
        this.#records.opened(client, this.#guard.peerOf(client));
        if (!client.clean) this.#sessions.opened(client.id);
      },
      onReady: (client) => this.#deliverRest(client),
      onClosed: (client, reason) => {
        this.#records.closed(client.id, reason);
        if (!client.clean) this.#sessions.closed(client.id);
      },
      onSubscribed: (filters) => this.#deliverShared(filters),
      onNoConnect: (error) => this.#refuseConnection(error),
    });
    this.#aedes.on('ack', ({ messageId }, client) => {
      if (messageId !== undefined) this.#direct.acknowledged(client, messageId);
    });
  }

  #accept(socket: TLSSocket): void {
    const client = this.#aedes.handle(socket);
    this.#clients.set(socket, client);
    const { _parser: parser } = client as Client & Parsing;
    parser.prependListener('packet', (packet) => this.#gate.check(client, packet));
  }

  /** Keeps what has to be there later: the retained message, and what sessions have not got yet. */
  #deposit(message: MqttMessage, retain: boolean): boolean {
    if (message.topic.startsWith('$aws/rules/')) return false;
    if (retain) this.retained.store(message);
    const isQueued = message.qos === 1 && this.#sessions.enqueue(message);
    return retain || isQueued;
  }

  /** What has come in the moment when aedes had just sent all that had waited. */
  #deliverRest(client: Client): void {
    if (client.clean) return;
    for (const { topic, payload } of this.#sessions.waiting(client.id)) {
      client.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => undefined);
    }
  }

  /** Somebody listens to shared subscriptions: what has waited there goes out. */
  #deliverShared(filters: readonly string[]): void {
    for (const filter of filters.filter(isShared)) {
      for (const { topic, payload } of this.#sessions.takeShared(filter)) {
        this.#bus.emitTo(filter, {
          cmd: 'publish',
          topic,
          payload,
          qos: 1,
          retain: false,
          dup: false,
          brokerId: '',
          brokerCounter: 0,
        });
      }
    }
  }

  /** A client that has spoken no proper CONNECT. */
  #refuseConnection(error: Error): void {
    if (this.#isClosing) return;
    this.#options.log.warn(`An MQTT connection was refused: ${error.message}; connect with MQTT 3.1.1`);
  }

  /** The registry does not allow a connection any longer. */
  #cutOff(socket: TLSSocket, refusal: Refusal): void {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    this.#refusals.disconnect(client, refusal);
    client.close();
  }

  async #announce({ topic, payload }: { topic: string; payload: Buffer }): Promise<void> {
    // The sessions end with the runtime; nobody is there any more to be told.
    if (this.#isClosing) return;
    try {
      await this.publish({ topic, payload, qos: 1 }, false);
    } catch (error) {
      this.#complain(topic, error as Error);
    }
  }

  #complain(topic: string, { message }: Error): void {
    if (this.#isClosing) return;
    this.#options.log.error(`A message on ${topic} could not be published: ${message}`);
  }
}
