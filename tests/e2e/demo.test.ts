import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { createMark, processesWith } from '@device-lifecycle/test-kit/processes.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const PROJECT_DIR = new URL('../..', import.meta.url).pathname;

let temporaryDir: string;

beforeAll(async () => {
  temporaryDir = await mkdtemp(join(tmpdir(), 'demo-test-'));
});

afterAll(() => rm(temporaryDir, { recursive: true }));

interface Interrupt {
  /** Sent once what the demo has printed matches `at`. */
  readonly signal: NodeJS.Signals;
  readonly at: RegExp;
}

/** Runs the demo to its end, and looks at what is left of it. */
async function runDemo(args: readonly string[], interrupt?: Interrupt) {
  const mark = createMark();
  const demo = spawn(process.execPath, ['demo/main.ts', ...args], {
    cwd: PROJECT_DIR,
    env: { ...process.env, ...mark, TMPDIR: temporaryDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  let isDue = true;
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text;
    if (interrupt === undefined || !isDue || !interrupt.at.test(printed.stdout)) return;
    isDue = false;
    demo.kill(interrupt.signal);
    // As npm passes it on.
    setTimeout(() => demo.kill(interrupt.signal), 20);
  });
  demo.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text;
  });
  const [code]: (number | null)[] = await once(demo, 'close');
  return {
    ...printed,
    code,
    left: { processes: await processesWith(mark), files: await readdir(temporaryDir) },
  };
}

const NOTHING = { processes: [], files: [] };

describe('the demo', () => {
  it('holds all of its claims, and refuses an engine that has devices already', async () => {
    const engine = await startDynoxide();
    try {
      const first = await runDemo(['--dynamodb', engine.endpoint]);
      const second = await runDemo(['--dynamodb', engine.endpoint]);

      expect(first).toMatchObject({ code: 0, stderr: '', left: NOTHING });
      expect(first.stdout).toMatch(/\n\d+ claims checked against tables and logs, all true\./);
      expect(second).toMatchObject({
        code: 1,
        stderr: 'error: There are devices in the tables already: start the demo with an empty engine.\n',
        left: NOTHING,
      });
      expect(second.stdout).not.toMatch(/[✓✗]/);
    } finally {
      await engine.stop();
    }
  });

  it.each([
    ['as it starts', { signal: 'SIGTERM', at: /^Packaging/ }, 143],
    ['in the middle of its story', { signal: 'SIGINT', at: /✓/ }, 130],
    ['by its terminal', { signal: 'SIGHUP', at: /The tables before/ }, 129],
  ] as const)('leaves nothing behind when it is interrupted %s', async (_, interrupt, code) => {
    const interrupted = await runDemo([], interrupt);
    expect(interrupted).toMatchObject({ code, stderr: '', left: NOTHING });
    expect(interrupted.stdout).not.toMatch(/all true|✗/);
  });

  it("says what the runtime says when that doesn't start, and nothing else", async () => {
    const { code, stderr, left } = await runDemo(['--region', 'mars']);
    expect(code).toBe(1);
    expect(stderr).toBe('error: --region mars is not an AWS Region: give one such as us-east-1.\n');
    expect(left).toEqual(NOTHING);
  });
});
