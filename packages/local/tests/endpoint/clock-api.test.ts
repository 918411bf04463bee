import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MovableClock } from '../../src/clock.ts';
import { createClockApi } from '../../src/endpoint/clock-api.ts';
import { type Endpoint, startEndpoint } from '../../src/endpoint/endpoint.ts';

describe("the clock on the runtime's endpoint", () => {
  let endpoint: Endpoint;
  let clock: MovableClock;
  let told: string[];

  beforeEach(async () => {
    clock = new MovableClock();
    told = [];
    const tell = (message: string) => void told.push(message);
    const log = { info: tell, warn: tell, error: tell };
    const own = { clock: createClockApi(clock, log) };
    endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services: {}, own, log });
  });

  afterEach(() => endpoint.close());

  async function call(method: string, body?: string, headers = {}, path = '/_local/clock') {
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await fetch(endpoint.url + path, init);
    const text = await response.text();
    expect(text).toMatch(/^[^\n]+\n$/);
    expect(response.headers.get('content-type')).toBe('application/json');
    return { status: response.status, answer: JSON.parse(text) };
  }

  it('tells the time', async () => {
    const { status, answer } = await call('GET');
    expect(status).toBe(200);
    expect(answer).toEqual({ now: expect.stringMatching(/^\d{4}-.*Z$/), offsetSeconds: 0 });
  });

  it('moves it forward, with whatever content type, and says so', async () => {
    await call('POST', '{"advanceSeconds":86400}');
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const { answer } = await call('POST', '{"advanceSeconds":0.5}', type);

    expect(answer).toMatchObject({ offsetSeconds: 86_400.5 });
    expect(Date.parse(Object(answer).now) - Date.now()).toBeGreaterThan(86_000_000);
    expect(clock.offsetMs).toBe(86_400_500);
    expect(told).toEqual([
      expect.stringMatching(/^the clock was moved forward by 86400 s, to 2\d{3}-/),
      expect.stringMatching(/^the clock was moved forward by 0\.5 s, to 2\d{3}-/),
    ]);
  });

  it.each([
    ['{"advanceSeconds":-1}', 'The clock cannot be moved forward by -1 s.'],
    ['{"advanceSeconds":1e300}', 'The clock cannot be moved forward by 1e+300 s.'],
    ['{"advanceSeconds":"86400"}', 'Give by how much, as in {"advanceSeconds": 86400}.'],
    ['{"advanceSeconds":1,"days":1}', 'The clock knows advanceSeconds alone, not days.'],
    ['[]', 'Give by how much, as in {"advanceSeconds": 86400}.'],
    ['null', 'Give by how much, as in {"advanceSeconds": 86400}.'],
    ['', 'The body is not JSON.'],
  ])('does not take %p', async (body, message) => {
    // As curl sends it.
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await call('POST', body, type)).toEqual({ status: 400, answer: { message } });
    expect(clock.offsetMs).toBe(0);
  });

  it('takes no other method, and has no other path', async () => {
    expect(await call('PUT', '{}')).toMatchObject({ status: 405 });
    expect(await call('GET', undefined, {}, '/_local/time')).toEqual({
      status: 404,
      answer: { message: 'There is no /_local/time: there is /_local/clock.' },
    });
  });

  it('is not moved by web pages', async () => {
    const fromPage = { origin: 'https://example.com' };
    expect(await call('POST', '{"advanceSeconds":1}', fromPage)).toMatchObject({ status: 403 });
    expect(clock.offsetMs).toBe(0);
  });
});
