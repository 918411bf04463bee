import type { JsonObject } from '../json.ts';
import { Retriable, StatesError } from '../states-error.ts';
import { checkContext } from '../test-state/mocked-context.ts';
import { checkMock } from '../test-state/requested-mock.ts';
import { runTestedState, type TestedExit } from '../test-state/run-tested-state.ts';
import { StateInspection } from '../test-state/state-inspection.ts';
import { testRequest } from '../test-state/test-request.ts';
import { testedState } from '../test-state/tested-state.ts';
import type { ApiContext } from './operations.ts';

/**
 * TestState: runs one state, without a state machine. A mock's result is taken as it is: it is not held against the model
 * of the service's API, whatever `fieldValidationMode` says.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 */
export async function testState(request: JsonObject, { runtime, mapRuns }: ApiContext): Promise<object> {
  const { definition, stateName, input, variables, mock, context, isInspected, ...asked } =
    testRequest(request);
  const tested = testedState(definition, stateName);
  checkMock(mock, tested.state);
  if (context !== undefined) checkContext(context, tested.state);
  const roleArn = asked.roleArn ?? `arn:aws:iam::${runtime.accountId}:role/TestState`;
  const inspection = new StateInspection(mock?.retrierRetryCount ?? 0, mock, context);
  inspection.note('input', input.text);
  const test = { runtime, mapRuns, tested, input, variables, roleArn, inspection };
  const answer = await runTestedState(test).then(
    (exit) => succeeded(exit, inspection),
    (thrown: unknown) => failed(thrown),
  );
  return { ...answer, ...(isInspected ? { inspectionData: inspection.data() } : {}) };
}

function succeeded({ output, next, variables }: TestedExit, inspection: StateInspection): object {
  if (Object.keys(variables).length > 0) inspection.note('variables', JSON.stringify(variables));
  return {
    output: output.text,
    ...(next === undefined ? {} : { nextState: next }),
    ...inspection.outcome(),
  };
}

function failed(thrown: unknown): object {
  if (thrown instanceof Retriable) return { ...thrown.failure.told(), status: 'RETRIABLE' };
  if (thrown instanceof StatesError) return { ...thrown.told(), status: 'FAILED' };
  throw thrown;
}
