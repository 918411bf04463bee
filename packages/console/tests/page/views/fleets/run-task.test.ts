import { describe, expect, it } from '@jest/globals';
import type { FleetForecast, FleetUpload } from '../../../../src/contract/fleets.ts';
import {
  firstTask,
  problemsOf,
  type RunTask,
  requestOf,
} from '../../../../src/page/views/fleets/run-task.ts';

const upload = (more: object = {}): FleetUpload => ({
  id: 'u',
  name: 'lot.csv',
  devices: 2,
  problemCount: 0,
  operations: ['decommission', 'restore'],
  forecast: {} as FleetForecast,
  ...more,
});
const task = (more: Partial<RunTask> = {}): RunTask => ({
  ...firstTask(upload()),
  reason: 'recall',
  ...more,
});

describe('the form of a run', () => {
  it('asks for what is missing, and for what cannot be', () => {
    const wrong = task({
      reason: ' ',
      retention: 'days',
      retentionDays: '0',
      maxConcurrency: '1.5',
      toleratedFailurePercentage: '101',
    });
    expect(Object.keys(problemsOf(wrong, upload({ problemCount: 1 })))).toEqual([
      'reason',
      'retentionDays',
      'maxConcurrency',
      'toleratedFailurePercentage',
      'skipBadLines',
    ]);
    expect(problemsOf(task({ skipBadLines: true }), upload({ problemCount: 1 }))).toEqual({});
    expect(problemsOf(task({ operation: 'restore', reason: '' }), upload())).toEqual({});
  });

  it('counts characters of a reason, not halves of them', () => {
    expect(problemsOf(task({ reason: '💧'.repeat(1_024) }), upload())).toEqual({});
    expect(problemsOf(task({ reason: '💧'.repeat(1_025) }), upload())).toEqual({ reason: true });
  });

  it('asks for nothing that is not said', () => {
    expect(requestOf(task(), upload())).toEqual({
      uploadId: 'u',
      operation: 'decommission',
      reason: 'recall',
      skipBadLines: false,
    });
  });

  it('keeps devices as it is told, unless they come back or are retried', () => {
    const days = task({ retention: 'days', retentionDays: '0.5', maxConcurrency: '2' });
    expect(requestOf(days, upload())).toMatchObject({ retentionDays: 0.5, maxConcurrency: 2 });
    expect(requestOf(task({ retention: 'hold' }), upload())).toMatchObject({ legalHold: true });
    const from = { take: 'failures' };
    for (const request of [
      requestOf({ ...days, operation: 'restore' }, upload()),
      requestOf(days, upload({ from })),
    ]) {
      expect(request).not.toHaveProperty('retentionDays');
    }
  });
});
