import { describe, expect, it } from '@jest/globals';
import { parseFaultRule, readFaults } from '../../src/faults/read-faults.ts';
import { parseOptions } from '../../src/options.ts';

describe('a rule of --fault', () => {
  it.each([
    [
      'dynamodb:PutItem=ThrottlingException@0.1',
      'call',
      { kind: 'error', code: 'ThrottlingException', status: 400 },
    ],
    ['iot:*=ConflictException(409)', 'call', { kind: 'error', code: 'ConflictException', status: 409 }],
    ['*:*=lostResponse@.5', 'call', { kind: 'lostResponse' }],
    ['s3:GetObject=delay(300)@1', 'call', { kind: 'delay', ms: 300 }],
    [
      'lambda:Invoke=TooManyRequestsException',
      'call',
      { kind: 'error', code: 'TooManyRequestsException', status: 429 },
    ],
    ['lambda:*-register-device=kill@0.01', 'invocation', { kind: 'kill' }],
    ['lambda:*=duplicate', 'event', { kind: 'duplicate' }],
    ['mqtt:devices/*/heart=beat=reorder@0.2', 'message', { kind: 'reorder' }],
    ['mqtt:*=duplicate', 'message', { kind: 'duplicate' }],
    ['streams:*=cut@0', 'batch', { kind: 'cut' }],
    ['engine=kill@0.001', 'engineCall', { kind: 'kill' }],
    ['clock=skew(-1500)@0.5', 'boot', { kind: 'skew', ms: -1500 }],
  ])('%s is read', (text, occasion, fault) => {
    expect(parseFaultRule(text)).toMatchObject({ text, occasion, fault });
  });

  it.each([
    ['dynamodb:*', 'give TARGET=KIND@PROBABILITY'],
    ['=kill', 'give TARGET=KIND@PROBABILITY'],
    ['dynamo:*=lostResponse', 'with a service of dynamodb, events, iot'],
    ['dynamodb=lostResponse', 'dynamodb is no target'],
    ['mqtt:=duplicate', 'mqtt: is no target'],
    ['engine:1=kill', 'engine:1 is no target'],
    ['toString:x=kill', 'toString:x is no target'],
    ['dynamodb:*=Throttling', 'or another error with its status'],
    ['dynamodb:*=kill', 'there is lostResponse, delay'],
    ['dynamodb:*=Odd(200)', 'Odd(200) is no fault'],
    ['dynamodb:*=delay(-1)', 'delay(-1) is no fault'],
    ['dynamodb:*=lostResponse(1)', 'lostResponse(1) is no fault'],
    ['mqtt:*=toString', 'there is duplicate, reorder'],
    ['engine=restart', 'there is kill'],
    ['clock=skew', 'there is skew(MS)'],
    ['engine=kill@2', '2 is no probability: give a number from 0 to 1'],
    ['engine=kill@', ' is no probability'],
    ['engine=kill@1e-3', '1e-3 is no probability'],
  ])('%s is refused, with what is allowed', (text, reason) => {
    expect(() => parseFaultRule(text)).toThrow(
      expect.objectContaining({ name: 'FaultRuleError', message: expect.stringContaining(reason) }),
    );
  });

  it('has names with * for any characters, and no other patterns', () => {
    const { target } = parseFaultRule('mqtt:$aws/*/a.b+=duplicate');
    expect(target.test('mqtt:$aws/x/y/a.b+')).toBe(true);
    expect(target.test('mqtt:$aws/x/aXb+')).toBe(false);
  });
});

describe('faults on the command line', () => {
  it('are none by default', () => {
    expect(parseOptions([])).not.toHaveProperty('faults');
  });

  it('are rules and a seed, which is drawn where none is given', () => {
    const { faults } =
      parseOptions(['--fault', 'engine=kill', '--fault', 'mqtt:*=reorder', '--fault-seed', '7']) ?? {};
    expect(faults).toMatchObject({ rules: [{ text: 'engine=kill' }, { text: 'mqtt:*=reorder' }], seed: 7 });
    const drawn = () => readFaults(['engine=kill'], { seed: undefined, hasOwnEngine: true }).faults?.seed;
    expect(drawn()).not.toBe(drawn());
  });

  it.each([
    [['--fault', 'engine=explode'], /engine=explode is not a fault/],
    [['--fault-seed', '7'], /there is none: give one/],
    [['--fault', 'engine=kill', '--fault-seed', '-1'], /argument/],
    [['--fault', 'engine=kill', '--fault-seed', 'x'], /x is no seed: give a whole number/],
    [['--fault', 'engine=kill', '--dynamodb', 'http://127.0.0.1:8000'], /is for the built-in table engine/],
  ])('%j is refused', (args, reason) => {
    expect(() => parseOptions(args)).toThrow(
      expect.objectContaining({ name: 'OptionsError', message: expect.stringMatching(reason) }),
    );
  });
});
