import { EventEmitter } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Aedes } from 'aedes';
import { TopicBus } from '../../src/mqtt/create-aedes.ts';
import { Persistence } from '../../src/mqtt/persistence.ts';
import { directoryOf, versionsOf } from '../support/package-versions.ts';

const root = directoryOf('aedes');
const source = (file: string) => readFileSync(join(root, file), 'utf8');
const everySource = ['aedes.js', ...globSync('lib/**/*.js', { cwd: root })].map(source).join('\n');

/** The members of an object that aedes names after `owner`. */
const membersOf = (owner: string): string[] => {
  const matches = everySource.matchAll(new RegExp(`\\b${owner}\\??\\.([A-Za-z]+)`, 'g'));
  return [...new Set([...matches].map(([, member = '']) => member))].sort();
};

const socket = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
const aedes = new Aedes();
const internals = aedes as unknown as Record<string, unknown>;
const client = aedes.handle(socket) as unknown as Record<string, unknown> & { close(): void };

afterAll(() => client.close());

/** What `src/mqtt` uses of aedes beyond its types: [what, whether this version has it]. */
const RELIED_ON: readonly (readonly [what: string, isThere: () => boolean])[] = [
  ['the broker numbers messages by `counter`', () => internals['counter'] === 0],
  [
    'handlers publish by the broker’s `publish`, which can be replaced',
    () => source('lib/handlers/publish.js').includes('client.broker.publish(packet, client'),
  ],
  [
    'a client’s `_parser` emits packets, to listeners that can be replaced',
    () => client['_parser'] instanceof EventEmitter && client['_parser'].listenerCount('packet') === 1,
  ],
  ['a client numbers its messages by `_nextId`', () => Number.isInteger(client['_nextId'])],
  ['a message without an id takes `_nextId`', () => source('lib/qos-packet.js').includes('client._nextId++')],
  ['a client has `connackSent`', () => client['connackSent'] === false],
  [
    'a client has `deliver0` and `deliverQoS` of its own',
    () => ['deliver0', 'deliverQoS'].every((name) => typeof client[name] === 'function'),
  ],
  [
    'a subscription takes a client’s `deliverQoS` as it is then',
    () => source('lib/handlers/subscribe.js').includes('qos > 0 ? client.deliverQoS : client.deliver0'),
  ],
  [
    'a message without a broker’s id is never taken for a duplicate',
    () => /const id = packet\.brokerId\s+if \(!id\)/.test(source('lib/client.js')),
  ],
  ['a client has `subscriptions` by filter', () => Object.keys(Object(client['subscriptions'])).length === 0],
];

/** For QoS 2, which is refused before, and what aedes asks for only where it is there. */
const NOT_NEEDED = ['cleanIncoming', 'incomingDelPacket', 'incomingGetPacket', 'incomingStorePacket'];

describe('aedes as it is installed', () => {
  it('is the exact version that package.json names', () => {
    const { installed, required } = versionsOf('aedes');
    expect(required).toBe(installed);
  });

  it.each(RELIED_ON)('%s', (_what, isThere) => {
    expect(isThere()).toBe(true);
  });

  it('calls nothing of a persistence that ours does not have', () => {
    const ours = Object.getOwnPropertyNames(Persistence.prototype).filter((name) => name !== 'constructor');
    expect(membersOf('persistence')).toEqual([...ours, ...NOT_NEEDED].sort());
  });

  it('calls nothing of an emitter that ours does not have', () => {
    const ours = Object.getOwnPropertyNames(TopicBus.prototype).filter((name) => name !== 'constructor');
    expect(membersOf('mq')).toEqual(ours.sort());
  });
});
