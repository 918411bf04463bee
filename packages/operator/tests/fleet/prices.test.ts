import { describe, expect, it } from '@jest/globals';
import { costOfStatePerDevice, countsOfAfterlife, countsOfMove } from '../../src/fleet/counts.ts';
import { addCounts, costOf } from '../../src/fleet/prices.ts';

const MILLION = 1_000_000;

describe('what a million devices cost', () => {
  it('is 160 dollars with a state machine and six functions for each', () => {
    const { totalUsd, byChargeUsd } = costOfStatePerDevice(MILLION);
    expect(totalUsd).toBeCloseTo(160.325, 3);
    expect(byChargeUsd.standardTransitions).toBeCloseTo(150, 6);
  });

  it('is less than five to move, most of it for the writes', () => {
    const { totalUsd, byChargeUsd } = costOf(countsOfMove({ devices: MILLION }));
    expect(totalUsd).toBeLessThan(5);
    expect(byChargeUsd.writeRequestUnits).toBeCloseTo(4.375, 6); // six of the transaction, one of the index
    expect(byChargeUsd.standardTransitions).toBeCloseTo(0.25, 3);
    expect(byChargeUsd.lambdaGbSeconds).toBeCloseTo(0.1333, 3);
  });

  it('rises with each guard by two write units', () => {
    const [one, two] = [1, 2].map((guardsADevice) =>
      costOf(countsOfMove({ devices: MILLION, guardsADevice })),
    );
    expect((two?.totalUsd ?? 0) - (one?.totalUsd ?? 0)).toBeCloseTo(1.25, 6);
  });

  it('is more for the afterlife of those with certificates', () => {
    const [none, all] = [0, MILLION].map((certificates) =>
      costOf(countsOfAfterlife({ devices: MILLION, certificates })),
    );
    expect(none?.byChargeUsd.iotOperations).toBeCloseTo(7.5, 6);
    expect(all?.byChargeUsd.iotOperations).toBeCloseTo(17.5, 6);
    expect(all?.byChargeUsd.events).toBeCloseTo(2, 6);
    // As npm run bench -- fleet --only cost counts them: three and six to write, four and thirteen to read.
    expect(all?.byChargeUsd.writeRequestUnits).toBeCloseTo(9 * 0.625, 6);
    expect(all?.byChargeUsd.readRequestUnits).toBeCloseTo(17 * 0.125, 6);
  });

  it('adds up', () => {
    expect(addCounts({ events: 1, s3Puts: 2 }, { events: 3, logGb: 1 })).toEqual({
      events: 4,
      s3Puts: 2,
      logGb: 1,
    });
    expect(costOf({ events: 2 * MILLION })).toEqual({ totalUsd: 2, byChargeUsd: { events: 2 } });
  });
});
