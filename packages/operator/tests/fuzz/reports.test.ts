import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeviceOutcome } from '../../src/fleet/outcome.ts';
import { readCsv } from '../../src/fleet/read-csv.ts';
import { type ReportRow, withReport } from '../../src/fleet/read-report.ts';
import { REPORT_COLUMNS } from '../../src/fleet/report-csv.ts';
import { writeReport } from '../../src/fleet/write-report.ts';

/** What spreadsheets calculate: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'reports-'));
});

afterAll(() => rmSync(directory, { recursive: true }));

const outcome: fc.Arbitrary<DeviceOutcome> = fc.record(
  {
    deviceId: fc.constantFrom('sensor-1', 'A:b_c-D', '__proto__', 'x'.repeat(128)),
    outcome: fc.constantFrom('decommissioned', 'failed', 'notRun'),
    error: nastyString,
    message: nastyString,
    retryable: fc.boolean(),
    ttl: fc.nat(),
  },
  { requiredKeys: ['deviceId', 'outcome'] },
);
const ids = fc.constantFrom('-dev', '--', 'a', ':', '_x', '-1+1');
const hostile = fc.tuple(outcome, ids).map(([made, deviceId]): DeviceOutcome => ({ ...made, deviceId }));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function* streamed<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const rowOf = ({ deviceId, outcome, retryable = false, ttl }: DeviceOutcome): Omit<ReportRow, 'line'> => ({
  deviceId,
  outcome,
  isRetryable: retryable,
  execution: 'arn:run',
  ...(ttl !== undefined && { ttl }),
});

describe(`reports (TEST_SEED=${TEST_SEED})`, () => {
  it('have no cell that is calculated, and are read again as they were written', async () => {
    const path = join(directory, 'lot.report.csv');
    const cases = fc.array(fc.oneof(outcome, hostile), { minLength: 1, maxLength: 4 });
    await fuzz('cli/reports', cases, async (outcomes) => {
      await writeReport(path, streamed(outcomes), 'arn:run');
      const rows = await withReport(path, all);
      expect(rows.map(({ line: _, ...row }) => row)).toEqual(outcomes.map(rowOf));
      const [header, ...records] = await all(readCsv('report', streamed([await readFile(path)])));
      expect(header?.fields).toEqual(REPORT_COLUMNS);
      expect(records.flatMap(({ fields }) => fields).filter((cell) => FORMULA.test(cell))).toEqual([]);
      return 'read again';
    });
  });
});
