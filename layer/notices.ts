import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** In the layer: what the licences of its packages ask to go with their code. */
export const NOTICES_FILE = 'THIRD-PARTY-NOTICES.txt';

/** A package that is at least in part in the layer. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as its package.json has it. */
  readonly license: string;
}

interface Notice extends BundledPackage {
  readonly author: string;
  /** Of its files that are licences or notices; without one, where to look. */
  readonly text: string;
}

/** `node_modules/a/node_modules/@b/c/index.js` → `node_modules/a/node_modules/@b/c` */
const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LEGAL_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;
const RULE = '-'.repeat(80);

/** Directories of the packages of which something is in the bundles, relative to the project, sorted. */
export function packagesIn(outputs: readonly Metafile['outputs'][]): readonly string[] {
  const inputs = outputs
    .flatMap((output) => Object.values(output))
    .flatMap((output) => Object.entries(output.inputs));
  const directories = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => PACKAGE.exec(path) ?? []);
  return [...new Set(directories)].sort();
}

const authorOf = (author: unknown): string =>
  typeof author === 'string' ? author : String(Object(author).name ?? '');

async function noticeOf(directory: string): Promise<Notice> {
  const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const { name, version, license, author, homepage } = manifest;
  if (typeof license !== 'string') throw new Error(`The package ${name} does not say its licence.`);
  const files = (await readdir(directory)).filter((file) => LEGAL_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  const text = texts.map((each) => each.replaceAll('\r\n', '\n').trim()).join('\n\n');
  if (text === '' && homepage === undefined)
    throw new Error(`The package ${name} has no text of its licence.`);
  return { name, version, license, author: authorOf(author), text: text === '' ? `See ${homepage}` : text };
}

const headingOf = ({ name, version, license, author }: Notice): string =>
  `${name} ${version} (${license})${author === '' ? '' : `, ${author}`}`;

/** Those that have the same text have it once. */
function sectionsOf(notices: readonly Notice[]): string[] {
  const byText = Map.groupBy(notices, ({ text }) => text);
  return [...byText].map(([text, packages]) => [RULE, packages.map(headingOf).join('\n'), text].join('\n\n'));
}

/** The notices of packages, and the packages by what their package.json says of them. */
export async function readNotices(projectDir: string, directories: readonly string[]): Promise<string> {
  const all = await Promise.all(directories.map((directory) => noticeOf(join(projectDir, directory))));
  const byHeading = new Map(all.map((notice) => [headingOf(notice), notice]));
  const sorted = [...byHeading].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, notice]) => notice);
  const introduction = 'This layer has code of the following packages, bundled and minified.';
  return `${[introduction, ...sectionsOf(sorted)].join('\n\n')}\n`;
}

const HEADING = /^(?<name>(?:@[^/\s]+\/)?\S+) (?<version>\d\S*) \((?<license>[^)]+|\([^)]*\))\)(?:, .*)?$/;

/** The packages that notices name. */
export function packagesOfNotices(text: string): readonly BundledPackage[] {
  return text
    .split(`\n${RULE}\n\n`)
    .slice(1)
    .flatMap((section) => section.slice(0, section.indexOf('\n\n')).trim().split('\n'))
    .flatMap((line) => {
      const { name, version, license } = HEADING.exec(line)?.groups ?? {};
      if (name === undefined || version === undefined || license === undefined) return [];
      return [{ name, version, license }];
    });
}
