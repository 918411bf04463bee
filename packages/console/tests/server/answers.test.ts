import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningConsole } from '../../src/server/start-console.ts';
import type { Question } from './ask.ts';
import { asPage, SECRETS, tokenOf, useServer } from './use-server.ts';

/** So that nobody reads the body. */
const UNTYPED = { 'content-type': undefined };

const fixture = useServer();
let open: RunningConsole;

beforeAll(() => {
  open = fixture().open;
});

describe('every answer', () => {
  test.each([
    ['the page', { path: '/' }, 200],
    ['a path of the page', { path: '/devices/dev-1' }, 200],
    ['data', { path: '/api/session' }, 200],
    ['a stream', { path: '/api/live' }, 200],
    ['what is not there', { path: '/api/nothing' }, 404],
    ['what is refused', { path: '/api/session', headers: { authorization: undefined } }, 401],
    ['what comes from elsewhere', { path: '/', headers: { host: 'evil.example' } }, 403],
    ['what is no method of a page', { method: 'POST', path: '/' }, 404],
    ['what is no method of the API', { method: 'PATCH', path: '/api/session', headers: UNTYPED }, 400],
    ['a HEAD of a stream', { method: 'HEAD', path: '/api/live', headers: UNTYPED }, 400],
    ['what is not JSON', { method: 'POST', path: '/api/session', body: '{' }, 400],
    [
      'what is too large',
      { method: 'POST', path: '/api/session', body: JSON.stringify('x'.repeat(2 ** 20)) },
      400,
    ],
  ])('forbids what a page could do with it: %s', async (_what, question: Question, status) => {
    const answer = await asPage(open, question);
    const { headers } = answer;
    expect(answer.status).toBe(status);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['strict-transport-security']).toBeUndefined();
    if (question.path?.startsWith('/api') === true) expect(headers['cache-control']).toBe('no-store');
  });

  test('takes a file for one, whatever kind of JSON the browser calls it', async () => {
    const answer = await asPage(open, {
      method: 'POST',
      path: '/api/fleets/uploads?name=two.jsonl',
      headers: { 'content-type': 'application/jsonl' },
      body: '{"deviceId":"dev-1"}\n{"deviceId":"dev-2"}\n',
    });
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('"devices":2') });
  });

  test('lets no id end the quotes of a query, and names no option of devicectl', async () => {
    const path = `/api/queries/life-of-a-device/run?from=0&device-id=${encodeURIComponent('x" or "y')}`;
    const { status, body } = await asPage(open, { path });
    expect(status).toBe(400);
    expect(body).toContain('An id has no quotes');
    expect(body).not.toContain('--');
  });

  test('of the page has nothing of this machine in it', async () => {
    const index = (await asPage(open, { path: '/' })).body;
    const files = [...index.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(1);
    for (const path of files) {
      const { body, headers } = await asPage(open, { path });
      expect(headers['cache-control']).toContain('immutable');
      for (const secret of [...Object.values(SECRETS), tokenOf(open), testStack.name, process.cwd()]) {
        expect(body.includes(secret)).toBe(false);
      }
    }
  });

  test.each([
    '/../../../../etc/passwd',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/console/server/app.ts',
  ])('is made of the page alone, not of files: %s', async (path) => {
    const { body } = await asPage(open, { path });
    expect(body).not.toContain('root:');
    expect(body).not.toContain('device-lifecycle-service');
    expect(body).not.toContain('import ');
  });
});
