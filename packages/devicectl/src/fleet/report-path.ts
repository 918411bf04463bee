import { stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { UsageError } from '@device-lifecycle/operator/errors.ts';
import { executionOfReport } from '@device-lifecycle/operator/fleet/read-report.ts';
import { assertWritable } from './writable.ts';

/** `lot-7.csv` and `lot-7.report.2.csv` both have `lot-7.report.csv`, beside them. */
export function reportPathOf(inputPath: string): string {
  const base = basename(inputPath, extname(inputPath)).replace(/\.report(\.\d+)?$/, '');
  return join(dirname(inputPath), `${base}.report.csv`);
}

interface WantedReport {
  /** As the operator has named it. */
  readonly named: string | undefined;
  /** Else. */
  readonly byDefault: string;
  readonly executionArn: string;
}

/**
 * Where the report of a run goes. One of the same run is replaced, any other file never is: a name that the operator
 * has given is refused then, and the default gets a number.
 * @throws UsageError
 */
export async function chooseReportPath({ named, byDefault, executionArn }: WantedReport): Promise<string> {
  const isFree = async (path: string): Promise<boolean> =>
    !(await exists(path)) || (await isReportOf(path, executionArn));
  // Told before anything is begun, not when the results are there.
  await assertWritable(named ?? byDefault, '--report');
  if (named !== undefined) {
    if (await isFree(named)) return named;
    throw new UsageError(
      `${named} is there already, and not the report of this run: name another with --report.`,
    );
  }
  for (let n = 1; ; n += 1) {
    const path = n === 1 ? byDefault : byDefault.replace(/\.csv$/, `.${n}.csv`);
    if (await isFree(path)) return path;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (Object(error).code === 'ENOENT') return false;
    throw error;
  }
}

async function isReportOf(path: string, executionArn: string): Promise<boolean> {
  try {
    return (await executionOfReport(path)) === executionArn;
  } catch (error) {
    if (error instanceof UsageError) return false;
    throw error;
  }
}
