import { nastyBytes, nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import fc from 'fast-check';

/** Packet types of MQTT 3.1.1, in the upper half of a packet's first byte. */
const TYPE = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const;

const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);

function remainingLength(length: number): Buffer {
  const digits: number[] = [];
  let left = length;
  do {
    const digit = left % 128;
    left = Math.floor(left / 128);
    digits.push(left > 0 ? digit + 128 : digit);
  } while (left > 0);
  return Buffer.from(digits);
}

function packet(type: number, flags: number, ...parts: readonly Buffer[]): Buffer {
  const rest = Buffer.concat(parts);
  return Buffer.concat([bytes((type << 4) | flags), remainingLength(rest.length), rest]);
}

function field(content: Uint8Array | string): Buffer {
  const all = Buffer.from(content as string);
  return Buffer.concat([bytes(all.length >> 8, all.length & 0xff), all]);
}

export interface Connect {
  readonly clientId: Uint8Array | string;
  readonly flags?: number;
  readonly protocol?: string;
  readonly level?: number;
  /** Will, user name and password, as the flags say. */
  readonly more?: readonly Buffer[];
}

export function connect({
  clientId,
  flags = 0x02,
  protocol = 'MQTT',
  level = 4,
  more = [],
}: Connect): Buffer {
  return packet(TYPE.connect, 0, field(protocol), bytes(level, flags, 0, 60), field(clientId), ...more);
}

const publish = (flags: number, topic: Uint8Array | string, payload: Buffer): Buffer =>
  packet(TYPE.publish, flags, field(topic), ...((flags & 0x06) === 0 ? [] : [bytes(0, 7)]), payload);
const subscribe = (filters: readonly (readonly [Uint8Array | string, number])[]): Buffer =>
  packet(TYPE.subscribe, 2, bytes(0, 9), ...filters.flatMap(([filter, qos]) => [field(filter), bytes(qos)]));
export const pingreq = packet(TYPE.pingreq, 0);

const OWN = 'devices/evil';
const nastyTopic: fc.Arbitrary<Uint8Array | string> = fc.oneof(
  fc.constantFrom(
    ...[
      `${OWN}/a`,
      `${OWN}/register`,
      `${OWN}/`,
      `${OWN}/../victim/a`,
      `${OWN}/+`,
      `${OWN}/#`,
      `${OWN}/a\0`,
      '',
    ],
    ...['devices/victim/a', 'devices/+/a', '#', '+', '+/+/+', '/', '$SYS/x', '$aws/rules/r/x', '$share/g/#'],
    ...[
      '$aws/events/presence/connected/evil',
      '$aws/things/victim/shadow/update',
      'devices/evil\ud800/a',
      'DEVICES/EVIL/a',
    ],
    ...[
      `${OWN}/${'a/'.repeat(9)}`,
      `${OWN}/${'x'.repeat(300)}`,
      'a//b',
      `${OWN}/#/x`,
      `${OWN}/a#`,
      '$',
      '$$aws',
    ],
  ),
  nastyString.map((text) => `${OWN}/${text}`),
  nastyBytes.map((content) => Buffer.concat([Buffer.from(`${OWN}/`), content])),
);
const topic = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(`${OWN}/a`, `${OWN}/register`, `${OWN}/b/c`) },
  { weight: 1, arbitrary: nastyTopic },
);
const payload = fc.oneof(
  { weight: 12, arbitrary: nastyBytes.map((content) => Buffer.from(content)) },
  { weight: 1, arbitrary: fc.constantFrom(Buffer.alloc(128 * 1024, 'x'), Buffer.alloc(128 * 1024 + 1, 'x')) },
);

const goodPacket = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 0, 2, 2, 1, 3, 4, 6, 8, 10), topic, payload)
      .map(([flags, name, content]) => publish(flags, name, content)),
  },
  {
    weight: 6,
    arbitrary: fc
      .array(fc.tuple(topic, fc.constantFrom(0, 1, 0, 1, 2, 255)), { maxLength: 5 })
      .map((filters) => subscribe(filters)),
  },
  { weight: 1, arbitrary: topic.map((name) => packet(TYPE.unsubscribe, 2, bytes(0, 3), field(name))) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(TYPE.puback, TYPE.pubrec, TYPE.pubrel, TYPE.pubcomp)
      .map((type) => packet(type, type === TYPE.pubrel ? 2 : 0, bytes(0, 7))),
  },
  { weight: 1, arbitrary: fc.constant(packet(TYPE.disconnect, 0)) },
  { weight: 1, arbitrary: fc.constantFrom('evil', 'victim').map((clientId) => connect({ clientId })) },
  // Whose remaining length never ends, or says more than there is.
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      bytes(0x30, 0xff, 0xff, 0xff, 0xff, 0x7f),
      bytes(0x30, 0xff, 0xff, 0xff, 0x7f),
      bytes(0, 0),
      bytes(0xf0, 0),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      subscribe(Array.from({ length: 400 }, (_, index) => [`${OWN}/${index}`, 1] as const)),
    ),
  },
);

const damaged = fc
  .tuple(goodPacket, fc.nat(), fc.nat({ max: 4 }), nastyBytes)
  .map(([whole, where, length, other]) => {
    const at = where % whole.length;
    return Buffer.concat([whole.subarray(0, at), other.subarray(0, 8), whole.subarray(at + length)]);
  });
const truncated = fc
  .tuple(goodPacket, fc.nat())
  .map(([whole, where]) => whole.subarray(0, where % whole.length));

const opening = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('evil', 'evil-2').map((clientId) => connect({ clientId })) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        clientId: fc.oneof(nastyString, nastyBytes, fc.constantFrom('', 'victim', 'evil', 'x'.repeat(200))),
        flags: fc.integer({ min: 0, max: 255 }),
        protocol: fc.constantFrom('MQTT', 'MQIsdp', 'mqtt', ''),
        level: fc.constantFrom(3, 4, 5, 0, 132),
        more: fc.array(
          fc.oneof(
            topic.map(field),
            payload.map((content) => field(content.subarray(0, 65_535))),
          ),
          { maxLength: 4 },
        ),
      })
      .map(connect),
  },
  { weight: 1, arbitrary: damaged },
);

/** What a client sends on one connection: something like a CONNECT, and more. */
export const conversation: fc.Arbitrary<readonly Buffer[]> = fc
  .tuple(
    opening,
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: goodPacket },
        { weight: 2, arbitrary: damaged },
        { weight: 1, arbitrary: truncated },
      ),
      { maxLength: 4 },
    ),
  )
  .map(([first, rest]) => [first, ...rest]);
