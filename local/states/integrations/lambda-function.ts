import { NOT_TRUNCATED } from './history.ts';
import { interruptible } from './interruption.ts';
import type { JsonDocument } from './json.ts';
import { withinQuota } from './json.ts';
import { handlerFailure, invocationFailure } from './lambda-failure.ts';
import type { StateVisit } from './state-visit.ts';
import { StatesError } from './states-error.ts';
import type { TaskAttempt } from './task-attempt.ts';

/** Runs a task whose resource is a function's ARN: the arguments are its event, its answer is the result. */
export async function invokeFunctionArn(visit: StateVisit, attempt: TaskAttempt): Promise<JsonDocument> {
  const { resource, args, timeoutSeconds } = attempt;
  visit.append('LambdaFunctionScheduled', {
    resource,
    input: args.text,
    inputDetails: NOT_TRUNCATED,
    ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
  });
  visit.append('LambdaFunctionStarted');
  try {
    const result = await invoke(visit, attempt);
    visit.append('LambdaFunctionSucceeded', { output: result.text, outputDetails: NOT_TRUNCATED });
    return result;
  } catch (thrown) {
    const failure = visit.failure(thrown);
    const type = failure.error === 'States.Timeout' ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed';
    visit.append(type, failure.told());
    throw failure;
  }
}

async function invoke(
  visit: StateVisit,
  { resource, args, timeoutSeconds }: TaskAttempt,
): Promise<JsonDocument> {
  const { functions } = visit.chain.run.runtime;
  const invocation = functions.invoke(resource, args.text).catch((thrown: unknown) => {
    throw invocationFailure(visit, thrown);
  });
  const answer = await interruptible(visit.chain, invocation, timeoutSeconds);
  if (answer.functionError !== undefined) throw handlerFailure(answer);
  return withinQuota({ value: parseAnswer(answer.payload), text: answer.payload }, visit.name);
}

function parseAnswer(payload: string): JsonDocument['value'] {
  try {
    return JSON.parse(payload);
  } catch {
    throw new StatesError('States.Runtime', `The function's answer is not JSON: ${payload.slice(0, 256)}`);
  }
}
