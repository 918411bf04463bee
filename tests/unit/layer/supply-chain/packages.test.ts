import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { packagesOfNotices } from '../../../../layer/notices.ts';
import { isAllowed, renderLicences } from '../../../../layer/supply-chain/licences.ts';
import {
  closureOf,
  idOf,
  inProduction,
  type LockedPackage,
  parseLock,
  readLock,
} from '../../../../layer/supply-chain/lock.ts';
import { makeSbom, type Product } from '../../../../layer/supply-chain/sbom.ts';

const PROJECT_DIR = join(import.meta.dirname, '../../../..');
const MANIFESTS = ['package.json', ...globSync('packages/*/package.json', { cwd: PROJECT_DIR })];
/** How esbuild says, in a bundle that is not minified, where a module comes from. */
const FROM_A_PACKAGE = /^\/\/ (?:.*\/)?node_modules\//m;

type Ranges = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Ranges;
  readonly devDependencies?: Ranges;
  readonly optionalDependencies?: Ranges;
}

const read = (file: string) => readFile(join(PROJECT_DIR, file), 'utf8');

/** What is wrong with where a package comes from, and with what it is held to. */
function faultsOf({ path, version, integrity, resolved, license }: LockedPackage): string[] {
  const faults: readonly (readonly [isWrong: boolean, fault: string])[] = [
    [!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''), 'no integrity'],
    [resolved !== undefined, `names the host ${resolved}`],
    [!/^\d+\.\d+\.\d+(?:[-+].*)?$/.test(version), `version ${version}`],
    [(license ?? '') === '', 'no licence'],
  ];
  return faults.filter(([isWrong]) => isWrong).map(([, fault]) => `${path}: ${fault}`);
}

/** A lock file in which one package is as given. */
const lockWith = (entry: object): readonly LockedPackage[] =>
  parseLock(JSON.stringify({ packages: { '': {}, 'node_modules/a/node_modules/@b/c': entry } }));
const SOUND = { version: '1.2.3', license: 'MIT', integrity: `sha512-${'A'.repeat(86)}==` };

let locked: readonly LockedPackage[];
let manifest: Product & Manifest & { readonly allowScripts: Readonly<Record<string, boolean>> };

/** What functions may bundle. */
const ofFunctions = () => closureOf(Object.keys(manifest.dependencies), locked);

beforeAll(async () => {
  locked = await readLock(PROJECT_DIR);
  manifest = JSON.parse(await read('package.json'));
});

describe('the lock file', () => {
  test('holds every package to the content of its archive, and names no host and no repository', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.flatMap(faultsOf)).toEqual([]);
  });

  test.each([
    ['no integrity', { ...SOUND, integrity: undefined }],
    ['no integrity', { ...SOUND, integrity: 'sha1-1234' }],
    ['names the host', { ...SOUND, resolved: 'git+ssh://git@example.com/b/c.git#1234' }],
    ['version', { ...SOUND, version: 'git+ssh://git@example.com/b/c.git' }],
    ['no licence', { ...SOUND, license: undefined }],
  ])('is found out: %s', (fault, entry) => {
    expect(lockWith(SOUND).flatMap(faultsOf)).toEqual([]);
    expect(lockWith(entry).flatMap(faultsOf)).toEqual([
      expect.stringContaining(`node_modules/a/node_modules/@b/c: ${fault}`),
    ]);
  });

  test('has install scripts of packages alone that are approved or denied by name', () => {
    const withScripts = new Set(
      locked.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name),
    );

    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...withScripts].sort());
  });

  test('has each package that functions bundle in one version, so that clients share their code', () => {
    const versions = Map.groupBy(ofFunctions(), ({ name }) => name);
    const several = [...versions].filter(([, of]) => new Set(of.map(({ version }) => version)).size > 1);

    expect(ofFunctions().length).toBeGreaterThan(20);
    expect(several.map(([name]) => name)).toEqual([]);
  });

  test('is asked for one range of a package by all manifests', async () => {
    const ranges = new Map<string, Set<string>>();
    for (const file of MANIFESTS) {
      const { dependencies, devDependencies, optionalDependencies }: Manifest = JSON.parse(await read(file));
      for (const [name, range] of [dependencies, devDependencies, optionalDependencies].flatMap((each) =>
        Object.entries(each ?? {}),
      )) {
        ranges.set(name, (ranges.get(name) ?? new Set()).add(range));
      }
    }

    expect(MANIFESTS).toHaveLength(6);
    expect([...ranges].filter(([, of]) => of.size > 1)).toEqual([]);
  });
});

describe('licences', () => {
  test('of all that is used outside of development are allowed', () => {
    const refused = inProduction(locked).filter(({ license }) => !isAllowed(license));

    expect(inProduction(locked).length).toBeGreaterThan(20);
    expect(refused.map(idOf)).toEqual([]);
  });

  test.each([
    ['MIT', true],
    ['(GPL-3.0-only OR MIT)', true],
    ['Apache-2.0 AND MIT', true],
    ['GPL-3.0-only', false],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR ISC) AND GPL-3.0-only', false],
    ['GPL-3.0-only AND (MIT OR ISC)', false],
    ['SEE LICENSE IN LICENSE.md', false],
    ['', false],
    [undefined, false],
  ])('%p: allowed is %p', (license, allowed) => {
    expect(isAllowed(license)).toBe(allowed);
  });
});

describe('what is deployed', () => {
  let template: PackagedTemplate;
  let notices: string;

  beforeAll(async () => {
    template = await packagedTemplate();
    const layer = template.stack.functions[0]?.layers?.[0]?.directory ?? 'no layer';
    notices = await readFile(join(layer, 'THIRD-PARTY-NOTICES.txt'), 'utf8');
  });

  test('is in docs/licences.md, which `npm run licences` writes', async () => {
    expect(renderLicences(locked, packagesOfNotices(notices))).toBe(await read('docs/licences.md'));
  });

  test("comes from the root's dependencies, and from what they need, alone", () => {
    const allowed = new Set(ofFunctions().map(idOf));

    expect(
      packagesOfNotices(notices)
        .map(idOf)
        .filter((id) => !allowed.has(id)),
    ).toEqual([]);
    expect(allowed.size).toBeLessThan(inProduction(locked).length);
  });

  test('is in the bill of materials, and so is all else that is used outside of development', () => {
    const bundled = packagesOfNotices(notices);
    const { components } = makeSbom(manifest, locked, bundled);
    const inLayer = components.filter(({ properties }) => properties !== undefined);

    expect(components.map((component) => idOf(component)).sort()).toEqual(
      [...new Set(inProduction(locked).map(idOf))].sort(),
    );
    expect(inLayer.map((component) => idOf(component)).sort()).toEqual(bundled.map(idOf).sort());
    expect(bundled.length).toBeGreaterThan(10);
  });

  test('has, in functions, no code of packages', async () => {
    for (const { codeDir, handler } of template.stack.functions) {
      const code = await readFile(join(codeDir, handler.replace(/\.handler$/, '.mjs')), 'utf8');
      expect(code).toMatch(/^\/\/ (?:functions|shared)\//m);
      expect(code).not.toMatch(FROM_A_PACKAGE);
    }
    expect('var a;\n// node_modules/zod/index.js\n').toMatch(FROM_A_PACKAGE);
  });
});
