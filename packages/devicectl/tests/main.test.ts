import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';

/** Has Node tell which packages it loads. */
const TELL = `data:text/javascript,${encodeURIComponent(`
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, next) {
    const [, name] = /.*\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url) ?? [];
    if (name !== undefined) process.stderr.write('loaded ' + name + '\\n');
    return next(url, context);
  },
});`)}`;

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tool as a process of its own, with nobody watching. */
function devicectl(...args: readonly string[]): Promise<Ended> {
  const commandLine = ['--import', TELL, 'packages/devicectl/src/devicectl.mjs', ...args];
  const env = { PATH: process.env['PATH'], FORCE_COLOR: '1' };
  return new Promise((resolve) => {
    execFile(process.execPath, commandLine, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

const loaded = ({ stderr }: Ended): readonly string[] => [
  ...new Set([...stderr.matchAll(/^loaded (.+)$/gm)].map(([, name = '']) => name)),
];

describe('devicectl', () => {
  it('ends as it would when nobody reads what it says', async () => {
    const tool = spawn(process.execPath, ['packages/devicectl/src/devicectl.mjs', 'device', 'shwo'], {
      stdio: 'pipe',
    });
    for (const stream of [tool.stdout, tool.stderr]) stream.destroy();
    expect(await once(tool, 'exit')).toEqual([2, null]);
  });

  it('loads nothing but what reads command lines, for help and for what is refused', async () => {
    const ended = await Promise.all([devicectl('--help'), devicectl('device', 'shwo'), devicectl()]);
    expect(ended.map(loaded)).toEqual([['commander'], ['commander'], ['commander']]);
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 2, 2]);
    expect(ended[1]?.stderr).toContain('devicectl: There is no command "device shwo", perhaps show: see');
    for (const { stdout, stderr } of ended) expect(stdout + stderr).not.toContain('\u001b');
  });
});
