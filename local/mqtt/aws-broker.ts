import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { Aedes, type Client, type ConnectPacket, type PublishPacket, type Subscription } from 'aedes';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type IotLog, type IotLogEntry, silentIotLog } from '../iot-log.ts';
import type { Refusal } from './access.ts';
import { BrokerLog } from './broker-log.ts';
import { Connections } from './connections.ts';
import { isDelivered } from './delivery.ts';
import type { AuthoritySources } from './device-authority.ts';
import { type EndOptions, endConnection } from './end-connection.ts';
import { Guard } from './guard.ts';
import { Intake } from './intake.ts';
import { type EndpointCertificate, Listener } from './listener.ts';
import { Presence } from './presence.ts';
import { watchClients } from './watch-clients.ts';

/** AWS IoT's default, for clients that ask for none, and its longest. */
const MAX_KEEP_ALIVE_SECONDS = 1200;
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
  /** Takes every message that is published, presence events among them, before it is acknowledged or delivered. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
}

/** The broker of `startBroker`: what aedes leaves open, decided as AWS IoT does. */
export class AwsBroker {
  readonly #aedes: Aedes;
  readonly #options: BrokerOptions;
  readonly #guard: Guard;
  readonly #connections: Connections;
  readonly #brokerLog: BrokerLog;
  readonly #listener: Listener;
  readonly #clients = new WeakMap<TLSSocket, Client>();
  readonly #intake: Intake;
  #isClosing = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#intake = new Intake(options.onPublish);
    this.#guard = new Guard(options, (socket, refusal) => this.#cutOff(socket, refusal));
    const peerOf = (client: Client) => this.#guard.peerOf(client);
    this.#brokerLog = new BrokerLog(options.iotLog ?? silentIotLog, peerOf);
    this.#connections = new Connections(new Presence(options.clock), peerOf, (event) =>
      this.#announce(event),
    );
    this.#aedes = new Aedes({
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, _username, _password, done) => {
        this.#connections.evict(client);
        done(null, true);
      },
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) =>
        this.#authorizeSubscribe(client, subscription, done),
      authorizeForward: (client, packet) => {
        if (!isDelivered(client, packet) || !this.#guard.mayReceive(client, packet.topic)) return null;
        this.#brokerLog.succeeded('Publish-Out', client, { topicName: packet.topic });
        return packet;
      },
    });
    watchClients(this.#aedes, {
      brokerLog: this.#brokerLog,
      connections: this.#connections,
      onNoConnect: (error) => this.#refuseConnection(error),
    });
    this.#listener = new Listener({
      log: options.log,
      certificate: options.certificate,
      authenticate: (socket) => this.#guard.authenticate(socket),
      accept: (socket) => this.#clients.set(socket, this.#aedes.handle(socket)),
    });
  }

  async listen(host: string, port: number): Promise<void> {
    await this.#aedes.listen();
    await this.#listener.listen(host, port);
  }

  get port(): number {
    return this.#listener.port;
  }

  async publish(message: MqttMessage, retain: boolean): Promise<void> {
    if (this.#isClosing) throw new Error('the broker is closing');
    await this.#intake.take(message);
    const { topic, payload, qos } = message;
    await new Promise<void>((resolve, reject) => {
      this.#aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  async disconnect(clientId: string, options: EndOptions): Promise<boolean> {
    const client = this.#connections.find(clientId);
    if (client === undefined) return false;
    this.#connections.endsBecause(client, 'API_INITIATED_DISCONNECT');
    await endConnection(this.#aedes, client, options);
    return true;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const settled = Promise.race([this.#intake.settled(), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    await this.#listener.close(settled);
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
  }

  /** A client that has spoken no proper CONNECT. */
  #refuseConnection(error: Error): void {
    if (this.#isClosing) return;
    this.#options.log.warn(`An MQTT connection was refused: ${error.message}; connect with MQTT 3.1.1`);
  }

  #preConnect(client: Client, packet: ConnectPacket, done: (error: Error | null, ok: boolean) => void): void {
    if (
      packet.keepalive === 0 ||
      packet.keepalive === undefined ||
      packet.keepalive > MAX_KEEP_ALIVE_SECONDS
    ) {
      packet.keepalive = MAX_KEEP_ALIVE_SECONDS;
    }
    // A client without an id gets one for this connection, which can't have a session. [MQTT-3.1.3-6], -7
    if (packet.clientId === '' && packet.clean === true) packet.clientId = randomUUID();
    const { clientId } = packet;
    const refusal = this.#guard.refuseConnect(client, packet);
    if (refusal?.reason === 'AUTH_ERROR') this.#connections.failed(client, clientId);
    const error = this.#refuse('Connect', client, refusal, { clientId });
    done(error, error === null);
  }

  #authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    done: (error?: Error | null) => void,
  ): void {
    if (client === null || this.#isClosing) {
      done(new Error('the broker is closing'));
      return;
    }
    const refusal = this.#guard.refusePublish(client, packet);
    const refused = this.#refuse('Publish-In', client, refusal, { topicName: packet.topic });
    if (refused !== null) {
      done(refused);
      return;
    }
    const traceId = randomUUID();
    this.#brokerLog.succeeded('Publish-In', client, { topicName: packet.topic, traceId });
    // A thing's name is not part of a message.
    const { thingName: _, ...peer } = this.#guard.peerOf(client);
    const message: MqttMessage = {
      topic: packet.topic,
      payload: typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload,
      qos: packet.qos === 1 ? 1 : 0,
      traceId,
      ...peer,
    };
    this.#intake.takeInOrder(client, message).then(
      () => done(null),
      (error: Error) => {
        this.#connections.endsBecause(client, 'SERVER_ERROR');
        this.#options.log.error(`A message on ${message.topic} could not be handled: ${error.message}`);
        done(error);
      },
    );
  }

  #authorizeSubscribe(
    client: Client,
    subscription: Subscription,
    done: (error: Error | null, subscription?: Subscription | null) => void,
  ): void {
    const { topic: topicName } = subscription;
    const refusal = this.#guard.refuseSubscribe(client, subscription);
    // Subscriptions of a session that goes on; the client has not asked for them now.
    if (!hasConnack(client)) {
      done(null, refusal === undefined ? subscription : null);
      return;
    }
    const error = this.#refuse('Subscribe', client, refusal, { topicName });
    if (error === null) this.#brokerLog.succeeded('Subscribe', client, { topicName });
    done(error, error === null ? subscription : null);
  }

  /** The registry does not allow a connection any longer. */
  #cutOff(socket: TLSSocket, { reason, message }: Refusal): void {
    const client = this.#clients.get(socket);
    this.#options.log.warn(`The MQTT client ${client?.id ?? ''} was disconnected: ${message}`);
    if (client === undefined) return;
    this.#connections.endsBecause(client, reason);
    client.close();
  }

  async #announce({ topic, payload }: { topic: string; payload: Buffer }): Promise<void> {
    // The sessions end with the runtime; nobody is there any more to be told.
    if (this.#isClosing) return;
    try {
      await this.publish({ topic, payload, qos: 1 }, false);
    } catch (error) {
      this.#options.log.error(`A message on ${topic} could not be published: ${(error as Error).message}`);
    }
  }

  #refuse(
    eventType: IotLogEntry['eventType'],
    client: Client,
    refusal: Refusal | undefined,
    details: Pick<IotLogEntry, 'topicName' | 'clientId'>,
  ): Error | null {
    if (refusal === undefined) return null;
    const { reason, message } = refusal;
    this.#brokerLog.refused(eventType, client, { ...refusal, ...details });
    this.#connections.endsBecause(client, reason);
    const clientId = details.clientId ?? client.id;
    this.#options.log.warn(`The MQTT client ${clientId} was disconnected: ${message}`);
    return new Error(message);
  }
}

/** aedes notes on the client that it has sent the CONNACK, though its types do not say so. */
function hasConnack(client: Client): boolean {
  return (client as Client & { readonly connackSent: boolean }).connackSent;
}
