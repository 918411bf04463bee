import { basename } from 'node:path';
import { assertNotInterrupted, CliError, EXIT, UsageError } from '../errors.ts';
import { IdSet } from './id-set.ts';
import type { Line, Lines } from './lines.ts';
import { type OpenFile, openStream, withFile } from './open-file.ts';
import { devicesOfCsv, devicesOfJsonLines, formatOf } from './read-devices.ts';
import { type Source, withSource } from './source.ts';

/** What is kept of a file's problems; they are all counted. */
const MAX_PROBLEMS = 100_000;
const SHOWN_PROBLEMS = 20;

export interface Problem {
  readonly line: number;
  /** `has no deviceId`. */
  readonly problem: string;
}

/** What a file has to say about devices. */
export interface CheckedFile {
  readonly name: string;
  /** Its good lines, each device once, in their order. */
  readonly source: Source;
  /** The first of them. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** Where the file has a device of the source. */
  lineOf(deviceId: string): number | undefined;
}

/**
 * Reads a CSV with a column deviceId, or JSON Lines, of any size, and checks each line.
 * @throws UsageError where it is no such file at all, or names no device
 */
export function withCheckedFile<T>(
  path: string,
  signal: AbortSignal,
  use: (file: CheckedFile) => Promise<T>,
): Promise<T> {
  return withFile(path, (file) => withCheckedFileOf(basename(path), file, signal, use));
}

/** The same of a file that comes from elsewhere. `name`: how messages call it. */
export async function withCheckedStream<T>(
  name: string,
  stream: AsyncIterable<Buffer>,
  signal: AbortSignal,
  use: (file: CheckedFile) => Promise<T>,
): Promise<T> {
  return withCheckedFileOf(name, await openStream(stream), signal, use);
}

function withCheckedFileOf<T>(
  name: string,
  { beginning, stream }: OpenFile,
  signal: AbortSignal,
  use: (file: CheckedFile) => Promise<T>,
): Promise<T> {
  const isCsv = formatOf(name, beginning) === 'csv';
  const lines = isCsv ? devicesOfCsv(name, stream) : devicesOfJsonLines(stream);
  return withCheckedLines(name, lines, signal, (file) => {
    if (file.source.devices === 0 && file.problemCount === 0)
      throw new UsageError(`${name} names no devices.`);
    return use(file);
  });
}

/** The same for lines of any file; there may be none. */
export function withCheckedLines<T>(
  name: string,
  lines: Lines,
  signal: AbortSignal,
  use: (file: CheckedFile) => Promise<T>,
): Promise<T> {
  const seen = new IdSet();
  const problems: Problem[] = [];
  let problemCount = 0;
  const reject = (problem: Problem) => {
    problemCount += 1;
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  async function* goodDevices(): AsyncGenerator<string> {
    for await (const line of lines) {
      assertNotInterrupted(signal);
      const checked = checkDuplicate(line, seen);
      if ('deviceId' in checked) yield checked.deviceId;
      else reject(checked);
    }
  }
  return withSource(goodDevices(), (source) =>
    use({ name, source, problems, problemCount, lineOf: (deviceId) => seen.get(deviceId) }),
  );
}

function checkDuplicate(line: Line, seen: IdSet): Line {
  if ('problem' in line) return line;
  const first = seen.add(line.deviceId, line.line);
  if (first === undefined) return line;
  return { line: line.line, problem: `"${line.deviceId}" is on line ${first.toLocaleString('en')} already` };
}

/** `line 40,213: has no deviceId`, a line each; the first ones, and how many more there are. */
export function describeProblems({ problems, problemCount }: CheckedFile): string {
  const shown = problems
    .slice(0, SHOWN_PROBLEMS)
    .map(({ line, problem }) => `line ${line.toLocaleString('en')}: ${problem}`);
  const more = problemCount - shown.length;
  if (more > 0) shown.push(`and ${more.toLocaleString('en')} more`);
  return shown.join('\n');
}

/** How many there are, for people. */
export const badLines = (count: number): string =>
  count === 1 ? '1 bad line' : `${count.toLocaleString('en')} bad lines`;

/**
 * Nothing is begun with a file that is not understood in full.
 * @throws CliError
 */
export function assertFileIsGood(
  file: CheckedFile,
  { skipBadLines }: { readonly skipBadLines: boolean },
): void {
  const { name, problemCount, source } = file;
  if (problemCount > 0 && !skipBadLines) {
    throw new CliError(
      `${name} has ${badLines(problemCount)}: mend the file, or leave them out with --skip-bad-lines.\n${describeProblems(file)}`,
      { exitCode: EXIT.usage },
    );
  }
  if (source.devices === 0) throw new UsageError(`${name} has no good line.`);
}
