import { describe, expect, it } from '@jest/globals';
import * as errors from '../../../../../../shared/errors.ts';
import { adviceFor } from '../../../../src/page/views/executions/advice.ts';

/** Errors of the service that fail no execution: they answer devices, or are retried until they are gone. */
const NEVER_AN_END = [
  'CredentialsBusy',
  'DeviceAlreadyRegistered',
  'DeviceDecommissioned',
  'DeviceIdMismatch',
  'EventRefused',
  'IdentifierTaken',
  'PurgeBusy',
  'StaleVersion',
  'StillAttached',
];
const ABSTRACT = ['LifecycleError', 'Rejection', 'TransientFault'];

const names = Object.entries(errors)
  .filter(([name, member]) => Object(member).prototype instanceof Error && !ABSTRACT.includes(name))
  .map(([name]) => name);

describe('the advice after a failed execution', () => {
  it('is there for every error of the service that an execution can fail with', () => {
    expect(names).toContain('UnderLegalHold');
    const without = names.filter((name) => adviceFor(name, 'FAILED') === undefined);
    expect(without.sort()).toEqual(NEVER_AN_END);
  });

  it.each([
    ['States.QueryEvaluationError', 'input'],
    ['States.Timeout', 'repeat'],
    ['Sandbox.Timedout', 'repeat'],
    ['Runtime.ExitError', 'repeat'],
    ['Lambda.Unknown', 'repeat'],
    ['States.ExceedToleratedFailureThreshold', 'tolerance'],
  ])('is there for %s of AWS', (error, advice) => {
    expect(adviceFor(error, 'FAILED')).toBe(advice);
  });

  it('is none for an error that the service does not have', () => {
    expect(adviceFor('SomethingElse', 'FAILED')).toBeUndefined();
  });

  it('is another for an execution that was stopped', () => {
    expect(adviceFor('SomethingElse', 'ABORTED')).toBe('stopped');
  });
});
