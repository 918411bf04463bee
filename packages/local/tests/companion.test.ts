import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@device-lifecycle/test-kit/eventually.ts';
import { createMark, processesWith } from '@device-lifecycle/test-kit/processes.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCompanion } from '../src/companion.ts';

let directory: string;
let told: string[];
let mark: ReturnType<typeof createMark>;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'companion-'));
  told = [];
  mark = createMark();
});

afterEach(() => rm(directory, { recursive: true }));

const noted = () => readFile(join(directory, 'noted'), 'utf8').catch(() => '');

/** Starts a script, which finds where to note things as `noted`. */
async function start(body: string, ...args: string[]) {
  const script = join(directory, 'script.mjs');
  const imports = `import { appendFileSync } from 'node:fs';
    const note = (text) => appendFileSync(${JSON.stringify(join(directory, 'noted'))}, text);`;
  await writeFile(script, `${imports}\n${body}`);
  const tell = (message: string): void => {
    told.push(message);
  };
  const companion = startCompanion({
    command: [script, ...args],
    environment: { ...process.env, ...mark },
    log: { info: tell, warn: tell, error: tell },
    graceMs: 100,
  });
  return { companion, script };
}

describe('a companion', () => {
  it('gets its arguments as they are, and runs on with an open input until it is told to end', async () => {
    const { companion } = await start(
      `process.stdin.on('end', () => note(' its input ended')).resume();
      process.on('SIGTERM', () => { note(' told'); process.exit(1); });
      note(process.argv[2]);`,
      '$HOME "a b"',
    );
    await eventually(async () => expect(await noted()).toBe('$HOME "a b"'));
    await companion.stop();

    expect(await noted()).toBe('$HOME "a b" told');
    expect(await processesWith(mark)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('that does not listen is ended by force', async () => {
    const { companion } = await start(
      "process.on('SIGTERM', () => {}); process.stdin.resume(); setInterval(() => {}, 60_000); note('up');",
    );
    await eventually(async () => expect(await noted()).toBe('up'));
    await companion.stop();
    expect(await processesWith(mark)).toEqual([]);
    expect(told).toEqual([]);
  });

  it('that fails is told of in one line, which says what to start again', async () => {
    const { companion, script } = await start('process.exit(3);', '--flag');
    await eventually(async () =>
      expect(told).toEqual([`node ${script} --flag ended with exit code 3; the runtime goes on without it.`]),
    );
    await companion.stop();
    expect(told).toHaveLength(1);
  });

  it('that comes to its end is missed by nobody', async () => {
    const { companion } = await start("note('done');");
    await eventually(async () => expect(await processesWith(mark)).toEqual([]));
    await companion.stop();
    expect(await noted()).toBe('done');
    expect(told).toEqual([]);
  });
});
