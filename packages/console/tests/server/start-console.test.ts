import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsEndpoint, startAwsEndpoint } from '@device-lifecycle/test-kit/aws-endpoint.ts';
import { createMark, processesWith } from '@device-lifecycle/test-kit/processes.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const PROJECT_DIR = join(import.meta.dirname, '../../../..');

let aws: AwsEndpoint;
let directory: string;
let stackFile: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  aws = await startAwsEndpoint();
  directory = await mkdtemp(join(tmpdir(), 'console-'));
  stackFile = join(directory, 'stack.json');
  const queues = { deadLetters: `${aws.url}/${testStack.deadLettersQueueName}` };
  await writeFile(stackFile, JSON.stringify({ region: 'us-east-1', awsEndpointUrl: aws.url, queues }));
});

afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await aws?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The command as it is typed; `said` is what it has printed by its end. */
function startCommand(args: readonly string[]) {
  const mark = createMark();
  const command = [
    'packages/devicectl/src/devicectl.mjs',
    'console',
    '--local',
    '--stack-file',
    stackFile,
    ...args,
  ];
  const child = spawn(process.execPath, command, {
    cwd: PROJECT_DIR,
    env: { ...process.env, ...mark },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  started.push(child);
  const said = { out: '', error: '' };
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
    const [link] = /http:\S+#token=\S+/.exec(said.out) ?? [];
    if (link !== undefined) resolve(link);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.error += text;
  });
  const ended = (once(child, 'close') as Promise<[number | null]>).then(([code]) => code);
  return { child, said, ready, ended, mark };
}

/** Streams that nobody ends but the console. Resolves once they have begun. */
async function listen(link: string, count: number): Promise<readonly Promise<void>[]> {
  const { origin, hash } = new URL(link);
  const headers = { authorization: `Bearer ${hash.replace('#token=', '')}` };
  const responses = await Promise.all(
    Array.from({ length: count }, () => fetch(`${origin}/api/live`, { headers })),
  );
  return responses.map(({ body }) => drain(body));
}

async function drain(body: ReadableStream<Uint8Array> | null): Promise<void> {
  const reader = body?.getReader();
  while ((await reader?.read())?.done === false);
}

describe('the console', () => {
  test.each(['SIGINT', 'SIGTERM', 'the end of its input'] as const)(
    'ends by %s, though pages listen, and leaves no process, no port and no word',
    async (how) => {
      const { child, said, ready, ended, mark } = startCommand(['--with-parent']);
      const link = await ready;
      const streams = await listen(link, 3);
      if (how === 'the end of its input') child.stdin.end();
      else child.kill(how);

      expect(await ended).toBe(0);
      await Promise.allSettled(streams);
      expect(await processesWith(mark)).toEqual([]);
      await expect(fetch(new URL(link).origin)).rejects.toThrow('fetch failed');
      expect(said.error).toBe('');
      // The link alone has the token in it.
      expect(said.out).toBe(`console of ${testStack.name} in the runtime at ${aws.url}: ${link}
`);
    },
  );

  test('says so when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const { said, ended } = startCommand(['--port', String(port)]);

    expect(await ended).toBe(1);
    expect(said).toEqual({
      out: '',
      error: `devicectl: Port ${port} is taken: give another with --port, or leave it out for any free one.\n`,
    });
    server.close();
  });
});
