import { describe, expect, it } from '@jest/globals';
import {
  countsOfChildren,
  countsOfExecution,
  countsOfFunctions,
  countsOfUnits,
  perMillion,
  without,
} from '../../../bench/fleet/charged.ts';
import { addConsumed } from '../../../bench/fleet/counting-proxy.ts';
import { chargedBy } from '../../../bench/fleet/function-reports.ts';
import { costOf } from '../../../cli/fleet/prices.ts';

const reportOf = (billedDurationMs: number) =>
  JSON.stringify({
    time: '2026-11-25T00:00:00.000Z',
    type: 'platform.report',
    record: {
      requestId: 'r',
      metrics: { durationMs: 1, billedDurationMs, memorySizeMB: 512, maxMemoryUsedMB: 90 },
      status: 'success',
    },
  });

describe('what a call consumed', () => {
  it('is added up by table and by index, as a transaction tells it', () => {
    const units = { devices: 1 };
    addConsumed(units, [
      { TableName: 'devices', Table: { CapacityUnits: 4 } },
      {
        TableName: 'invalid',
        Table: { CapacityUnits: 2 },
        GlobalSecondaryIndexes: { pending: { CapacityUnits: 1 } },
      },
    ]);
    expect(units).toEqual({ devices: 5, invalid: 2, 'invalid/pending': 1 });
  });

  it('leaves out what a call has not touched', () => {
    const units = {};
    addConsumed(units, {
      TableName: 'devices',
      Table: { CapacityUnits: 0 },
      GlobalSecondaryIndexes: { pending: { CapacityUnits: 0.5 } },
    });
    expect(units).toEqual({ 'devices/pending': 0.5 });
  });
});

describe("a line of a function's log", () => {
  it('charges for gigabytes and seconds when it is the report of an invocation', () => {
    expect(chargedBy(reportOf(1_234))).toEqual({ gbSeconds: 0.617, expressSeconds: 1.3, maxMemoryMb: 90 });
  });

  it('charges nothing when it is any other', () => {
    expect(chargedBy('{"type":"platform.start"}')).toBeUndefined();
    expect(chargedBy('{"message":"platform.report"}')).toBeUndefined();
  });
});

describe('counts', () => {
  it('come from units, functions and the execution', () => {
    expect(countsOfUnits({ write: { a: 6, 'a/i': 1 }, read: { a: 0.5 } })).toEqual({
      writeRequestUnits: 7,
      readRequestUnits: 0.5,
    });
    const used = {
      requests: 2,
      gbSeconds: 1.5,
      expressSeconds: 3.2,
      accepted: 2,
      maxMemoryMb: 90,
      logBytes: 2e9,
    };
    expect(countsOfFunctions([used, used])).toEqual({ lambdaRequests: 4, lambdaGbSeconds: 3, logGb: 4 });
    expect(countsOfChildren({ children: 10 }, used)).toEqual({
      standardTransitions: 10,
      expressRequests: 10,
      expressGbSeconds: 0.2,
    });
    expect(countsOfExecution({ statesEntered: 3, objects: 4 })).toEqual({
      standardTransitions: 3,
      s3Puts: 5,
      s3Gets: 1,
    });
  });

  it('of a million devices cost in proportion', () => {
    const counts = perMillion({ writeRequestUnits: 70_000, standardTransitions: 103 }, 10_000);
    expect(counts).toEqual({ writeRequestUnits: 7_000_000, standardTransitions: 10_300 });
    expect(costOf(counts).totalUsd).toBeCloseTo(4.6325, 6);
  });

  it('of a part are taken off the whole, and never leave less than nothing', () => {
    expect(without({ events: 3, logGb: 1 }, { events: 1, logGb: 2, s3Puts: 1 })).toEqual({
      events: 2,
      logGb: 0,
    });
  });
});
