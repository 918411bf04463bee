import { expect, test } from '@jest/globals';
import { parseLock } from '../../../../layer/supply-chain/lock.ts';
import { makeSbom } from '../../../../layer/supply-chain/sbom.ts';

const product = { name: 'service', version: '1.0.0', license: 'MIT', dependencies: { '@a/b': '^1.0.0' } };
const sha512 = Buffer.alloc(64, 1);
const entry = (version: string, more: object = {}) => ({
  version,
  license: 'MIT',
  integrity: `sha512-${sha512.toString('base64')}`,
  ...more,
});
const lock = parseLock(
  JSON.stringify({
    packages: {
      '': {},
      'node_modules/@a/b': entry('1.0.0', { dependencies: { c: '^2.0.0', d: '*' } }),
      'node_modules/@a/b/node_modules/c': entry('2.0.0', {
        license: '(MIT OR ISC)',
        dependencies: { d: '*' },
      }),
      'node_modules/c': entry('1.0.0', { dev: true }),
      'node_modules/d': entry('3.0.0', { optional: true }),
    },
  }),
);

test('what only development needs is no part of it', () => {
  const { components } = makeSbom(product, lock, []);

  expect(components.map(({ 'bom-ref': ref, scope }) => [ref, scope])).toEqual([
    ['@a/b@1.0.0', 'required'],
    ['c@2.0.0', 'required'],
    ['d@3.0.0', 'optional'],
  ]);
});

test('a component has its package URL, the hash of its archive, and its licence', () => {
  const [first, second] = makeSbom(product, lock, [{ name: 'c', version: '2.0.0', license: '' }]).components;

  expect(first).toMatchObject({
    purl: 'pkg:npm/%40a/b@1.0.0',
    hashes: [{ alg: 'SHA-512', content: sha512.toString('hex') }],
    licenses: [{ license: { id: 'MIT' } }],
  });
  expect(first?.properties).toBeUndefined();
  expect(second).toMatchObject({
    licenses: [{ expression: '(MIT OR ISC)' }],
    properties: [{ name: 'device-lifecycle:in', value: 'layer' }],
  });
});

test('dependencies are those that Node.js finds, the nearest first', () => {
  expect(makeSbom(product, lock, []).dependencies).toEqual([
    { ref: 'service@1.0.0', dependsOn: ['@a/b@1.0.0'] },
    { ref: '@a/b@1.0.0', dependsOn: ['c@2.0.0', 'd@3.0.0'] },
    { ref: 'c@2.0.0', dependsOn: ['d@3.0.0'] },
    { ref: 'd@3.0.0', dependsOn: [] },
  ]);
});
