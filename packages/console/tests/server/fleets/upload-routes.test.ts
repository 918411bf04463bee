import { once } from 'node:events';
import { request } from 'node:http';
import { expect, it } from '@jest/globals';
import type { FleetUpload } from '../../../src/contract/fleets.ts';
import { portOf, tokenOf, useServer } from '../use-server.ts';

const server = useServer();

/** Begins to send a file, and leaves the end of it to the test. */
function upload(contentLength?: number) {
  const { open } = server();
  const host = `127.0.0.1:${portOf(open)}`;
  const sending = request({
    host: '127.0.0.1',
    port: portOf(open),
    method: 'POST',
    path: '/api/fleets/uploads?name=lot.csv',
    headers: {
      host,
      origin: `http://${host}`,
      authorization: `Bearer ${tokenOf(open)}`,
      ...(contentLength !== undefined && { 'content-length': contentLength }),
    },
  });
  const answered = once(sending, 'response').then(async ([response]) => {
    let body = '';
    for await (const chunk of response) body += chunk;
    return JSON.parse(body);
  });
  return { sending, answered };
}

it('tells what is in a file, what it costs, and what of it is left out', async () => {
  const { sending, answered } = upload();
  sending.write('deviceId\na\n');
  sending.end('b\nb\n');
  const kept: FleetUpload = await answered;
  expect(kept).toMatchObject({ name: 'lot.csv', devices: 2, problemCount: 1 });
  expect(kept.forecast.devices).toBe(2);
});

it('takes all of a file that it refuses, so that browsers hear why', async () => {
  const { sending, answered } = upload();
  sending.write('name\n');
  for (let n = 0; n < 64; n += 1) sending.write('x\n'.repeat(1 << 15));
  sending.end();
  expect((await answered).message).toContain('lot.csv has no column deviceId');
});

it('refuses at once what is too large', async () => {
  const { sending, answered } = upload(300_000_000);
  sending.flushHeaders();
  expect((await answered).message).toContain('lot.csv is larger than 256 MB');
  sending.destroy();
});

it('says nothing in the terminal of a page that has gone away', async () => {
  const { sending, answered } = upload();
  answered.catch(() => undefined);
  sending.on('error', () => undefined);
  // More than is kept on the way, so that the server has begun to read.
  const lines = `a,${'x'.repeat(1_000)}\n`.repeat(4_000);
  await new Promise((flushed) => sending.write(`deviceId,note\n${lines}`, flushed));
  sending.destroy();
  const { sending: next, answered: kept } = upload();
  next.end('deviceId\nb\n');
  expect((await kept).devices).toBe(1);
  expect(server().failures).toEqual([]);
});
