import { AsyncLocalStorage } from 'node:async_hooks';
import { refusePublish } from '../../mqtt/access.ts';
import { RuleError } from '../rule-error.ts';
import { type ActionDefinition, ActionFailure } from './action.ts';
import { describeFailure } from './describe-failure.ts';
import { payloadBytes } from './payload-forms.ts';
import { ROLE_ARN } from './role.ts';

/** On AWS, rules that republish in a circle do so until somebody ends it; here they are ended. */
export const MAX_REPUBLISHED = 250;

/** What has been republished since a message came from elsewhere, one after the other and side by side. */
const ripples = new AsyncLocalStorage<{ count: number }>();

/** A topic that starts with `$$` means one that starts with `$`. */
export const republish: ActionDefinition = {
  failedAction: 'RepublishAction',
  resourceName: 'RepublishTopic',
  // https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
  parameters: {
    topic: { takesTemplates: true, isRequired: true },
    qos: {},
    headers: { refusal: 'they need MQTT 5' },
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets }) {
    const topicOf = properties.text('topic');
    const qos = properties.optionalNumber('qos') ?? 0;
    if (qos !== 0 && qos !== 1) throw new RuleError(`${properties.nameOf('qos')} must be 0 or 1`);
    return (input) => {
      const { scope } = input;
      const payload = payloadBytes(input);
      const topic = topicOf(scope).replace(/^\$\$/, '$');
      return {
        resource: topic,
        async run() {
          const refusal = refusePublish({ cmd: 'publish', topic, payload, qos, retain: false, dup: false });
          if (refusal !== undefined) {
            throw new ActionFailure(
              `Failed to republish to topic. The error received was ${refusal.message}`,
            );
          }
          const ripple = ripples.getStore() ?? { count: 0 };
          if (ripple.count >= MAX_REPUBLISHED) {
            throw new ActionFailure(
              `Failed to republish to topic. Rules have republished ${MAX_REPUBLISHED} messages because of one: make those that republish what others have republished read other topics. AWS IoT would go on`,
            );
          }
          ripple.count += 1;
          await ripples.run(ripple, () => targets.republish(topic, payload, qos));
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to republish to topic',
            service: 'AWSIotData',
            topic: scope.message.topic,
            action: 'republish',
            details: { topic, qos: String(qos) },
          }),
      };
    };
  },
};
