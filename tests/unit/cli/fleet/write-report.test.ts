import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeReport } from '../../../../cli/fleet/write-report.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-'));
});

afterAll(() => rm(directory, { recursive: true }));

describe('a report', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
    'has no cell that a spreadsheet would take for a formula: %j',
    async (message) => {
      const path = join(directory, 'report.csv');
      async function* outcomes() {
        yield { deviceId: 'dev-1', outcome: 'failed', message };
      }
      await writeReport(path, outcomes(), 'arn');
      const text = await readFile(path, 'utf8');
      expect(text).toMatch(/^.*\ndev-1,failed,,"?'/);
    },
  );
});
