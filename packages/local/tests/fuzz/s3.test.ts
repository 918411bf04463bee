import { readdirSync } from 'node:fs';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RunningServices, startServices } from './services.ts';

let services: RunningServices;

beforeAll(async () => {
  services = await startServices();
  await services.call({ service: 's3', method: 'PUT', path: '/other-bucket' });
});

afterAll(() => services.close());

/** Everything next to the directory of objects, and the names in it that say where something is. */
function placesTaken(): readonly string[] {
  const { directory, objectsDirectory } = services;
  const buckets = ['buckets', 'objects'].flatMap((name) => readdirSync(`${objectsDirectory}/${name}`));
  return [...readdirSync(directory), ...readdirSync(objectsDirectory), ...buckets];
}

const part = fc.constantFrom(
  ...[
    'a',
    'A',
    '..',
    '.',
    '...',
    '',
    ' ',
    '%',
    '__proto__',
    'other-bucket',
    'con',
    'a:b',
    'é',
    'e\u0301',
    '\u0000',
    '\\',
    '..\\',
  ],
  ...[
    'x'.repeat(255),
    'x'.repeat(1_025),
    '~',
    '*',
    '?',
    '#',
    '&',
    '+',
    '=',
    'a.json',
    '.new',
    '\u{1f600}',
    '\u2028',
  ],
);
const key = fc.oneof(
  { weight: 3, arbitrary: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')) },
  { weight: 1, arbitrary: nastyString.map((text) => text.toWellFormed()) },
);

/** How clients write a key in a path: as SDKs do, as careless ones do, and as those do who want to get out. */
const WRITINGS: readonly ((key: string) => string)[] = [
  (text) => text.split('/').map(encodeURIComponent).join('/'),
  (text) => encodeURIComponent(text),
  (text) => text.split('/').map(encodeURIComponent).join('/').replaceAll('.', '%2e'),
];

describe(`S3 (TEST_SEED=${TEST_SEED})`, () => {
  it('gives back what was put under any key, and nothing gets out of its bucket or its directory', async () => {
    const places = placesTaken();
    const cases = fc.tuple(key, fc.constantFrom(...WRITINGS), fc.string({ maxLength: 20 }));
    let count = 0;
    const tally = await fuzz('runtime/s3-keys', cases, async ([text, write, body]) => {
      count += 1;
      const path = `/bucket/${write(text)}`;
      const content = `${count} ${body}`;
      const put = await services.call({ service: 's3', method: 'PUT', path, body: content });
      expect([services.errors.splice(0), put.status < 500]).toEqual([[], true]);
      const got = await services.call({ service: 's3', method: 'GET', path });
      if (put.status !== 200) {
        // Node.js answers by itself, without a name, where a path takes more than it reads of a head.
        const isNamed = put.status === 431 || put.body.includes('<Code>');
        expect([isNamed, got.body.includes(content)]).toEqual([true, false]);
        return 'refused';
      }
      if (text.replace(/^\/+/, '') !== '') expect([got.status, got.body]).toEqual([200, content]);
      return 'put';
    });
    expect(tally).toMatchObject({ put: expect.any(Number), refused: expect.any(Number) });
    expect(placesTaken()).toEqual(places);
    const listed = await services.call({ service: 's3', method: 'GET', path: '/other-bucket?list-type=2' });
    expect(listed.body).toContain('<KeyCount>0</KeyCount>');
  });

  it('makes no bucket that is none', async () => {
    const before = readdirSync(services.directory);
    const names = fc.oneof(
      part,
      nastyString.map((text) => text.toWellFormed()),
    );
    await fuzz('runtime/s3-buckets', fc.tuple(names, names, fc.boolean()), async ([one, other, hasTwo]) => {
      const name = (hasTwo ? `${one}/${other}` : one).replaceAll('/', '%2f');
      const path = `/${encodeURIComponent(name).replaceAll('%252f', '%2f')}`;
      const answer = await services.call({ service: 's3', method: 'PUT', path });
      expect([services.errors.splice(0), answer.status < 500]).toEqual([[], true]);
      if (answer.status !== 200) return 'refused';
      expect(name).toMatch(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);
      return 'made';
    });
    expect(readdirSync(services.directory)).toEqual(before);
  });
});
