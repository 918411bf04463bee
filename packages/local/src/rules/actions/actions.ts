import { AsyncLocalStorage } from 'node:async_hooks';
import { isUtf8 } from 'node:buffer';
import { refusePublish } from '../../mqtt/access.ts';
import { isObject, type JsonObject } from '../../template/template.ts';
import { RuleError } from '../rule-error.ts';
import {
  type ActionContext,
  type ActionDefinition,
  ActionFailure,
  type ActionInput,
  type ActionParameter,
  ActionProperties,
  type CompiledAction,
  type FailureWords,
} from './action.ts';
import { templateName } from './template-names.ts';

/** What AWS IoT says of a failed call of another service. */
interface CallDescription {
  /** What did not work: `Failed to put S3 object`. */
  readonly failure: string;
  /** As AWS's SDK names the service: `Amazon S3`. */
  readonly service: string;
  /** The topic of the message. */
  readonly topic: string;
  /** By the API's name: `s3`. */
  readonly action: string;
  /** What the action was told, in AWS's words: `{ Bucket: 'my-bucket' }`. */
  readonly details: Readonly<Record<string, string>>;
}

/**
 * The words of AWS's two examples, of S3 and of DynamoDB; the others are made after them. There are no request ids here.
 * https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 * https://docs.aws.amazon.com/iot/latest/developerguide/diagnosing-rules.html
 */
function describeFailure(error: Error, call: CallDescription): FailureWords {
  const { failure, service, topic, action, details: told } = call;
  const place = Object.entries({ 'Message arrived on': topic, Action: action, ...told })
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  const details = `${error.message}${answerOf(error, service)}`;
  return { details, errorMessage: `${failure}. The error received was ${details}. ${place}` };
}

/** The same for both. */
export function inWords(words: string): FailureWords {
  return { errorMessage: words, details: words };
}

/** In the words of AWS's SDK for Java, which the rules engine uses. */
function answerOf(error: Error, service: string): string {
  if (!('code' in error) || typeof error.code !== 'string') return '';
  const status = 'status' in error ? ` Status Code: ${error.status};` : '';
  return ` (Service: ${service};${status} Error Code: ${error.code})`;
}

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

/** The payload, for a service that takes text. Throws {@link ActionFailure} with `failure` for one that is none. */
function payloadText({ payload }: Pick<ActionInput, 'payload'>, failure: string): string {
  if (typeof payload === 'string') return payload;
  if (isUtf8(payload)) return payload.toString('utf8');
  throw new ActionFailure(failure);
}

/** The payload, for a service that takes bytes. */
function payloadBytes({ payload }: Pick<ActionInput, 'payload'>): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

/** What every action has but Lambda. */
export const ROLE_ARN: ActionParameter = {
  isRequired: true,
};

/** On AWS, rules that republish in a circle do so until somebody ends it; here they are ended. */
const MAX_REPUBLISHED = 250;

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

/** The actions that are run, by the API's names. */
const ACTIONS: Readonly<Record<string, ActionDefinition>> = { lambda, republish, sqs };

/**
 * Compiles an action in the API's shape. Throws {@link RuleError} for an action, or a parameter of one, that is not
 * run here. https://docs.aws.amazon.com/iot/latest/apireference/API_Action.html
 */
export function compileAction(action: JsonObject, context: ActionContext): CompiledAction {
  const [entry, ...others] = Object.entries(action);
  if (entry === undefined || others.length > 0) {
    throw new RuleError(
      `an action must have one key that names it; write { ${templateName('lambda')}: { … } }`,
    );
  }
  const [type, properties] = entry;
  const definition = Object.hasOwn(ACTIONS, type) ? ACTIONS[type] : undefined;
  if (definition === undefined) {
    throw new RuleError(
      `the action ${templateName(type)} is not run here; use ${Object.keys(ACTIONS).map(templateName).join(', ')}, or leave the rule out locally`,
    );
  }
  if (!isObject(properties)) throw new RuleError(`${templateName(type)} must be an object`);
  const { failedAction, resourceName, parameters, compile } = definition;
  return {
    failedAction,
    resourceName,
    prepare: compile(new ActionProperties(type, properties, parameters, context), context),
  };
}
