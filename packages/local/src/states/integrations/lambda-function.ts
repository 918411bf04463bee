import { NOT_TRUNCATED } from '../history.ts';
import { interruptible } from '../interruption.ts';
import type { JsonDocument } from '../json.ts';
import { withinQuota } from '../json.ts';
import type { StateVisit } from '../state-visit.ts';
import { handlerFailure, invocationFailure } from './lambda-failure.ts';
import { parseAnswer } from './lambda-invoke.ts';
import { limitsOf, type TaskAttempt } from './task-attempt.ts';

/** Runs a task whose resource is a function's ARN: the arguments are its event, its answer is the result. */
export async function invokeFunctionArn(
  visit: StateVisit,
  arn: string,
  attempt: TaskAttempt,
): Promise<JsonDocument> {
  visit.append('LambdaFunctionScheduled', {
    resource: arn,
    input: attempt.args.text,
    inputDetails: NOT_TRUNCATED,
    ...limitsOf({ timeoutSeconds: attempt.timeoutSeconds, heartbeatSeconds: undefined }),
  });
  visit.append('LambdaFunctionStarted');
  try {
    const result = await invoke(visit, arn, attempt);
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
  arn: string,
  { args, timeoutSeconds }: TaskAttempt,
): Promise<JsonDocument> {
  const { functions } = visit.chain.run.runtime;
  const invocation = functions.invoke(arn, args.text).catch((thrown: unknown) => {
    throw invocationFailure(visit, thrown);
  });
  const answer = await interruptible(visit.chain, invocation, timeoutSeconds);
  if (answer.functionError !== undefined) throw handlerFailure(answer);
  return withinQuota({ value: parseAnswer(answer.payload), text: answer.payload }, arn);
}
