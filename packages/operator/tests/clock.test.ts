import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../src/clock.ts';

const CLOCK = fileURLToPath(new URL('../src/clock.ts', import.meta.url));

describe('the clock of the tool', () => {
  it('does not wait for what has passed already, and says nothing of it', () => {
    const program = `const { systemClock } = await import(${JSON.stringify(CLOCK)}); await systemClock.sleep(-7);`;
    const args = ['--input-type=module', '--eval', program];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('stops waiting when it is told to', async () => {
    const told = new AbortController();
    const waiting = systemClock.sleep(60_000, told.signal);
    told.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});
