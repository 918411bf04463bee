import { randomUUID } from 'node:crypto';
import { type ActionDefinition, ActionFailure } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { ROLE_ARN } from './role.ts';

export const stepFunctions: ActionDefinition = {
  failedAction: 'StepFunctionsAction',
  resourceName: 'StateMachineName',
  // https://docs.aws.amazon.com/iot/latest/developerguide/stepfunctions-rule-action.html
  parameters: {
    stateMachineName: { templates: 'only with the API', isRequired: true },
    executionNamePrefix: { templates: 'always' },
    roleArn: ROLE_ARN,
  },
  compile(properties, { region, accountId, targets }) {
    const nameOf = properties.text('stateMachineName');
    const prefixOf = properties.optionalText('executionNamePrefix');
    return ({ payload, scope }) => {
      const stateMachineName = nameOf(scope);
      // The same for all tries, so that an execution is started once.
      const name = `${prefixOf?.(scope) ?? ''}${randomUUID()}`;
      return {
        resource: stateMachineName,
        async run() {
          if (typeof payload !== 'string') {
            throw new ActionFailure(
              "Failed to start execution of state machine. The payload is no JSON, which an execution's input must be; select encode(*, 'base64')",
            );
          }
          await targets.states.startExecution({
            stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:${stateMachineName}`,
            name,
            input: payload,
          });
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to start execution of state machine',
            service: 'AWSStepFunctions',
            topic: scope.message.topic,
            action: 'stepFunctions',
            details: { StateMachineName: stateMachineName, ExecutionName: name },
          }),
      };
    };
  },
};
