import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createTerminal } from '../src/terminal.ts';

const never = new AbortController().signal;

function start(isTTY = true, env: Readonly<Record<string, string>> = {}, columns = 80) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  for (const stream of [stdin, stdout, stderr]) Object.assign(stream, { isTTY, columns });
  const terminal = createTerminal({ stdin, stdout, stderr, env } as unknown as NodeJS.Process);
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { terminal, stdin, printed: () => read(stdout), told: () => read(stderr) };
}

describe('asking', () => {
  it.each([
    ['y', true],
    ['YES', true],
    ['n', false],
    ['', false],
    ['yesterday\n\u0015no', false],
  ])('takes "%s" for %s', async (typed, expected) => {
    const { terminal, stdin } = start(false);
    const answer = terminal.confirm('Sure?', never);
    stdin.write(`${typed}\n`);
    expect(await answer).toBe(expected);
  });

  it('takes the end of the input for no', async () => {
    const { terminal, stdin } = start(false);
    const answer = terminal.confirm('Sure?', never);
    stdin.end();
    expect(await answer).toBe(false);
  });

  it('takes Ctrl-D for no', async () => {
    const { terminal, stdin } = start(true);
    const answer = terminal.confirm('Sure?', never);
    stdin.write('\u0004');
    expect(await answer).toBe(false);
  });

  it('takes Ctrl-C for no, at the prompt and as a signal', async () => {
    const { terminal, stdin } = start(true);
    const answer = terminal.confirm('Sure?', never);
    stdin.write('\u0003');
    expect(await answer).toBe(false);

    const interrupted = new AbortController();
    const other = start(false).terminal.confirm('Sure?', interrupted.signal);
    interrupted.abort();
    expect(await other).toBe(false);
  });
});

describe('asking for a line', () => {
  it('takes what is typed', async () => {
    const { terminal, stdin, told } = start(false);
    const answer = terminal.ask('How many?', never);
    stdin.write('1000\n');
    expect(await answer).toBe('1000');
    expect(told()).toContain('How many?');
  });

  it('takes Ctrl-C and the end of the input for no answer', async () => {
    const { terminal, stdin } = start(false);
    const answer = terminal.ask('How many?', never);
    stdin.end();
    expect(await answer).toBeUndefined();

    const interrupted = new AbortController();
    const other = start(true).terminal.ask('How many?', interrupted.signal);
    interrupted.abort();
    expect(await other).toBeUndefined();
  });
});

describe('the status', () => {
  it('is replaced by what comes next, and nothing where nobody watches', () => {
    const watched = start(true);
    watched.terminal.status('1 of 2');
    watched.terminal.status('2 of 2');
    watched.terminal.out('done');
    expect(watched.told()).toBe('\r\u001b[K1 of 2\r\u001b[K2 of 2\r\u001b[K');
    expect(watched.printed()).toBe('done\n');

    const unwatched = start(false);
    unwatched.terminal.status('1 of 2');
    unwatched.terminal.error('problem');
    expect(unwatched.told()).toBe('problem\n');
    expect([unwatched.terminal.isInteractive, unwatched.terminal.columns]).toEqual([false, undefined]);
  });

  it('is nothing on a terminal without a width, on which nothing could be redrawn', () => {
    const { terminal, told } = start(true, {}, 0);
    terminal.status('1 of 2');
    terminal.progress('lot-7').stop();
    expect(told()).toBe('lot-7 …\n');
    expect(terminal.columns).toBeUndefined();
  });

  it.each([[{ NO_COLOR: '1' }], [{ TERM: 'dumb' }]])('is nothing where %j is set', (env) => {
    const { terminal, told } = start(true, env);
    terminal.status('1 of 2');
    expect(told()).toBe('');
  });
});

describe('what is said', () => {
  it('cannot do anything to a terminal, whatever it is made of', () => {
    const { terminal, printed, told } = start(true);
    const evil = 'dev\u001b[2J\u009b31m\u202egnp.exe\r';
    terminal.out(evil);
    expect(printed()).toBe('dev\\u001b[2J\\u009b31m\\u202egnp.exe\\u000d\n');
    terminal.error(evil);
    expect(told()).toBe('dev\\u001b[2J\\u009b31m\\u202egnp.exe\\u000d\n');
    terminal.status(evil);
    expect(told()).toBe('\r\u001b[Kdev\\u001b[2J\\u009b31m\\u202egnp.exe\\u000d');
  });

  it('is the same JSON', () => {
    const { terminal, printed } = start(false);
    const value = { text: 'a\u001b\u009b\u202e\u2028\u007f\n\t"\\' };
    terminal.out(JSON.stringify(value, null, 2));
    expect(JSON.parse(printed())).toEqual(value);
  });
});
