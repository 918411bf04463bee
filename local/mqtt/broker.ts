import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Aedes, type Client, type ConnectPacket, type PublishPacket } from 'aedes';
import type { Clock } from '../clock.ts';
import type { MqttMessage, RuntimeLog } from '../contracts.ts';
import { type IotLog, type IotLogEntry, silentIotLog } from '../iot-log.ts';
import { listen } from '../listen.ts';
import { type Refusal, refuseConnect, refusePublish, refuseSubscribe } from './access.ts';
import { BrokerLog } from './broker-log.ts';
import { Connections, peerOf } from './connections.ts';
import { isDelivered } from './delivery.ts';
import { Intake } from './intake.ts';
import { Presence } from './presence.ts';

/** AWS IoT's default, for clients that ask for none, and its longest. */
const MAX_KEEP_ALIVE_SECONDS = 1200;
/** The first byte of a TLS record with a handshake. RFC 8446, section 5.1 */
const TLS_HANDSHAKE = 0x16;
/** How long closing waits for messages that are being handled. */
const CLOSE_GRACE_MS = 500;

export interface BrokerOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly host?: string;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** AWS IoT's own log; none by default. */
  readonly iotLog?: IotLog;
  /** Takes every message that is published, presence events among them, before it is acknowledged or delivered. */
  readonly onPublish: (message: MqttMessage) => Promise<void>;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  /** Publishes for the data plane: to `onPublish`, then to the subscribers. Rejects with what `onPublish` threw. */
  publish(topic: string, payload: Buffer, qos: 0 | 1, retain?: boolean): Promise<void>;
  /** Ends every connection, within a second. What is published from then on is neither taken nor acknowledged. */
  close(): Promise<void>;
}

/**
 * Starts a broker that keeps AWS IoT Core's rules and limits, on plain TCP, with MQTT 3.1.1. Throws `PortInUseError`.
 *
 * A message with QoS 1 is acknowledged once `onPublish` has taken it; when it can't, the connection is closed
 * without a PUBACK, and the client sends again. Source: AWS IoT developer guide, "MQTT".
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { port, host = '127.0.0.1' } = options;
  const broker = new AwsBroker(options);
  await broker.aedes.listen();
  const server = createServer((socket) => broker.accept(socket));
  try {
    await listen(server, { host, port, option: '--mqtt-port' });
  } catch (error) {
    await broker.close();
    throw error;
  }
  return {
    host,
    port: (server.address() as AddressInfo).port,
    publish: (topic, payload, qos, retain = false) => broker.publish({ topic, payload, qos }, retain),
    close: () => broker.close(server),
  };
}

class AwsBroker {
  readonly aedes: Aedes;
  readonly #options: BrokerOptions;
  readonly #connections: Connections;
  readonly #brokerLog: BrokerLog;
  readonly #sockets = new Set<Socket>();
  /** Connections that began with TLS. */
  readonly #tls = new WeakSet<object>();
  readonly #intake: Intake;
  #isClosing = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#intake = new Intake(options.onPublish);
    this.#brokerLog = new BrokerLog(options.iotLog ?? silentIotLog);
    this.#connections = new Connections(new Presence(options.clock), (event) => this.#announce(event));
    this.aedes = new Aedes({
      preConnect: (client, packet, done) => this.#preConnect(client, packet, done),
      authenticate: (client, _username, _password, done) => {
        this.#connections.evict(client);
        done(null, true);
      },
      authorizePublish: (client, packet, done) => this.#authorizePublish(client, packet, done),
      authorizeSubscribe: (client, subscription, done) => {
        const topicName = subscription.topic;
        const error = this.#refuse('Subscribe', client, refuseSubscribe(subscription), topicName);
        if (error === null) this.#brokerLog.succeeded('Subscribe', client, { topicName });
        done(error, error === null ? subscription : null);
      },
      authorizeForward: (client, packet) => {
        if (!isDelivered(client, packet)) return null;
        this.#brokerLog.succeeded('Publish-Out', client, { topicName: packet.topic });
        return packet;
      },
    });
    this.#listenToAedes();
  }

  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    socket.setNoDelay(true);
    this.aedes.handle(socket);
    // aedes reads by itself, so that listening takes nothing away from it.
    socket.once('data', (chunk: Buffer) => {
      if (chunk[0] === TLS_HANDSHAKE) this.#tls.add(socket);
    });
  }

  async publish(message: MqttMessage, retain: boolean): Promise<void> {
    if (this.#isClosing) throw new Error('the broker is closing');
    await this.#intake.take(message);
    const { topic, payload, qos } = message;
    await new Promise<void>((resolve, reject) => {
      this.aedes.publish({ cmd: 'publish', topic, payload, qos, retain, dup: false }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }

  async close(server?: Server): Promise<void> {
    this.#isClosing = true;
    const stopped = server === undefined ? undefined : new Promise((resolve) => server.close(resolve));
    await Promise.race([this.#intake.settled(), delay(CLOSE_GRACE_MS, undefined, { ref: false })]);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.aedes.close(resolve));
    await stopped;
  }

  #listenToAedes(): void {
    const { log } = this.#options;
    this.aedes.on('client', (client) => {
      this.#brokerLog.succeeded('Connect', client);
      this.#connections.opened(client);
    });
    this.aedes.on('clientDisconnect', (client) => {
      const disconnectReason = this.#connections.closed(client);
      if (disconnectReason !== undefined) {
        this.#brokerLog.succeeded('Disconnect', client, { disconnectReason });
      }
    });
    this.aedes.on('unsubscribe', (topics, client) => {
      // aedes takes the subscriptions of a client that has gone back as well; that is no request of the client.
      if (client.closed) return;
      for (const topicName of topics) this.#brokerLog.succeeded('Unsubscribe', client, { topicName });
    });
    this.aedes.on('keepaliveTimeout', (client) =>
      this.#connections.endsBecause(client, 'MQTT_KEEP_ALIVE_TIMEOUT'),
    );
    this.aedes.on('clientError', (client, error) => {
      // A socket's error has a code; what has none is the client's doing, and so is not being able to parse it.
      this.#connections.endsBecause(client, 'code' in error ? 'CONNECTION_LOST' : 'CLIENT_ERROR');
    });
    this.aedes.on('connectionError', ({ conn }, error) => {
      if (this.#isClosing) return;
      log.warn(
        this.#tls.has(conn)
          ? 'A client tried TLS; this broker speaks plain MQTT'
          : `An MQTT connection was refused: ${error.message}; connect with MQTT 3.1.1`,
      );
    });
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
    const error = this.#refuse('Connect', client, refuseConnect(packet));
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
    const refused = this.#refuse('Publish-In', client, refusePublish(packet), packet.topic);
    if (refused !== null) {
      done(refused);
      return;
    }
    const traceId = randomUUID();
    this.#brokerLog.succeeded('Publish-In', client, { topicName: packet.topic, traceId });
    const message: MqttMessage = {
      topic: packet.topic,
      payload: Buffer.from(packet.payload),
      qos: packet.qos === 1 ? 1 : 0,
      traceId,
      ...peerOf(client),
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
    topicName?: string,
  ): Error | null {
    if (refusal === undefined) return null;
    this.#brokerLog.refused(eventType, client, { ...refusal, topicName });
    this.#connections.endsBecause(client, refusal.reason);
    this.#options.log.warn(`The MQTT client ${client.id ?? ''} was disconnected: ${refusal.message}`);
    return new Error(refusal.message);
  }
}
