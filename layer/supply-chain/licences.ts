import type { BundledPackage } from '../notices.ts';
import { idOf, inProduction, type LockedPackage } from './lock.ts';

/** Those that ask for no more than to be named, by their SPDX ids; the Unlicense asks for nothing. */
export const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
]);

/** Whether an SPDX expression leaves a way that is allowed; what cannot be read, as brackets within, is not. */
export function isAllowed(license: string | undefined): boolean {
  const alternatives = (license ?? '').replace(/^\(([^()]*)\)$/, '$1').split(' OR ');
  return alternatives.some((all) => all.split(' AND ').every((id) => ALLOWED_LICENCES.has(id.trim())));
}

function placeOf(locked: LockedPackage, bundled: ReadonlySet<string>): string {
  if (bundled.has(idOf(locked))) return 'layer';
  return locked.isOptional ? 'laptop' : '';
}

/** docs/licences.md */
export function renderLicences(
  packages: readonly LockedPackage[],
  inLayer: readonly BundledPackage[],
): string {
  const bundled = new Set(inLayer.map(idOf));
  const used = [...new Map(inProduction(packages).map((locked) => [idOf(locked), locked])).values()];
  const rows = used.map(
    (locked) =>
      `| ${locked.name} | ${locked.version} | ${locked.license ?? ''} | ${placeOf(locked, bundled)} |`,
  );
  const counts = Object.entries(Object.groupBy(used, ({ license }) => license ?? ''))
    .map(([license, of = []]) => `${license} ${of.length}`)
    .sort();
  return `# Licences

Made by \`npm run licences\`; edit nothing here. Every package that is used outside of development: by functions (those of which something is in their layer), by \`devicectl\`, and on the laptop alone.

${used.length} packages: ${counts.join(', ')}. Allowed are ${[...ALLOWED_LICENCES].join(', ')}.

The layer takes the texts with it, in \`/opt/THIRD-PARTY-NOTICES.txt\`. \`npm run sbom\` prints the same packages as a bill of materials (CycloneDX).

| package | version | licence | in |
| --- | --- | --- | --- |
${rows.sort().join('\n')}
`;
}
