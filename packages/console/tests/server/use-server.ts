import { systemClock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { type AwsEndpoint, startAwsEndpoint } from '@device-lifecycle/test-kit/aws-endpoint.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { afterAll, beforeAll } from '@jest/globals';
import { type RunningConsole, startConsole } from '../../src/server/start-console.ts';
import { type Answer, ask, type Question } from './ask.ts';

/** Of the operator, which must not be in any answer. */
export const SECRETS = {
  // In two parts, so that nobody takes this file for one with a secret in it.
  accessKeyId: `AKIA${'RECOGNISABLE0001'}`,
  secretAccessKey: 'recognisable/secret+access/key/0000000001',
  sessionToken: 'recognisable-session-token',
} as const;

/** For so long, a stream that does not end is looked at. */
const STREAM_MS = 300;

export interface ServerFixture {
  /** In the place of AWS. */
  readonly aws: AwsEndpoint;
  readonly stack: Stack;
  readonly open: RunningConsole;
  readonly readOnly: RunningConsole;
  /** What the terminal was told of. */
  readonly failures: readonly unknown[];
}

export const portOf = ({ url }: RunningConsole): number => Number(new URL(url).port);
export const tokenOf = ({ url }: RunningConsole): string => new URL(url).hash.replace('#token=', '');

/** As the page asks; `headers` replace its own, and `undefined` leaves one out. */
export function asPage(console: RunningConsole, { headers = {}, ...question }: Question): Promise<Answer> {
  const host = `127.0.0.1:${portOf(console)}`;
  const own = {
    host,
    authorization: `Bearer ${tokenOf(console)}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    ...(question.method !== undefined && { origin: `http://${host}` }),
  };
  const all = Object.entries({ ...own, ...headers }).filter(([, value]) => value !== undefined);
  return ask(portOf(console), { ...question, headers: Object.fromEntries(all) }, STREAM_MS);
}

/** Of a problem. */
export const kindOf = ({ body }: Answer): string => JSON.parse(body).kind;

/** Two consoles on their sockets, with recognisable credentials, and an endpoint that plays AWS. */
export function useServer(): () => ServerFixture {
  let fixture: ServerFixture | undefined;
  beforeAll(async () => {
    const aws = await startAwsEndpoint();
    const clientConfig = {
      maxAttempts: 1,
      region: 'eu-west-1',
      endpoint: aws.url,
      credentials: { ...SECRETS },
    };
    const stack = { ...testStack, clientConfig };
    const failures: unknown[] = [];
    const start = (isReadOnly: boolean) =>
      startConsole({
        stack,
        clock: systemClock,
        port: 0,
        isReadOnly,
        onFailure: (error) => failures.push(error),
      });
    const [open, readOnly] = await Promise.all([start(false), start(true)]);
    fixture = { aws, stack, open, readOnly, failures };
  });
  afterAll(async () => {
    await Promise.all([fixture?.open.close(), fixture?.readOnly.close()]);
    await fixture?.aws.stop();
  });
  return () => {
    if (fixture === undefined) throw new Error('The consoles have not been started.');
    return fixture;
  };
}
