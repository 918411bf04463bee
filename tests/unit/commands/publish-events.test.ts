import { createClock } from '@device-lifecycle/test-kit/clock.ts';
import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { publishEvents } from '../../../shared/commands/publish-events.ts';
import type { StreamedItem, StreamedWrite } from '../../../shared/domain/events.ts';
import type { LifecycleEvent } from '../../../shared/domain/lifecycle-event.ts';
import { EventRefused, type LifecycleError, Throttled } from '../../../shared/errors.ts';

const registered = (id: string): StreamedWrite => ({
  after: { ...aDevice({ id }), step: { operation: 'register' } },
});
const updated = (id: string, version: number): StreamedWrite => ({
  before: aDevice({ id, version: version - 1 }),
  after: { ...aDevice({ id, version }), step: { operation: 'update' } },
});
const seen = (id: string): StreamedWrite => ({
  before: aDevice({ id }),
  after: aDevice({ id, lastSeenAt: 5 }),
});
const poison = (id: string): StreamedWrite => ({
  after: { id, step: { operation: 'register' } } satisfies StreamedItem,
});

const nameOf = ({ detail }: LifecycleEvent) => `${detail.deviceId}/${detail.sequence}`;

describe('publishEvents', () => {
  let sent: string[][];
  let errors: Readonly<Record<string, LifecycleError>>;
  const timing = { clock: createClock(), deadlineEpochMs: Number.POSITIVE_INFINITY };

  const publish = async (...writes: StreamedWrite[]) => {
    const { published, failure } = await publishEvents(writes, {
      ...timing,
      bus: {
        async put(events) {
          sent.push(events.map(nameOf));
          return new Map(
            events.flatMap((event) => {
              const error = errors[nameOf(event)];
              return error === undefined ? [] : [[event, error]];
            }),
          );
        },
      },
    });
    return {
      published: published.map(({ position }) => position),
      ...(failure !== undefined && { failed: [failure.position, failure.error.name] }),
    };
  };

  beforeEach(() => {
    sent = [];
    errors = {};
  });

  it('sends the events of writes, in their order, and of other writes none', async () => {
    expect(await publish(registered('a'), seen('a'), registered('b'))).toEqual({ published: [0, 2] });
    expect(sent).toEqual([['a/2', 'b/2']]);
  });

  it('sends nothing where nothing is to be told', async () => {
    expect(await publish(seen('a'))).toEqual({ published: [] });
    expect(sent).toEqual([]);
  });

  it('sends an event of a device once the one before it is taken, never beside it', async () => {
    await publish(registered('a'), registered('b'), updated('a', 2), registered('c'), updated('a', 3));
    expect(sent).toEqual([['a/2', 'b/2'], ['a/4', 'c/2'], ['a/6']]);
  });

  it('stops at the first event that is not taken, so that no later one overtakes it', async () => {
    errors = { 'b/2': new Throttled('busy'), 'c/2': new EventRefused('no') };
    const result = await publish(registered('a'), registered('b'), registered('c'), updated('b', 2));
    expect(result).toEqual({ published: [0], failed: [1, 'Throttled'] });
    expect(sent).toEqual([['a/2', 'b/2', 'c/2']]);
  });

  it('says what else was taken, though it comes again', async () => {
    errors = { 'a/2': new EventRefused('no') };
    expect(await publish(registered('a'), registered('b'))).toEqual({
      published: [1],
      failed: [0, 'EventRefused'],
    });
  });

  it('sends what comes before a record that no event can be told of, and stops there', async () => {
    const result = await publish(registered('a'), poison('b'), registered('c'));
    expect(result).toEqual({ published: [0], failed: [1, 'IntegrityViolation'] });
    expect(sent).toEqual([['a/2']]);
  });

  it('comes to an earlier failure of the bus first', async () => {
    errors = { 'a/2': new Throttled('busy') };
    expect(await publish(registered('a'), poison('b'))).toEqual({ published: [], failed: [0, 'Throttled'] });
  });
});
