import type { BundledPackage } from '../notices.ts';
import { idOf, inProduction, type LockedPackage, resolveFrom } from './lock.ts';

interface Component {
  readonly 'bom-ref': string;
  readonly type: 'library';
  readonly name: string;
  readonly version: string;
  readonly scope: 'required' | 'optional';
  /** Package URL. */
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly (
    | { readonly license: { readonly id: string } }
    | { readonly expression: string }
  )[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}

/** What of CycloneDX 1.6 is used. https://cyclonedx.org/docs/1.6/json/ */
export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
};

/** https://github.com/package-url/purl-spec: of names, the `@` of a scope is percent-encoded. */
const purlOf = ({ name, version }: LockedPackage): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;

/** Of each hash in Subresource Integrity, in hexadecimal digits. */
const hashesOf = (integrity: string): Component['hashes'] =>
  integrity.split(' ').flatMap((each) => {
    const [algorithm = '', digest = ''] = each.split(/-(.*)/s);
    const alg = ALGORITHMS[algorithm];
    return alg === undefined ? [] : [{ alg, content: Buffer.from(digest, 'base64').toString('hex') }];
  });

const licensesOf = (license: string): Component['licenses'] =>
  /[ ()]/.test(license) ? [{ expression: license }] : [{ license: { id: license } }];

const componentOf = (locked: LockedPackage, inLayer: ReadonlySet<string>): Component => ({
  'bom-ref': idOf(locked),
  type: 'library',
  name: locked.name,
  version: locked.version,
  scope: locked.isOptional ? 'optional' : 'required',
  purl: purlOf(locked),
  hashes: hashesOf(locked.integrity ?? ''),
  licenses: licensesOf(locked.license ?? 'NOASSERTION'),
  ...(inLayer.has(idOf(locked)) && { properties: [{ name: 'device-lifecycle:in', value: 'layer' }] }),
});

/**
 * The bill of materials of everything that is used outside of development, the same for the same lock file. `npm sbom
 * --omit dev` (npm 11.19) leaves out whatever development needs as well, so it is made from the lock file itself.
 */
export function makeSbom(
  product: Product,
  packages: readonly LockedPackage[],
  bundled: readonly BundledPackage[],
): Sbom {
  const inLayer = new Set(bundled.map(idOf));
  const byPath = new Map(packages.map((locked) => [locked.path, locked]));
  const used = new Map(inProduction(packages).map((locked) => [idOf(locked), locked]));
  const refsOf = (path: string, names: readonly string[]): string[] =>
    names.flatMap((name) => {
      const found = resolveFrom(path, name, byPath);
      return found === undefined ? [] : [idOf(found)];
    });
  const ref = idOf(product);
  const needs = Object.keys({ ...product.dependencies, ...product.optionalDependencies });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        'bom-ref': ref,
        type: 'application',
        name: product.name,
        version: product.version,
        licenses: licensesOf(product.license),
      },
    },
    components: [...used.values()].map((locked) => componentOf(locked, inLayer)),
    dependencies: [
      { ref, dependsOn: refsOf('', needs) },
      ...[...used].map(([id, locked]) => ({ ref: id, dependsOn: refsOf(locked.path, locked.needs) })),
    ],
  };
}
