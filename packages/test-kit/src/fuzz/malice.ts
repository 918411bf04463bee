import fc from 'fast-check';

/** Names that mean something to JavaScript's objects, to DynamoDB's items, or to what the service keeps in them. */
export const NASTY_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'toJSON',
  'then',
  'length',
  '',
  ' ',
  '0',
  'id',
  'ttl',
  'step',
  'version',
  'requests',
  'deviceId',
  'decommission',
  'legalHold',
  'credentials',
  'pendingSince',
  'pendingCredentials',
  'S',
  'N',
  'M',
  'NULL',
  '$',
  '#id',
  ':id',
  'a.b[0]',
  '\u0000',
  '\ud800',
  'x'.repeat(129),
] as const;

/** Texts that somebody somewhere takes for more than text. */
const NASTY_TEXTS = [
  ...NASTY_NAMES,
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e400',
  '=1+1',
  '+1',
  '@SUM(A1)',
  '-2+3|cmd',
  '\t=1',
  '\r=1',
  '"',
  '","',
  '\\',
  '\\"',
  "'; --",
  '<script>alert(1)</script>',
  '${process.exit(1)}',
  '{{x}}',
  '%s%n%d',
  '../../etc/passwd',
  '..\\..\\x',
  '/etc/passwd',
  '%2e%2e%2f',
  '%00',
  'a/b',
  'a//b',
  '+',
  '#',
  'a/+/b',
  '$aws/things/x/shadow/update',
  'serialNumber#SN-1',
  'macAddress#02:00:5E:10:00:0A',
  'purge#sensor-1#request#r',
  'sensor-1',
  'line\nline',
  'line\r\n{"level":"INFO","message":"accepted"}',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u001b[2J\u001b[31mred',
  '\u009b31m',
  '\u0007',
  '\u0008',
  '\u007f',
  '\ufeff',
  '\u202eevil',
  '\u200b',
  '\u200f',
  'e\u0301',
  '\u00e9',
  'Å',
  '\u212b',
  'ﬀ',
  'İ',
  'ß',
  '\u{1f600}',
  '\u{10ffff}',
  '\udc00\ud800',
  'a\ud800',
  '\ufffd',
  '\uffff',
] as const;

/** `fc.string` looks all its units up when it is made, which takes a second for these. */
const ANYTHING = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })), {
    maxLength: 40,
  })
  .map((codePoints) => String.fromCodePoint(...codePoints));
/** UTF-16 code units as they come: half of a surrogate pair is among them. */
const CODE_UNITS = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));
const LONG = fc
  .tuple(
    fc.constantFrom('x', 'é', '\u{1f600}', '\n', '"', '\\', '\u0001'),
    fc.constantFrom(127, 129, 257, 1025, 4_000),
  )
  .map(([unit, times]) => unit.repeat(times));
const SPLICED = fc
  .array(fc.constantFrom<string>(...NASTY_TEXTS), { minLength: 2, maxLength: 4 })
  .map((texts) => texts.join(''));

/** Text that is meant to be misread, to break out, or not to fit. */
export const nastyString: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...NASTY_TEXTS) },
  { weight: 2, arbitrary: SPLICED },
  { weight: 2, arbitrary: ANYTHING },
  { weight: 1, arbitrary: CODE_UNITS },
  { weight: 1, arbitrary: LONG },
);

/** Numbers at the ends of what JavaScript, JSON, DynamoDB and dates can hold. */
export const nastyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    ...[0, -0, 1, -1, 0.1, 0.5, 1e-7, 1e21, 1e125, 1e126, 1e-130, 1e-131, 5e-324, 1.7976931348623157e308],
    ...[2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 2 ** 64],
    ...[8.64e12, 8.64e12 + 1, 8.64e15, 8.64e15 + 1, 36_500, 36_501, 253_402_300_799, 253_402_300_800],
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
);

/** Sets a member whatever its name: `__proto__` becomes one like others, as `JSON.parse` makes it. */
export function setMember<T extends object>(target: T, name: string, value: unknown): T {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  return target;
}

export const objectOf = (members: readonly (readonly [string, unknown])[]): object =>
  members.reduce((object, [name, value]) => setMember(object, name, value), {});

/** `levels` of arrays or objects around a value. */
export function nested(levels: number, kind: 'array' | 'object', innermost: unknown = 1): unknown {
  let value = innermost;
  for (let level = 0; level < levels; level += 1) value = kind === 'array' ? [value] : { a: value };
  return value;
}

const nastyName = fc.oneof(fc.constantFrom<string>(...NASTY_NAMES), nastyString);
const nastyScalar = fc.oneof(nastyString, nastyNumber, fc.boolean(), fc.constant(null));
const deep = fc
  .tuple(
    fc.constantFrom(1, 15, 16, 17, 31, 32, 33, 200),
    fc.constantFrom('array' as const, 'object' as const),
    nastyScalar,
  )
  .map(([levels, kind, innermost]) => nested(levels, kind, innermost));
const wide = fc
  .tuple(fc.constantFrom(50, 1_000), fc.boolean())
  .map(([members, isArray]): unknown =>
    isArray
      ? Array.from({ length: members }, (_, index) => index)
      : Object.fromEntries(Array.from({ length: members }, (_, index) => [`member${index}`, index])),
  );
const tree = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    nastyScalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(nastyName, tie('value')), { maxLength: 4 }).map(objectOf),
  ),
})).value;

/** Whatever JSON can say: mostly small, some deep, some wide, with members that are named after more than they are. */
export const nastyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: nastyScalar },
  { weight: 8, arbitrary: tree },
  { weight: 2, arbitrary: deep },
  { weight: 1, arbitrary: wide },
);

/** Bytes, and among them those that are no UTF-8, or almost are. */
export const nastyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .constantFrom(
      ...[
        [],
        [0],
        [0xff],
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xef, 0xbb, 0xbf, 0x7b, 0x7d],
        [0xf4, 0x90, 0x80, 0x80],
      ],
      ...[
        [0xe2, 0x82],
        [0xff, 0xfe, 0x7b, 0x00],
        [0x7b, 0x00, 0x7d],
        [0x1f, 0x8b, 0x08],
        [0x80, 0x81],
      ],
    )
    .map((bytes) => Uint8Array.from(bytes)),
  nastyString.map((text) => Buffer.from(text)),
);

const PLAIN_IDS = [
  'sensor-1',
  'sensor-2',
  'a',
  'A:b_c-D',
  'x'.repeat(128),
  '__proto__',
  'constructor',
  'toString',
];

/** Names of devices: good ones, ones that look like something else, and ones that are none. */
export const nastyDeviceId: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...PLAIN_IDS) },
  { weight: 1, arbitrary: nastyString },
);
