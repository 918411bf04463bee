import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningConsole } from '../../src/server/start-console.ts';
import { askRaw } from './ask.ts';
import { asPage, kindOf, portOf, useServer } from './use-server.ts';

const fixture = useServer();
let open: RunningConsole;

beforeAll(() => {
  open = fixture().open;
});

describe('nobody but the page', () => {
  test('reaches it from elsewhere than this machine', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((of) => of ?? [])
      .filter(({ address }) => address !== '127.0.0.1' && !address.startsWith('fe80'));
    for (const { address } of others) {
      const socket = connect(portOf(open), address);
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
    }
    expect((await asPage(open, { path: '/' })).status).toBe(200);
  });

  test.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    '127.0.0.2:PORT',
    '[::1]:PORT',
    '[::ffff:127.0.0.1]:PORT',
    '[::ffff:7f00:1]',
    '0.0.0.0:PORT',
    '2130706433:PORT',
    '127.1:PORT',
    'localhost.:PORT',
    'LOCALHOST.evil.example:PORT',
    '127.0.0.1:PORT.evil.example',
    'evil.example@127.0.0.1:PORT',
  ])('is answered under the name %s', async (pattern) => {
    const host = pattern.replace('PORT', String(portOf(open)));
    for (const path of ['/', '/api/session', '/api/live', '/main.js']) {
      const answer = await asPage(open, { path, headers: { host } });
      expect([400, 403]).toContain(answer.status);
      expect(answer.body).not.toContain('<');
      expect(answer.body).not.toContain(testStack.name);
    }
  });

  test.each([
    ['another site', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['the same host over TLS', { origin: 'https://127.0.0.1:PORT' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a link or a frame of another site', { origin: undefined, 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { origin: undefined, 'sec-fetch-site': 'same-site' }],
    ['the wrong name of this machine', { origin: 'http://localhost:PORT' }],
  ])('is answered who comes from %s', async (_from, headers) => {
    const origin = headers.origin?.replace('PORT', String(portOf(open)));
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) {
      const question = { method, path: '/api/session', headers: { ...headers, origin } };
      const answer = await asPage(open, question);
      expect({ method, status: answer.status }).toEqual({ method, status: 403 });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('gets a preflight granted', async () => {
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' };
    const answer = await asPage(open, { method: 'OPTIONS', path: '/api/session', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('what is too much', () => {
  test('is refused: headers and addresses without end', async () => {
    // Node takes 16 KB.
    const long = 'x'.repeat(20_000);
    for (const text of [`GET /${long} HTTP/1.1\r\n\r\n`, `GET / HTTP/1.1\r\nhost: ${long}\r\n\r\n`]) {
      expect(await askRaw(portOf(open), text)).toMatch(/^HTTP\/1\.1 431 /);
    }
    expect((await asPage(open, { path: '/' })).status).toBe(200);
  });

  test('is refused: a body in chunks that says nothing of its size', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const answer = await asPage(open, {
      method: 'POST',
      path: '/api/session',
      headers,
      body: ' '.repeat(2 ** 21),
    });
    expect(kindOf(answer)).toBe('invalid');
  });

  test('is refused: two names of the server', async () => {
    const host = `127.0.0.1:${portOf(open)}`;
    const text = `GET / HTTP/1.1\r\nhost: ${host}\r\nhost: evil.example\r\nconnection: close\r\n\r\n`;
    expect(await askRaw(portOf(open), text)).toMatch(/^HTTP\/1\.1 40[03] /);
  });
});
