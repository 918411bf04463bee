import { type ActionDefinition, ActionFailure } from './action.ts';
import { inWords } from './describe-failure.ts';

/** Of Lambda's answers, by their errors. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['ResourceNotFoundException', 404],
  ['TooManyRequestsException', 429],
]);

/** Asynchronous: AWS IoT has done its part once Lambda has the event. */
export const lambda: ActionDefinition = {
  failedAction: 'LambdaAction',
  resourceName: 'FunctionArn',
  // https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
  parameters: { functionArn: { isRequired: true } },
  compile(properties, { ruleArn, targets }) {
    const functionArnOf = properties.text('functionArn');
    return ({ payload, scope }) => {
      const functionArn = functionArnOf(scope);
      return {
        resource: functionArn,
        run() {
          if (typeof payload !== 'string') {
            throw new ActionFailure(
              "Failed to invoke lambda function. The payload is binary, which a Lambda action can't take; select encode(*, 'base64')",
            );
          }
          if (!targets.mayInvoke(functionArn, ruleArn))
            throw new ActionFailure(lambdaError(403), permitting(ruleArn));
          return targets.functions.invokeAsync(functionArn, payload);
        },
        describe: (error) => {
          const status = STATUSES.get(codeOf(error) ?? error.name);
          return inWords(
            status === undefined
              ? `Failed to invoke lambda function. The error received was ${error.message}`
              : lambdaError(status),
          );
        },
      };
    };
  },
};

function lambdaError(status: number): string {
  return `Failed to invoke lambda function. Received Server error from Lambda. The error code is ${status}`;
}

/** A function that is not there permits nobody, either. */
function permitting(ruleArn: string): string {
  return `is there such a function, and does it permit iot.amazonaws.com to invoke it for ${ruleArn}? AWS::Lambda::Permission does`;
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
