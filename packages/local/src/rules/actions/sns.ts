import { RuleError } from '../rule-error.ts';
import { type ActionDefinition, ActionFailure } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { payloadText } from './payload-forms.ts';
import { ROLE_ARN } from './role.ts';

const NO_FIFO = "rules don't publish to FIFO topics; name a standard topic";

export const sns: ActionDefinition = {
  failedAction: 'SnsAction',
  resourceName: 'TargetArn',
  // https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html
  parameters: {
    targetArn: { templates: 'only with the API', isRequired: true },
    messageFormat: { templates: 'never' },
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets: { topics } }) {
    const targetArnOf = properties.text('targetArn');
    const isJsonFormat = properties.oneOf('messageFormat', ['RAW', 'JSON']) === 'JSON';
    if (properties.written('targetArn')?.endsWith('.fifo') === true) throw new RuleError(NO_FIFO);
    return (input) => {
      const targetArn = targetArnOf(input.scope);
      return {
        resource: targetArn,
        async run() {
          if (targetArn.endsWith('.fifo')) {
            throw new ActionFailure(`Failed to publish to SNS topic. ${NO_FIFO}`);
          }
          const message = payloadText(
            input,
            "Failed to publish to SNS topic. The payload is binary; select encode(*, 'base64')",
          );
          await topics.publish(targetArn, message, isJsonFormat ? { messageStructure: 'json' } : {});
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to publish to SNS topic',
            service: 'AmazonSNS',
            topic: input.scope.message.topic,
            action: 'sns',
            details: { Target: targetArn },
          }),
      };
    };
  },
};
