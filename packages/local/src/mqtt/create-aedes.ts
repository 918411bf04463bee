import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Connections } from './connections.ts';
import type { Gate } from './gate.ts';
import type { Persistence } from './persistence.ts';
import type { ClientPacket } from './subscription-limits.ts';
import type { TopicBus } from './topic-bus.ts';

export interface AedesParts {
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
