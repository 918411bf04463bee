import { once } from 'node:events';
import { connect } from 'node:net';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyBytes, nastyString } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type RunningServices, startServices } from './services.ts';

let services: RunningServices;
const crashes: unknown[] = [];
const note = (error: unknown) => void crashes.push(error);

beforeAll(async () => {
  services = await startServices();
  process.on('unhandledRejection', note).on('uncaughtException', note);
});

afterAll(async () => {
  process.off('unhandledRejection', note).off('uncaughtException', note);
  await services.close();
});

const CREDENTIAL =
  'AWS4-HMAC-SHA256 Credential=AKID/20300102/us-east-1/states/aws4_request, SignedHeaders=h, Signature=s';
const header = fc.oneof(
  fc.constantFrom(
    ...[
      'Content-Length: -1',
      'Content-Length: 1e3',
      'Content-Length: 5, 6',
      'Content-Length: 99999999999999999999',
    ],
    ...[
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: chunked, identity',
      'Transfer-Encoding: x',
      'Expect: 100-continue',
    ],
    ...[
      'Connection: upgrade\r\nUpgrade: websocket',
      'Connection: close',
      'Host: evil.example',
      'Host: 127.0.0.1@evil.example',
    ],
    ...[
      'Host:',
      'Host: 127.0.0.1.evil.example',
      'Host: 127.0.0.1:1:1',
      'Origin: http://evil.example',
      'Origin: null',
    ],
    ...[
      'Authorization: AWS4-HMAC-SHA256 Credential=x',
      'Authorization: Basic eDp4',
      'Authorization: AWS4-HMAC-SHA256 ,,,=',
    ],
    ...[
      `Authorization: ${CREDENTIAL.replace('states', '__proto__')}`,
      `Authorization: ${CREDENTIAL.replace('states', 'constructor')}`,
    ],
    ...[
      'X-Amz-Target: AWSStepFunctions.__proto__',
      'X-Amz-Target: AWSStepFunctions.ListStateMachines',
      'X-Amz-Target:',
    ],
    ...[
      'Content-Type: application/x-www-form-urlencoded',
      'Content-Encoding: gzip',
      'X: \u0000',
      'no colon',
      ' folded: x',
      ': x',
    ],
    `X-Long: ${'x'.repeat(20_000)}`,
  ),
  nastyString.map((text) => `X-Any: ${text}`),
);
const line = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('POST', 'GET', 'PUT', 'HEAD', 'OPTIONS', 'CONNECT', 'BREW', 'post', ''),
      nastyString,
    ),
    fc.oneof(
      fc.constantFrom(
        '/',
        '/_local/clock',
        '/_local/',
        '/_local/__proto__',
        '*',
        '//',
        '/?X-Amz-Credential=a%2f20300102%2fr%2fs3%2faws4_request',
        'http://evil.example/',
        '/%',
        '?',
      ),
      nastyString.map((text) => `/${text}`),
    ),
    fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
  )
  .map((parts) => parts.join(' '));
const body = fc.oneof(
  fc.constant(''),
  nastyBytes.map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    '5\r\nhello\r\n0\r\n\r\n',
    'ffffffffffffffff\r\nx',
    '-1\r\n',
    '5;ext=x\r\nhel',
    '0\r\nTrailer: x\r\n\r\n',
    '{"maxResults":1}',
  ),
);
const good = fc.constantFrom(
  ...['{}', '{"maxResults":1}', '[', ''].map((content) =>
    [
      'POST / HTTP/1.1',
      `Authorization: ${CREDENTIAL}`,
      'X-Amz-Target: AWSStepFunctions.ListStateMachines',
      `Content-Length: ${content.length}\r\n\r\n${content}`,
    ].join('\r\n'),
  ),
  'GET /_local/clock HTTP/1.1\r\n\r\n',
);

/** A request that names this machine, as SDKs send it but for one more header, or with anything in it. */
const request = fc.oneof(
  fc.tuple(good, fc.option(header, { nil: undefined })).map(([text, extra]) => {
    const [first = '', ...rest] = text.split('\r\n');
    return [first, 'Host: 127.0.0.1', ...(extra === undefined ? [] : [extra]), ...rest].join('\r\n');
  }),
  fc
    .tuple(line, fc.boolean(), fc.boolean(), fc.array(header, { maxLength: 4 }), body)
    .map(([first, hasHost, isSigned, headers, content]) =>
      [
        first,
        ...(hasHost ? ['Host: 127.0.0.1'] : []),
        ...(isSigned ? [`Authorization: ${CREDENTIAL}`] : []),
        ...headers,
        '',
        content,
      ].join('\r\n'),
    ),
);

/** Says it, and hangs up when the runtime has answered or has closed the connection; or when it waits for more. */
async function say(text: string): Promise<string> {
  const socket = connect(services.endpoint.port, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('error', () => undefined).on('data', (chunk: Buffer) => received.push(chunk));
  await once(socket, 'connect');
  socket.end(Buffer.from(text, 'latin1'));
  await once(socket, 'close');
  return Buffer.concat(received).toString('latin1');
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

describe(`the endpoint's HTTP (TEST_SEED=${TEST_SEED})`, () => {
  it('answers anything, or hangs up, and goes on', async () => {
    const tally = await fuzz('runtime/http', request, async (text) => {
      const answer = await say(text);
      expect([services.errors.splice(0), crashes.splice(0)]).toEqual([[], []]);
      if (answer === '') return 'hung up';
      const status = statusOf(answer);
      // Node.js has 501 and 505 for what HTTP does not know.
      expect([status < 500 || status === 501 || status === 505, answer.split('\r\n')[0]]).toEqual([
        true,
        expect.anything(),
      ]);
      return status < 400 ? 'answered' : 'refused';
    });
    expect(tally).toMatchObject({ answered: expect.any(Number), refused: expect.any(Number) });
    const alive = await services.call({ service: '', method: 'GET', path: '/_local/clock' });
    expect(alive.status).toBe(200);
  });

  it('does nothing for a name or a page of elsewhere', async () => {
    const hosts = fc.oneof(
      fc.constantFrom(
        'evil.example',
        '127.0.0.1.evil.example',
        'localhost.evil.example',
        '127.0.0.1@evil',
        'evil:80',
        '0.0.0.0',
        '[::]',
        '2130706433',
      ),
      nastyString.map((text) => text.replace(/[\r\n]/g, '')),
    );
    await fuzz('runtime/http-hosts', hosts, async (host) => {
      const answer = await say(
        `POST /_local/clock HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 20\r\n\r\n{"advanceSeconds":1}`,
      );
      expect(services.errors.splice(0)).toEqual([]);
      expect([400, 403]).toContain(statusOf(answer));
      return String(statusOf(answer));
    });
    const clock = await services.call({ service: '', method: 'GET', path: '/_local/clock' });
    expect(JSON.parse(clock.body).offsetSeconds).toBe(0);
  });
});
