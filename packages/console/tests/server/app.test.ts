import { systemClock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { AwsEndpoint } from '@device-lifecycle/test-kit/aws-endpoint.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createApp } from '../../src/server/app.ts';
import { createClients } from '../../src/server/clients.ts';
import type { RunningConsole } from '../../src/server/start-console.ts';
import { asPage, kindOf, SECRETS, tokenOf, useServer } from './use-server.ts';

interface Route {
  readonly method: string;
  /** With something in the place of its parameters. */
  readonly path: string;
}

const fixture = useServer();
let aws: AwsEndpoint;
let open: RunningConsole;
let readOnly: RunningConsole;
let routes: readonly Route[];

beforeAll(() => {
  ({ aws, open, readOnly } = fixture());
  const unknown = ['GET', 'POST', 'PUT', 'DELETE'].map((method) => ({ method, path: '/api/nothing' }));
  routes = [...routesOf(fixture().stack), ...unknown];
});

const bodyOf = (method: string) => (method === 'GET' ? {} : { body: '{}' });

/** Those of the API that a console has, of each view. */
function routesOf(stack: Stack): readonly Route[] {
  const nobody = new AbortController();
  const app = createApp(
    {
      stack,
      clients: createClients(stack),
      clock: systemClock,
      isReadOnly: false,
      pollMs: 1_000,
      feed: { listen: () => undefined },
      signal: nobody.signal,
    },
    {
      token: '',
      page: { respond: () => new Response(), compressedBytes: 0 },
      hosts: () => [],
      onFailure: () => undefined,
    },
  );
  return app.routes
    .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api'))
    .map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+(\{[^}]*\})?\??/g, 'dev-1') }));
}

describe('every route of the API', () => {
  test('is known to these tests', () => {
    expect(routes).toContainEqual({ method: 'GET', path: '/api/session' });
    expect(routes).toContainEqual({ method: 'GET', path: '/api/live' });
  });

  test('asks for the whole token, and asks AWS nothing before', async () => {
    const token = tokenOf(open);
    const wrong = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      token,
      `Basic ${token}`,
      `bearer ${token}`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}x`,
      `Bearer ${token}, Bearer ${token}`,
      `Bearer ${tokenOf(readOnly)}`,
    ];
    aws.take();
    for (const { method, path } of routes) {
      for (const authorization of wrong) {
        const answer = await asPage(open, { method, path, headers: { authorization }, ...bodyOf(method) });
        expect({ method, path, authorization, status: answer.status }).toMatchObject({ status: 401 });
        expect(Object.keys(JSON.parse(answer.body))).toEqual(['kind', 'message']);
      }
    }
    expect(aws.take()).toEqual([]);
  });

  test('does nothing when it is no GET: without an Origin, and in a console that changes nothing', async () => {
    aws.take();
    const changes = routes.filter(({ method }) => method !== 'GET');
    for (const { method, path } of changes) {
      const anonymous = await asPage(open, { method, path, headers: { origin: undefined }, body: '{}' });
      expect({ method, path, kind: kindOf(anonymous) }).toEqual({ method, path, kind: 'foreign' });
      const refused = await asPage(readOnly, { method, path, body: '{}' });
      expect({ method, path, kind: kindOf(refused) }).toEqual({ method, path, kind: 'readOnly' });
    }
    expect(aws.take()).toEqual([]);
  });

  test('has no path around these: however it is written, there is the page, or nothing', async () => {
    const letter = fc.constantFrom(
      '/',
      '//',
      '/./',
      '/../',
      '%2f',
      '%2F',
      '%2e%2e/',
      '\\',
      ';',
      '%00',
      '%',
      '?',
      '#',
      'A',
    );
    const path = fc
      .tuple(
        fc.array(letter, { maxLength: 4 }),
        fc.constantFrom(...routes.map((route) => route.path)),
        letter,
      )
      .map(([before, inner, after]) => `/${before.join('')}${inner}${after}`);
    await fc.assert(
      fc.asyncProperty(path, async (written) => {
        const answer = await asPage(open, { path: written, headers: { authorization: 'Bearer x' } });
        expect([200, 400, 401, 403, 404]).toContain(answer.status);
        if (answer.status === 200) expect(answer.headers['content-type']).toContain('text/html');
      }),
      { numRuns: 200 },
    );
  });

  test('tells nobody the credentials, whatever AWS says', async () => {
    const replies = [
      // A query of logs is asked after until it is over.
      { status: 200, body: { queryId: 'q', status: 'Complete', results: [] } },
      { status: 403, body: { __type: 'AccessDeniedException', message: 'not authorized' } },
      { status: 400, body: { __type: 'ValidationException', message: 'bad' } },
    ];
    for (const reply of replies) {
      aws.reply(reply);
      const answers = await Promise.all(
        routes.map(({ method, path }) => asPage(open, { method, path, ...bodyOf(method) })),
      );
      const said = JSON.stringify(answers);
      for (const secret of [...Object.values(SECRETS), tokenOf(open)]) expect(said).not.toContain(secret);
    }
    // Nor the terminal.
    for (const secret of Object.values(SECRETS))
      expect(fixture().failures.map(String).join('\n')).not.toContain(secret);
    // They have been used.
    expect(aws.take().length).toBeGreaterThan(routes.length);
    aws.reply({ status: 200, body: {} });
  });
});
