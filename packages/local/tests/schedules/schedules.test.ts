import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/clock.ts';
import type { Schedule } from '../../src/schedules/schedules.ts';
import { createSchedules } from '../../src/schedules/schedules.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:tidy';

const schedule: Schedule = {
  name: 'tidy-up',
  arn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/tidy-up',
  expression: 'rate(1 minute)',
  enabled: true,
  service: 'scheduler',
  targets: [{ functionArn }],
};

describe('schedules', () => {
  let close: () => Promise<void> = async () => undefined;

  function start(schedules: readonly Schedule[], fails = false) {
    const fake = new FakeClock('2026-01-01T00:00:30.000Z');
    let jumpedMs = 0;
    const clock: Clock = {
      now: () => fake.now() + jumpedMs,
      sleep: (ms, signal) => fake.sleep(ms, signal),
    };
    const events: { at: string; functionArn: string; event: unknown }[] = [];
    const logged: string[] = [];
    const log = (message: string) => void logged.push(message);
    const started = createSchedules({
      clock,
      accountId: '000000000000',
      region: 'eu-west-1',
      log: { info: log, warn: log, error: log },
      functions: {
        async invokeAsync(name, payload) {
          events.push({
            at: new Date(clock.now()).toISOString(),
            functionArn: name,
            event: JSON.parse(payload),
          });
          if (fails) throw new Error('no such function');
        },
      },
    });
    for (const schedule of schedules) void started.keeper.put(schedule);
    close = () => started.close();
    return {
      events,
      logged,
      advance: (ms: number) => fake.advance(ms),
      jump(ms: number) {
        jumpedMs += ms;
      },
      sleeping: () => fake.sleeping,
      times: () => events.map(({ at }) => at.slice(11, 19)),
    };
  }

  afterEach(() => close());

  it('begin at once where they are rates', async () => {
    const cron = { ...schedule, arn: `${schedule.arn}-cron`, expression: 'cron(2 0 * * ? *)' };
    const { advance, events, times } = start([schedule, cron]);

    await advance(95_000);

    expect(times()).toEqual(['00:00:30', '00:01:30', '00:02:00']);
    expect(events[0]?.event).toMatchObject({
      source: 'aws.scheduler',
      detail: '{}',
      resources: [schedule.arn],
    });
  });

  it('give every target its input, with what EventBridge Scheduler fills in', async () => {
    const input =
      '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>","try":"<aws.scheduler.attempt-number>"}';
    const { advance, events } = start([{ ...schedule, targets: [{ functionArn, input }, { functionArn }] }]);

    await advance(60_000);

    const inputs = events.map(({ event }) => event);
    expect(inputs).toHaveLength(4);
    expect(inputs[0]).toEqual({ at: '2026-01-01T00:00:30Z', by: schedule.arn, try: '1' });
    expect(inputs).toContainEqual({ at: '2026-01-01T00:01:30Z', by: schedule.arn, try: '1' });
    expect(inputs).toContainEqual(expect.objectContaining({ source: 'aws.scheduler' }));
  });

  it('are due once where the clock has been moved past many of their times', async () => {
    const { advance, jump, times } = start([schedule]);
    await advance(60_000);
    jump(10 * 3_600_000 + 15_000);

    await advance(166_000);

    expect(times()).toEqual(['00:00:30', '00:01:30', '10:02:45', '10:03:30', '10:04:30']);
  });

  it('do nothing where they are disabled, nor after their last time', async () => {
    const { advance, events, sleeping } = start([
      { ...schedule, arn: `${schedule.arn}-off`, enabled: false },
      { ...schedule, arn: `${schedule.arn}-past`, expression: 'at(2020-01-01T00:00:00)' },
      { ...schedule, expression: 'at(2026-01-01T00:01:00)' },
    ]);

    await advance(3_600_000);

    expect(events.map(({ at }) => at)).toEqual(['2026-01-01T00:01:00.000Z']);
    expect(sleeping()).toBe(0);
  });

  it('go on when a target cannot be invoked, and say so', async () => {
    const { advance, logged } = start([schedule], true);

    await advance(120_000);

    const message = `the schedule tidy-up could not invoke ${functionArn}: Error: no such function`;
    expect(logged).toEqual([message, message, message]);
  });

  it('leave no timer when they are closed', async () => {
    const monthly = { ...schedule, expression: 'cron(0 0 1 * ? *)' };
    const { sleeping, advance, events } = start([monthly, { ...monthly, arn: `${schedule.arn}-too` }]);
    expect(sleeping()).toBe(2);

    await close();

    expect(sleeping()).toBe(0);
    await advance(600_000);
    expect(events).toEqual([]);
  });
});
