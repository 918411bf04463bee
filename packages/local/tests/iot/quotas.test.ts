import { DescribeEndpointCommand, DescribeThingCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { expectError, type IotHarness, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createQuotas } from '../../src/iot/quotas.ts';

const clock = new FakeClock();
let iot: IotHarness;

beforeAll(async () => {
  iot = await startIotHarness({ clock, quotas: { UpdateCertificate: 10 } });
});

afterAll(() => iot.close());

const update = () =>
  iot.client.send(new UpdateCertificateCommand({ certificateId: 'a'.repeat(64), newStatus: 'INACTIVE' }));

/** How many of a hundred calls were not throttled: there is no such certificate, which is told by another error. */
async function taken(): Promise<number> {
  const calls = await Promise.allSettled(Array.from({ length: 100 }, update));
  const names = calls.map((call) => call.status === 'rejected' && call.reason.name);
  expect(new Set(names)).toEqual(new Set(['ResourceNotFoundException', 'ThrottlingException']));
  return names.filter((name) => name === 'ResourceNotFoundException').length;
}

describe('a quota', () => {
  it('lets through as many calls a second as it says', async () => {
    expect(await taken()).toBe(10);
    await expectError(update(), 'ThrottlingException', 400, 'Rate exceeded');
    await clock.advance(500);
    expect(await taken()).toBe(5);
    await clock.advance(60_000);
    expect(await taken()).toBe(10);
  });

  it('is of one operation alone', async () => {
    await expectError(
      iot.client.send(new DescribeThingCommand({ thingName: 'none' })),
      'ResourceNotFoundException',
      404,
    );
    await expect(iot.client.send(new DescribeEndpointCommand({}))).resolves.toMatchObject({
      endpointAddress: 'localhost',
    });
  });

  it('is of an operation that there is', () => {
    const options = { operations: ['UpdateThing'], clock, status: 400 };
    expect(() => createQuotas({ ...options, rates: { UpdateThin: 1 } })).toThrow(
      /no operation UpdateThin .*UpdateThing/,
    );
  });
});
