import { describe, expect, it } from '@jest/globals';
import { matchesError, StatesError } from '../../src/states/values.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation */
describe('ErrorEquals', () => {
  it.each([
    ['States.ALL', 'Custom', true],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
    ['States.Runtime', 'States.Runtime', false],
    ['States.TaskFailed', 'Custom', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.Timeout', 'States.Timeout', true],
    ['States.Timeout', 'States.HeartbeatTimeout', true],
    ['States.HeartbeatTimeout', 'States.HeartbeatTimeout', true],
    ['States.HeartbeatTimeout', 'States.Timeout', false],
    ['custom', 'Custom', false],
  ])('%s for %s: %s', (name, error, expected) => {
    expect(matchesError([name], error)).toBe(expected);
  });

  it('alone knows of heartbeats (recorded: timeouts/test_heartbeats.py)', () => {
    expect(new StatesError('States.HeartbeatTimeout').told()).toEqual({ error: 'States.Timeout' });
  });
});
