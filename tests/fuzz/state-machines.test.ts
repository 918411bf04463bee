import { broken } from '@device-lifecycle/test-kit/fuzz/broken.ts';
import type { Entry } from '@device-lifecycle/test-kit/fuzz/entries.ts';
import { fuzz } from '@device-lifecycle/test-kit/fuzz/fuzz.ts';
import { nastyNumber, nastyString, nastyValue } from '@device-lifecycle/test-kit/fuzz/malice.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { type Handler, HandlerError, StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REFUSALS } from '../support/refusals.ts';
import { deviceId, mostly, reason, record, retentionDays, some } from './support/inputs.ts';
import { demand } from './support/judge.ts';
import { loadFunction, type Ran } from './support/service.ts';

/** What the state machine says itself, or a device's rule. */
const rarely = (arbitrary: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const request = {
  deviceId,
  requestedBy: reason,
  requestId: some(mostly(fc.constantFrom('request-1', 'decommission-1'), nastyString)),
  correlationId: some(mostly(fc.constant('trace-1'), nastyString)),
};
const INPUTS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'decommission-device': record({
    ...request,
    reason,
    retentionDays: some(retentionDays),
    legalHold: some(fc.boolean()),
    notBefore: rarely(mostly(fc.constant(Math.floor(Date.now() / 1000) - 1), nastyNumber)),
    requestedAt: rarely(nastyNumber),
    source: rarely(fc.constantFrom('device', 'execution', 'rule')),
    trigger: rarely(fc.constant('rule')),
  }),
  'restore-device': record({ ...request, reason: some(reason) }),
  'hold-device': record({ ...request, reason }),
  'release-device': record({ ...request, reason: some(reason), retentionDays: some(retentionDays) }),
  'purge-device': record({ ...request, reason }),
  'propose-stale': record({
    unseenDays: mostly(fc.constant(30), nastyNumber),
    requestedBy: reason,
    segments: some(nastyNumber),
  }),
  'decommission-fleet': record({ source: nastyValue, requestedBy: reason, reason, check: some(nastyValue) }),
  'restore-fleet': record({ source: nastyValue, requestedBy: reason, devices: some(nastyValue) }),
};

/** Errors of ours, by name: docs/messages.md. */
const ERRORS = new Set<string>(['InvalidInput', ...REFUSALS, 'States.QueryEvaluationError']);

let definitions: ReadonlyMap<string, object>;
const functions = new Map<string, (event: unknown) => Promise<Ran>>();
/** What only joins files of S3, and gets no word of the input. */
const GATHERED = { outcome: 'gathered', bucket: 'fleet', key: 'stale/run/stale.csv' };

/** The real functions, as Lambda would answer for them. */
const handler: Handler = async (event, functionArn) => {
  const name = functionArn.replace(/^.*device-lifecycle-dev-/, '');
  if (name === 'gather-stale-devices') return GATHERED;
  const invoke = functions.get(name) ?? (await loadFunction(name));
  functions.set(name, invoke);
  const ran = await invoke(event);
  if (!('thrown' in ran)) return ran.response;
  const { name: errorType, message: errorMessage } = ran.thrown as Error;
  throw new HandlerError({ errorType, errorMessage });
};

beforeAll(async () => {
  const { stack } = await packagedTemplate();
  definitions = new Map(
    stack.stateMachines.map(({ name, definition }) => [name.replace(/^.*-dev-/, ''), definition]),
  );
});

describe(`whatever an execution is started with (TEST_SEED=${TEST_SEED})`, () => {
  it.each(Object.keys(INPUTS))('of %s, it succeeds or fails under a name that is known', async (name) => {
    const states = new StatesUnderTest(definitions.get(name) ?? {}, { handler });
    const input = fc.oneof(
      { weight: 4, arbitrary: broken(INPUTS[name] ?? nastyValue) },
      { weight: 1, arbitrary: nastyValue },
    );
    const tally = await fuzz(`service/execute-${name}` as Entry, input, async (value) => {
      const { status, error, cause } = await states.run(value);
      if (status === 'SUCCEEDED') return 'accepted';
      demand(status === 'FAILED' && ERRORS.has(String(error)), () => `${status}: ${error}: ${cause}`);
      return String(error);
    });
    await states.service.close();
    expect(states.errors).toEqual([]);
    expect(tally).toMatchObject({ InvalidInput: expect.any(Number) });
  });
});
