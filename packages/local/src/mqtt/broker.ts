import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { Aedes, AedesPublishPacket, Client } from 'aedes';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { type IotLog, silentIotLog } from '../iot/iot-log.ts';
import type { Refusal } from './access.ts';
import { Backlog } from './backlog.ts';
import { BrokerLog, Refusals } from './broker-log.ts';
import {
  AWS_KEEP_ALIVE,
  Connections,
  type EndOptions,
  endConnection,
  type KeepAliveRange,
} from './connections.ts';
import { checkPackets, createAedes, TopicBus, watchClients } from './create-aedes.ts';
import type { AuthoritySources } from './device-authority.ts';
import { Gate, ownPayload } from './gate.ts';
import { Guard } from './guard.ts';
import { Intake, type TopicService } from './intake.ts';
import { type EndpointCertificate, Listener } from './listener.ts';
import { Outbox, RESEND_MS } from './outbox.ts';
import { Persistence, RetainedMessages } from './persistence.ts';
import { Presence } from './presence.ts';
import { Sessions } from './sessions.ts';

/** How long closing waits for messages that are being handled. */
const CLOSE_GRACE_MS = 500;

/** The broker of `startBroker`: what aedes leaves open, decided as AWS IoT does. */
class AwsBroker {
  readonly #aedes: Aedes;
  readonly #options: BrokerOptions;
  readonly #guard: Guard;
  readonly #connections: Connections;
  readonly #sessions: Sessions;
  readonly #outbox: Outbox;
  readonly #backlog: Backlog;
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
    const retained = new RetainedMessages(collections);
    this.#sessions = new Sessions({ clock, collections });
    this.#outbox = new Outbox({
      clock,
      resendMs: options.resendMs ?? RESEND_MS,
      queue: (client, packet) => this.#queue(client, packet),
      onRoom: (client) => this.#backlog.deliverTo(client),
      onGivenUp: ({ id }, payload) => this.#sessions.drop(id, payload),
    });
    this.#backlog = new Backlog({
      sessions: this.#sessions,
      retained,
      outbox: this.#outbox,
    });
    this.#intake = new Intake({
      onPublish: options.onPublish,
      deposit: (message, retain) => this.#backlog.deposit(message, retain),
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
      sessions: this.#sessions,
      outbox: this.#outbox,
      intake: this.#intake,
      brokerLog,
      refusals: this.#refusals,
      keepAlive,
      log,
    });
    this.#aedes = createAedes({
      gate: this.#gate,
      connections: this.#connections,
      bus: this.#bus,
      persistence: new Persistence({
        sessions: this.#sessions,
        retained,
        isFull: (client) => this.#outbox.isFull(client),
      }),
    });
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
    // Not waited for: a subscriber that reads nothing holds nobody up.
    this.#aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, () => undefined);
  }

  async disconnect(clientId: string, options: EndOptions): Promise<boolean> {
    const client = this.#connections.find(clientId);
    const hasSession = this.#sessions.subscriptionsOf(clientId) !== undefined;
    if (client !== undefined) {
      this.#connections.endsBecause(client, 'API_INITIATED_DISCONNECT');
      await endConnection(client, options);
    }
    if (options.cleanSession) this.#sessions.end(clientId);
    return client !== undefined || hasSession;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#gate.close();
    const settled = Promise.race([this.#intake.settled(), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    await this.#listener.close(settled);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  #watch(brokerLog: BrokerLog): void {
    watchClients(this.#aedes, {
      brokerLog,
      connections: this.#connections,
      onOpened: (client) => {
        if (!client.clean) this.#sessions.opened(client.id);
      },
      onReady: (client) => this.#backlog.deliverTo(client),
      onClosed: (client) => {
        if (!client.clean) this.#sessions.closed(client.id);
      },
      onNoConnect: (error) => this.#refuseConnection(error),
    });
    this.#aedes.on('ack', ({ messageId }, client) => {
      if (messageId === undefined) return;
      this.#outbox.acknowledged(client, messageId);
    });
  }

  #accept(socket: TLSSocket): void {
    const client = this.#aedes.handle(socket);
    this.#clients.set(socket, client);
    this.#outbox.attach(client);
    checkPackets(client, this.#gate);
  }

  /** Not what is marked as retained. */
  #queue({ id, clean }: Client, { topic, payload, retain }: AedesPublishPacket): boolean {
    const own = payload as Buffer;
    return !clean && !retain && this.#sessions.queue(id, { topic, payload: own });
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

export interface Broker {
  readonly host: string;
  readonly port: number;
  /**
   * Publishes for the data plane: to `onPublish`, then to the subscribers, whom it does not wait for. Rejects with what
   * `onPublish` threw.
   */
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain?: boolean): Promise<void>;
  /** Ends a client's connection for the data plane. Resolves to false where there is neither one nor a session. */
  disconnect(clientId: string, options: EndOptions): Promise<boolean>;
  /** Has a service answer what is published on its reserved topics. */
  serve(service: TopicService): void;
  /** Ends every connection, within a second. What is published from then on is neither taken nor acknowledged. */
  close(): Promise<void>;
}

/**
 * Starts a broker that keeps AWS IoT Core's rules and limits, with MQTT 3.1.1. Throws `PortInUseError`. With
 * `collections` that are kept, so are retained messages and persistent sessions with their messages, before a message
 * is acknowledged.
 *
 * A message with QoS 1 is acknowledged once `onPublish` has taken it; when it can't, the connection is closed
 * without a PUBACK, and the client sends again. Source: AWS IoT developer guide, "MQTT".
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port, host = '127.0.0.1' } = options;
  const broker = new AwsBroker(options);
  try {
    await broker.listen(host, port);
  } catch (error) {
    await broker.close();
    throw error;
  }
  return {
    host,
    port: broker.port,
    serve: (service) => broker.serve(service),
    publish: (topic, payload, qos, retain = false) => broker.publish({ topic, payload, qos }, retain),
    disconnect: (clientId, end) => broker.disconnect(clientId, end),
    close: () => broker.close(),
  };
}

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
  /** Milliseconds until a QoS 1 message that a client does not acknowledge is sent again. */
  readonly resendMs?: number;
  /** Takes every message that is published, presence events among them, before it is acknowledged or delivered. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
}
