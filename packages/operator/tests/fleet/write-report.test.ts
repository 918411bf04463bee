import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withReport } from '../../src/fleet/read-report.ts';
import { writeReport } from '../../src/fleet/write-report.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-'));
});

afterAll(() => rm(directory, { recursive: true }));

const path = () => join(directory, 'report.csv');

async function reportOf(message: string): Promise<string> {
  async function* outcomes() {
    yield { deviceId: 'dev-1', outcome: 'failed', message };
  }
  await writeReport(path(), outcomes(), 'arn');
  return readFile(path(), 'utf8');
}

describe('a report', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1'])(
    'has no cell that a spreadsheet would take for a formula: %j',
    async (message) => {
      expect(await reportOf(message)).toMatch(/^.*\ndev-1,failed,,(?:"?'|\\u000d=1)/);
    },
  );

  it('is text, which can be read again, whatever is said of a device', async () => {
    expect(await reportOf('a\0b\u001b[31m\u202e')).toContain('dev-1,failed,,a\\u0000b\\u001b[31m\\u202e,');
    const outcomes = await withReport(path(), async (rows) => {
      const found: string[] = [];
      for await (const { deviceId, outcome } of rows) found.push(`${deviceId} ${outcome}`);
      return found;
    });
    expect(outcomes).toEqual(['dev-1 failed']);
  });
});
