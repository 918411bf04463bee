import { RuleError } from '../rule-error.ts';
import { type ActionDefinition, ActionFailure } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { payloadBytes, payloadText } from './payload-forms.ts';
import { ROLE_ARN } from './role.ts';

const NO_FIFO = "rules don't send to FIFO queues; name a standard queue";

export const sqs: ActionDefinition = {
  failedAction: 'SqsAction',
  resourceName: 'QueueUrl',
  // https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
  parameters: {
    queueUrl: { isRequired: true },
    useBase64: {},
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets }) {
    const queueUrlOf = properties.text('queueUrl');
    const useBase64 = properties.flag('useBase64');
    if (properties.written('queueUrl')?.endsWith('.fifo') === true) throw new RuleError(NO_FIFO);
    return (input) => {
      const queueUrl = queueUrlOf(input.scope);
      return {
        resource: queueUrl,
        async run() {
          if (queueUrl.endsWith('.fifo')) {
            throw new ActionFailure(`Failed to send message to SQS queue. ${NO_FIFO}`);
          }
          const body = useBase64
            ? payloadBytes(input).toString('base64')
            : payloadText(
                input,
                'Failed to send message to SQS queue. The payload is binary; set useBase64 to true',
              );
          await targets.queues.sendMessage(queueUrl, body);
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to send message to SQS queue',
            service: 'AmazonSQS',
            topic: input.scope.message.topic,
            action: 'sqs',
            details: { Queue: queueUrl },
          }),
      };
    };
  },
};
