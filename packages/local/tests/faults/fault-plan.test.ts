import { describe, expect, it } from '@jest/globals';
import { planOf } from './plans.ts';

const OCCASIONS = 2_000;
const RULE = 'dynamodb:PutItem=lostResponse@0.1';

/** The occasions at which a plan strikes, of calls of PutItem. */
function struckBy(rules: readonly string[], seed: number): readonly number[] {
  const { plan } = planOf(rules, seed);
  const occasions = Array.from({ length: OCCASIONS }, (_, index) => index);
  return occasions.filter(() =>
    plan.draw('call', 'dynamodb:PutItem').some(({ fault }) => fault.kind === 'lostResponse'),
  );
}

describe('a plan of faults', () => {
  it('follows from the seed', () => {
    expect(struckBy([RULE], 7)).toEqual(struckBy([RULE], 7));
    expect(struckBy([RULE], 7)).not.toEqual(struckBy([RULE], 8));
  });

  it('strikes alike whatever other rules there are', () => {
    const others = ['dynamodb:*=delay(1)@0.5', 'mqtt:*=reorder@0.5'];
    expect(struckBy([...others, RULE], 7)).toEqual(struckBy([RULE], 7));
  });

  it.each([
    [0, 0, 0],
    [0.1, 150, 250],
    [1, OCCASIONS, OCCASIONS],
  ])('strikes with the probability %p', (probability, least, most) => {
    const { length } = struckBy([`*:*=lostResponse@${probability}`], 1);
    expect(length).toBeGreaterThanOrEqual(least);
    expect(length).toBeLessThanOrEqual(most);
  });

  it('strikes what the target names alone', () => {
    const { plan } = planOf(['dynamodb:*=lostResponse', 'lambda:*=kill']);
    expect(plan.draw('call', 'iot:DeleteThing')).toEqual([]);
    expect(plan.draw('call', 'lambda:Invoke')).toEqual([]);
    expect(plan.drawOne('invocation', 'lambda:Invoke')?.fault).toEqual({ kind: 'kill' });
  });

  it('counts and tells of faults that have happened', () => {
    const { plan, told } = planOf(['mqtt:*=duplicate', 'engine=kill', 'clock=skew(5)@0']);
    plan.drawOne('engineCall', 'engine');
    plan.drawOne('message', 'mqtt:a/b')?.tell();
    plan.drawOne('message', 'mqtt:a/c')?.tell();
    plan.drawOne('boot', 'clock')?.tell();
    expect(told).toEqual([
      { fault: 1, rule: 'mqtt:*=duplicate', occasion: 1, target: 'mqtt:a/b' },
      { fault: 2, rule: 'mqtt:*=duplicate', occasion: 2, target: 'mqtt:a/c' },
    ]);
    expect(plan.summary()).toBe(
      'mqtt:*=duplicate struck 2 of 2, engine=kill struck 0 of 1, clock=skew(5)@0 struck 0 of 1',
    );
  });
});
