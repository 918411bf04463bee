import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import { CliError } from '@device-lifecycle/operator/errors.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { createAdaptorServer } from '@hono/node-server';
import { createApp } from './app.ts';
import { createClients } from './clients.ts';
import { createLifecycleFeed } from './live/lifecycle-feed.ts';
import { buildPage } from './page-files.ts';
import { isLocal } from './tools.ts';

const HOST = '127.0.0.1';
const NAMES = [HOST, 'localhost'] as const;
const TOKEN_BYTES = 32;
/** Each poll is a call of AWS's, of which an account has some a second; the laptop has no such quota. */
const POLL_MS = { aws: 2_000, laptop: 150 } as const;

interface ConsoleOptions {
  readonly stack: Stack;
  readonly clock: Clock;
  /** 0 for any free one. */
  readonly port: number;
  /** Refuses every change. */
  readonly isReadOnly: boolean;
  /** Hears of failures that nobody could have foreseen. */
  onFailure(error: unknown): void;
}

export interface RunningConsole {
  /** With the token, which only who sees this link has. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the console on the loopback interface. @throws CliError when the port is taken */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { stack, clock, isReadOnly, onFailure } = options;
  const ended = new AbortController();
  const clients = createClients(stack);
  const pollMs = isLocal(stack) ? POLL_MS.laptop : POLL_MS.aws;
  const feed = createLifecycleFeed({ client: clients.logs, stack, clock, pollMs, signal: ended.signal });
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  let port = 0;
  const app = createApp(
    { stack, clients, clock, isReadOnly, pollMs, feed, signal: ended.signal },
    { token, page: buildPage(), hosts: () => NAMES.map((name) => hostOf(name, port)), onFailure },
  );
  const server = createAdaptorServer({ fetch: app.fetch });
  port = await listen(server, options.port);
  return {
    url: `http://${HOST}:${port}/#token=${token}`,
    async close() {
      ended.abort();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
      await promise;
      clients.close();
    },
  };
}

/** As browsers say it, which leave the port of HTTP itself out. */
const hostOf = (name: string, port: number): string => new URL(`http://${name}:${port}`).host;

type Server = ReturnType<typeof createAdaptorServer>;

async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const refuse = (error: NodeJS.ErrnoException) => reject(portProblem(error, port));
  server.once('error', refuse);
  server.listen(port, HOST, () => {
    server.off('error', refuse);
    resolve((server.address() as AddressInfo).port);
  });
  return promise;
}

function portProblem(error: NodeJS.ErrnoException, port: number): Error {
  const why = { EADDRINUSE: 'is taken', EACCES: 'is not for everybody' }[error.code ?? ''];
  if (why === undefined) return error;
  const sentence = `Port ${port} ${why}: give another with --port, or leave it out for any free one.`;
  return new CliError(sentence, { cause: error });
}
