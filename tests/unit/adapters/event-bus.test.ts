import type { EventBridgeClient, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { createClock, START } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createEventBus } from '../../../shared/adapters/event-bus.ts';
import { toLifecycleEvent } from '../../../shared/domain/events.ts';
import type { LifecycleEvent } from '../../../shared/domain/lifecycle-event.ts';
import { problemsOfEvent } from '../../support/event-schema.ts';

function anEvent(deviceId: string, name = 'pump'): LifecycleEvent {
  const event = toLifecycleEvent({
    after: { ...aDevice({ id: deviceId, name }), step: { operation: 'register' } },
  });
  if (event === undefined) throw new Error('There is no event.');
  return event;
}

const idOf = ({ Detail = '{}' }: PutEventsRequestEntry): string => JSON.parse(Detail).deviceId;
const awsError = (name: string, $fault: 'client' | 'server') =>
  Object.assign(new Error('as AWS says it'), { name, $fault, $metadata: { httpStatusCode: 400 } });

/** What EventBridge says to an entry: an error code, or nothing. */
type Verdict = (deviceId: string, call: number) => string | undefined;

describe('a bus of EventBridge', () => {
  let calls: PutEventsRequestEntry[][];
  let verdict: Verdict;
  let failure: (call: number) => Error | undefined;
  const clock = createClock();
  const timing = { clock, deadlineEpochMs: START + 60_000 };

  const client = {
    async send({ input }: { readonly input: { readonly Entries: PutEventsRequestEntry[] } }) {
      calls.push(input.Entries);
      const error = failure(calls.length);
      if (error !== undefined) throw error;
      const Entries = input.Entries.map((entry) => {
        const ErrorCode = verdict(idOf(entry), calls.length);
        return ErrorCode === undefined ? { EventId: 'event-1' } : { ErrorCode, ErrorMessage: 'no' };
      });
      return { Entries };
    },
  };
  const bus = createEventBus(client as unknown as EventBridgeClient, 'the-bus');
  const put = async (events: readonly LifecycleEvent[], at = timing) => {
    const untaken = await bus.put(events, at);
    return [...untaken].map(([{ detail }, { name }]) => [detail.deviceId, name]);
  };

  beforeEach(() => {
    calls = [];
    verdict = () => undefined;
    failure = () => undefined;
    clock.set(START);
  });

  it('gets an event under the name of its type, with the time of what it tells, as the schema has it', async () => {
    expect(await put([anEvent('a')])).toEqual([]);

    const [[entry]] = calls as [[PutEventsRequestEntry]];
    expect(entry).toMatchObject({
      EventBusName: 'the-bus',
      Source: 'device-lifecycle',
      DetailType: 'DeviceRegistered',
      Time: new Date(START),
    });
    const { Source: source, DetailType, Detail = '' } = entry;
    expect(problemsOfEvent({ source, 'detail-type': DetailType, detail: JSON.parse(Detail) })).toEqual([]);
  });

  it('gets ten events a call', async () => {
    const ids = Array.from({ length: 23 }, (_, index) => `device-${index}`);
    expect(await put(ids.map((id) => anEvent(id)))).toEqual([]);
    expect(calls.map(({ length }) => length)).toEqual([10, 10, 3]);
    expect(calls.flat().map(idOf)).toEqual(ids);
  });

  it('gets 256 KB a call at most, and what is larger alone', async () => {
    const large = 'x'.repeat(100 * 1024);
    await put([anEvent('a', large), anEvent('b', large), anEvent('c', large), anEvent('d', large.repeat(3))]);
    expect(calls.map((call) => call.map(idOf))).toEqual([['a', 'b'], ['c'], ['d']]);
  });

  it.each(['ThrottlingException', 'InternalFailure', 'InternalException'])(
    'gets again only what it did not take for %s',
    async (code) => {
      verdict = (deviceId, call) => (deviceId === 'b' && call < 3 ? code : undefined);
      expect(await put([anEvent('a'), anEvent('b'), anEvent('c')])).toEqual([]);
      expect(calls.map((call) => call.map(idOf))).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    },
  );

  it('gets again a call that was throttled as a whole, or had no answer', async () => {
    failure = (call) =>
      [awsError('ThrottlingException', 'client'), Object.assign(new Error('late'), { name: 'TimeoutError' })][
        call - 1
      ];
    expect(await put([anEvent('a')])).toEqual([]);
    expect(calls).toHaveLength(3);
  });

  it('is given up on at the deadline, and gets no further call', async () => {
    const events = Array.from({ length: 11 }, (_, index) => anEvent(`device-${index}`));
    verdict = (deviceId) => (deviceId === 'device-3' ? 'ThrottlingException' : undefined);
    expect(await put(events, { clock, deadlineEpochMs: START })).toEqual([
      ['device-3', 'Throttled'],
      ['device-10', 'Throttled'],
    ]);
    expect(calls).toHaveLength(1);
  });

  it.each(['AccessDeniedException', 'MalformedDetail', 'NotAuthorizedForSourceException'])(
    'gets nothing again that it refused for %s, and the others all the same',
    async (code) => {
      verdict = (deviceId, call) => {
        if (deviceId === 'a') return code;
        return deviceId === 'b' && call === 1 ? 'ThrottlingException' : undefined;
      };
      expect(await put([anEvent('a'), anEvent('b'), anEvent('c')])).toEqual([['a', 'EventRefused']]);
      expect(calls.map((call) => call.map(idOf))).toEqual([['a', 'b', 'c'], ['b']]);
    },
  );

  it('refuses as a whole what it may not be told, or does not understand', async () => {
    failure = () => awsError('AccessDeniedException', 'client');
    expect(await put([anEvent('a'), anEvent('b')])).toEqual([
      ['a', 'EventRefused'],
      ['b', 'EventRefused'],
    ]);
    expect(calls).toHaveLength(1);
  });

  it('does not answer, once its own faults last until the deadline', async () => {
    failure = () =>
      Object.assign(awsError('SomethingElse', 'server'), { $metadata: { httpStatusCode: 503 } });
    expect(await put([anEvent('a')], { clock, deadlineEpochMs: START })).toEqual([
      ['a', 'ServiceUnavailable'],
    ]);
  });

  it('has not taken what it says nothing of', async () => {
    const silent = { send: async () => ({}) } as unknown as EventBridgeClient;
    const untaken = await createEventBus(silent, 'the-bus').put([anEvent('a')], {
      clock,
      deadlineEpochMs: START,
    });
    expect([...untaken.values()]).toMatchObject([{ name: 'ServiceUnavailable' }]);
  });

  it('throws what is no answer of AWS', async () => {
    failure = () => new TypeError('a bug');
    await expect(put([anEvent('a')])).rejects.toThrow('a bug');
  });
});
