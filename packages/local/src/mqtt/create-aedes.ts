import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesPublishPacket, type Client, type PublishPacket } from 'aedes';
import type { ClientPacket } from './access.ts';
import type { BrokerLog } from './broker-log.ts';
import type { Connections } from './connections.ts';
import type { Gate } from './gate.ts';
import type { Persistence } from './persistence.ts';
import { TopicTree } from './topics.ts';

interface AedesParts {
  readonly gate: Gate;
  readonly connections: Connections;
  readonly bus: TopicBus;
  readonly persistence: Persistence;
}

type Done = (error?: Error) => void;

/** What aedes' types do not tell of. */
interface Internals {
  /** What messages are numbered by, so that a client with several subscriptions gets each once. */
  counter: number;
  publish(packet: PublishPacket, client: Client | null | Done, done?: Done): void;
}

/** aedes' parser, which its types do not tell of. */
interface Parsing {
  readonly _parser: EventEmitter;
}

/** aedes with what it leaves open decided by the gate, and what it keeps kept as AWS IoT keeps it. */
export function createAedes({ gate, connections, bus, persistence }: AedesParts): Aedes {
  const aedes = new Aedes({
    mq: bus,
    persistence,
    preConnect: (client, packet, done) => gate.preConnect(client, packet, done),
    authenticate: (client, _username, _password, done) => {
      connections.evict(client);
      done(null, true);
    },
    authorizePublish: (client, packet, done) =>
      gate.authorizePublish(client, packet, (error) => {
        if (!error && client !== null && isToAcknowledge(packet) && hasGone(client)) {
          // aedes delivers what it has acknowledged, and nobody is there to take a PUBACK.
          internals.publish(packet, client);
        } else done(error);
      }),
    authorizeSubscribe: (client, subscription, done) => gate.authorizeSubscribe(client, subscription, done),
    authorizeForward: (client, packet) => gate.authorizeForward(client, packet),
  });
  // What aedes keeps of a message is kept before that; what is left is to bring it to those who are connected.
  const internals = aedes as unknown as Internals;
  internals.publish = ({ topic, payload, qos, retain }, client, done) => {
    internals.counter += 1;
    const numbers = { brokerId: aedes.id, brokerCounter: internals.counter };
    bus.emit(
      { cmd: 'publish', topic, payload, qos, retain, dup: false, ...numbers },
      typeof client === 'function' ? client : done,
    );
  };
  return aedes;
}

/** A client's message, and not its last will, which has no PUBACK. */
function isToAcknowledge({ qos, messageId }: PublishPacket & { readonly messageId?: number }): boolean {
  return qos === 1 && messageId !== undefined;
}

function hasGone({ closed, conn }: Client): boolean {
  return closed || (conn as Duplex).destroyed;
}

/** Has every packet of a client checked before aedes takes it; aedes sees nothing of one that is refused. */
export function checkPackets(client: Client, gate: Gate): void {
  const { _parser: parser } = client as Client & Parsing;
  const takers = parser.listeners('packet');
  parser.removeAllListeners('packet').on('packet', (packet: ClientPacket) => {
    if (!gate.check(client, packet)) return;
    for (const take of takers) Reflect.apply(take, parser, [packet]);
  });
}

/** Takes a message; calls `done` when the next one may come. */
export type Listener = (packet: AedesPublishPacket, done: () => void) => void;

/** Brings messages to the subscriptions of connected clients: aedes' emitter, with AWS IoT's topic filters. Basic Ingest goes to nobody. */
export class TopicBus {
  readonly #tree = new TopicTree<Listener>();

  /** Adds a listener; the name is the emitter's. */
  on(filter: string, listener: Listener, done?: () => void): this {
    this.#tree.add(filter, listener);
    done?.();
    return this;
  }

  removeListener(filter: string, listener: Listener, done?: () => void): this {
    this.#tree.delete(filter, listener);
    done?.();
    return this;
  }

  /** Calls `done` when everybody has taken the message. */
  emit(packet: AedesPublishPacket, done: () => void = () => undefined): this {
    const { topic } = packet;
    const listeners = topic.startsWith('$aws/rules/') ? [] : this.#tree.match(topic);
    if (listeners.length === 0) {
      done();
      return this;
    }
    let missing = listeners.length;
    const taken = () => {
      missing -= 1;
      if (missing === 0) done();
    };
    for (const listener of listeners) listener(packet, taken);
    return this;
  }

  close(done: () => void): this {
    setImmediate(done);
    return this;
  }
}

interface Watchers {
  readonly brokerLog: BrokerLog;
  readonly connections: Connections;
  readonly onOpened: (client: Client) => void;
  /** A client is connected, and what has waited for it has gone out. */
  readonly onReady: (client: Client) => void;
  readonly onClosed: (client: Client) => void;
  /** A connection ended before it got through its CONNECT, and nobody has said yet why. */
  readonly onNoConnect: (error: Error) => void;
}

/** Follows who comes and goes, and why, from aedes' events. */
export function watchClients(aedes: Aedes, watchers: Watchers): void {
  const { brokerLog, connections, onOpened, onReady, onClosed, onNoConnect } = watchers;
  aedes.on('client', (client) => {
    brokerLog.succeeded('Connect', client);
    connections.opened(client);
    onOpened(client);
  });
  aedes.on('clientReady', (client) => onReady(client));
  aedes.on('clientDisconnect', (client) => {
    const disconnectReason = connections.closed(client);
    if (disconnectReason === undefined) return;
    brokerLog.succeeded('Disconnect', client, { disconnectReason });
    onClosed(client);
  });
  aedes.on('subscribe', (subscriptions, client) => {
    const filters = subscriptions.map(({ topic }) => topic);
    connections.subscriptionsChanged(client, 'subscribed', filters);
  });
  aedes.on('unsubscribe', (topics, client) => {
    // aedes takes the subscriptions of a client that has gone back as well; that is no request of the client.
    if (client.closed) return;
    for (const topicName of topics) brokerLog.succeeded('Unsubscribe', client, { topicName });
    connections.subscriptionsChanged(client, 'unsubscribed', topics);
  });
  aedes.on('keepaliveTimeout', (client) => connections.endsBecause(client, 'MQTT_KEEP_ALIVE_TIMEOUT'));
  aedes.on('clientError', (client, error) => {
    // A socket's error has a code; what has none is the client's doing, and so is not being able to parse it.
    connections.endsBecause(client, 'code' in error ? 'CONNECTION_LOST' : 'CLIENT_ERROR');
  });
  aedes.on('connectionError', (client, error) => {
    if (!connections.isEnding(client)) onNoConnect(error);
  });
}
