import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RuntimeOptions } from './runtime.ts';

/** Requests to the runtime's endpoint by service and operation, such as `events:PutEvents`. */
export type Requests = Readonly<Record<string, number>>;

export interface RequestCounter {
  /** With which the runtime is started. */
  readonly options: Required<Pick<RuntimeOptions, 'nodeArgs' | 'env'>>;
  /** What the runtime has been asked since it started. */
  read(pid: number): Promise<Requests>;
  close(): Promise<void>;
}

const POLL_MS = 20;

/** Has a runtime count its requests, see count-requests.ts. */
export async function createRequestCounter(): Promise<RequestCounter> {
  const directory = await mkdtemp(join(tmpdir(), 'bench-requests-'));
  const file = join(directory, 'requests.json');
  return {
    options: {
      nodeArgs: ['--import', new URL('./count-requests.ts', import.meta.url).href],
      env: { BENCH_REQUESTS_FILE: file },
    },
    async read(pid) {
      await rm(file, { force: true });
      process.kill(pid, 'SIGUSR2');
      for (;;) {
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text !== undefined) return JSON.parse(text);
        await delay(POLL_MS);
      }
    },
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Of `after`, what was not in `before`. */
export function since(before: Requests, after: Requests): Requests {
  const more = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

/** Those that went to one of the services, by signing name. */
export function ofServices(services: readonly string[], requests: Requests): Requests {
  const theirs = Object.entries(requests).filter(([name]) => services.includes(name.split(':')[0] ?? ''));
  return Object.fromEntries(theirs);
}

/** How many of them. */
export const requestsTo = (services: readonly string[], requests: Requests): number =>
  Object.values(ofServices(services, requests)).reduce((sum, count) => sum + count, 0);
