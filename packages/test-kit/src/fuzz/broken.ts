import fc from 'fast-check';
import { nastyBytes, nastyNumber, nastyString, nastyValue, setMember } from './malice.ts';

type Path = readonly string[];

/** One thing to break in a value; `where` chooses among its places, whatever it looks like. */
interface Damage {
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap' | 'text' | 'number';
  readonly where: number;
  readonly name: string;
  readonly text: string;
  readonly number: number;
  readonly value: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom('replace', 'remove', 'add', 'wrap', 'text', 'number'),
  where: fc.nat(),
  name: nastyString,
  text: nastyString,
  number: nastyNumber,
  value: nastyValue,
});

const isParent = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Every place in a value, the root first. */
function placesIn(value: unknown, path: Path = []): readonly Path[] {
  if (!isParent(value)) return [path];
  return [path, ...Object.keys(value).flatMap((name) => placesIn(value[name], [...path, name]))];
}

/** What a place is to hold instead; `undefined` to be left out. */
function damaged(value: unknown, { kind, name, text, number, value: other }: Damage): unknown {
  switch (kind) {
    case 'remove':
      return undefined;
    case 'replace':
      return other;
    case 'text':
      return text;
    case 'number':
      return number;
    case 'wrap':
      return [value];
    case 'add':
      return isParent(value) && !Array.isArray(value) ? setMember({ ...value }, name, other) : other;
  }
}

function changeAt(value: unknown, path: Path, change: (part: unknown) => unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  const members = isParent(value) ? Object.entries(value) : [];
  const changed = members.map(
    ([key, member]) => [key, key === name ? changeAt(member, rest, change) : member] as const,
  );
  if (Array.isArray(value)) return changed.map(([, member]) => member);
  return changed.reduce(
    (object, [key, member]) => (member === undefined ? object : setMember(object, key, member)),
    {},
  );
}

function apply(value: unknown, one: Damage): unknown {
  const places = placesIn(value);
  return changeAt(value, places[one.where % places.length] ?? [], (part) => damaged(part, one));
}

/** A good value with nothing, one thing or a few things broken in it. */
export const broken = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(
      good,
      fc.oneof(fc.constant([]), fc.array(damage, { maxLength: 1 }), fc.array(damage, { maxLength: 3 })),
    )
    .map(([value, damages]) => damages.reduce(apply, value));

const DEPTHS = [17, 33, 1_000, 10_000];
const BAD_JSON = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '[',
    '{}{}',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '{"a":undefined}',
    'NaN',
    '-Infinity',
    '01',
  ],
  ...[
    '+1',
    '.5',
    '1.',
    '0x10',
    '"\\x41"',
    '"\\u12"',
    '"\n"',
    '"\t"',
    '/*x*/{}',
    '\ufeff{}',
    '{}\u0000',
    'true false',
  ],
  ...['{"a":1e400}', '{"a":-1e400}', '{"a":1e-400}', '{"a":-0}', '{"a":123456789012345678901234567890}'],
  ...[
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '"\\ud800"',
    '{"\\ud800":1}',
  ],
  ...['{"a":0.1234567890123456789012345678901234567890}', '{"\\u005f_proto__":{"polluted":1}}', '"\\u0000"'],
];
const DEEP_JSON = DEPTHS.flatMap((depth) => [
  '['.repeat(depth) + ']'.repeat(depth),
  `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`,
  '['.repeat(depth),
]);

/** A text with a stretch of it taken out, written twice, or another put into it. */
const spliced = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.nat(), fc.nat({ max: 20 }), fc.constantFrom('cut', 'twice', 'insert', 'end'), nastyString)
    .map(([whole, where, length, kind, other]) => {
      const start = whole.length === 0 ? 0 : where % whole.length;
      const [before, part, after] = [
        whole.slice(0, start),
        whole.slice(start, start + length),
        whole.slice(start + length),
      ];
      return {
        cut: before + after,
        twice: before + part + part + after,
        insert: before + other + part + after,
        end: before,
      }[kind];
    });

/** The first object's first member once more, before or after it: whoever reads it has to choose. */
const withDuplicate = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, nastyValue).map(([whole, value]) => {
    const name = /"(?:[^"\\]|\\.)*"\s*:/.exec(whole);
    if (name === null) return whole;
    const at = name.index;
    return `${whole.slice(0, at)}${name[0]}${JSON.stringify(value)},${whole.slice(at)}`;
  });

/** JSON text of what `good` makes: as it is, broken as a value, or broken as a text. */
export function brokenJson(good: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const whole = broken(good).map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { weight: 8, arbitrary: whole },
    { weight: 1, arbitrary: spliced(whole) },
    { weight: 1, arbitrary: withDuplicate(whole) },
    { weight: 1, arbitrary: fc.constantFrom(...BAD_JSON) },
    { weight: 1, arbitrary: fc.constantFrom(...DEEP_JSON) },
  );
}

/** JSON text of anything, and what is almost JSON. */
export const nastyJson: fc.Arbitrary<string> = brokenJson(nastyValue);

/** Bytes of JSON text, of what is almost JSON, and of nothing of the kind. */
export const brokenBytes = (good: fc.Arbitrary<unknown>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 9, arbitrary: brokenJson(good).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: nastyBytes },
  );
