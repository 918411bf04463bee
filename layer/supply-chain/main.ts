/**
 * `npm run licences` writes docs/licences.md; `npm run --silent sbom` prints the bill of materials of what is used
 * outside of development.
 */
import { globSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildLayer } from '../build-layer.ts';
import { NOTICES_FILE, packagesOfNotices } from '../notices.ts';
import { findThirdPartyImports } from '../third-party-imports.ts';
import { renderLicences } from './licences.ts';
import { readLock } from './lock.ts';
import { makeSbom } from './sbom.ts';

const projectDir = join(import.meta.dirname, '../..');
const handlers = globSync('functions/*/handler.ts', { cwd: projectDir });
const { files } = await buildLayer(projectDir, await findThirdPartyImports(projectDir, handlers));
const notices = new TextDecoder().decode(files.find(({ path }) => path === NOTICES_FILE)?.content);
const bundled = packagesOfNotices(notices);
const packages = await readLock(projectDir);

if (process.argv[2] === 'sbom') {
  const product = JSON.parse(await readFile(join(projectDir, 'package.json'), 'utf8'));
  process.stdout.write(`${JSON.stringify(makeSbom(product, packages, bundled), undefined, 2)}\n`);
} else {
  await writeFile(join(projectDir, 'docs/licences.md'), renderLicences(packages, bundled));
}
