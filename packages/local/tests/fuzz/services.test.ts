import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { brokenCall } from './api-calls.ts';
import { type Answer, type RunningServices, startServices } from './services.ts';

let services: RunningServices;

beforeAll(async () => {
  services = await startServices();
});

afterAll(() => services.close());

/** The name of the error in an answer, wherever the service's protocol has it. */
function errorName({ headers, body }: Answer): string {
  const inHeader = headers['x-amzn-errortype'];
  return String(
    inHeader ?? /"__type":"([^"]+)"|<Code>([^<]+)<|"(message)"/.exec(body)?.slice(1).find(Boolean) ?? '',
  );
}

describe(`the endpoint's services (TEST_SEED=${TEST_SEED})`, () => {
  it('answer any call, or refuse it by name, and go on', async () => {
    const tally = await fuzz('runtime/services', brokenCall, async (call) => {
      const answer = await services.call(call);
      expect(services.errors.splice(0)).toEqual([]);
      expect(answer.status).toBeLessThan(500);
      if (answer.status < 400) return 'answered';
      // Node.js answers by itself where a path takes more than it reads of a head.
      if (answer.status === 431) return 'too long';
      expect(errorName(answer)).not.toBe('');
      return 'refused';
    });
    expect(tally).toMatchObject({ answered: expect.any(Number), refused: expect.any(Number) });
  });
});
