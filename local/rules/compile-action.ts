import type { FunctionInvoker, QueueSender } from '../contracts.ts';
import { checkExpression } from './check-statement.ts';
import { compileTemplate } from './compile-statement.ts';
import { parseTemplate } from './parse-sql.ts';
import { RuleError } from './rule-error.ts';
import type { Scope } from './scope.ts';

/** Publishes a message of a rule's Republish action. */
export type Republish = (topic: string, payload: Buffer, qos: 0 | 1) => Promise<void>;

/** What actions are run with. */
export interface ActionTargets {
  readonly functions: FunctionInvoker;
  readonly queues: QueueSender;
  readonly republish: Republish;
  /** Whether a function's resource policy (`AWS::Lambda::Permission`) lets the rule invoke it. */
  readonly mayInvoke: (functionArn: string, ruleArn: string) => boolean;
}

/** What an action gets: the selected payload as bytes, and the scope for its templates. */
export interface ActionInput {
  readonly payload: Buffer;
  /** False when the payload is not text: neither JSON nor UTF-8. */
  readonly isJson: boolean;
  readonly scope: Scope;
}

/** An action that is ready to run. `run` throws {@link ActionFailure}, or whatever its target threw. */
export interface CompiledAction {
  /** As errors name it: `LambdaAction`. */
  readonly failedAction: string;
  readonly failedResource: string;
  readonly run: (input: ActionInput) => Promise<void>;
  /** AWS's words for a failure, the target's own words among them. */
  readonly describe: (error: Error, topic: string) => string;
}

/** An action that can't succeed, however often it is tried. Its message is the errorMessage for the error action. */
export class ActionFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ActionFailure';
  }
}

/** Where an action is compiled: its rule, the variables that its templates see, and its targets. */
export interface ActionContext {
  readonly ruleArn: string;
  readonly variables: readonly string[];
  readonly targets: ActionTargets;
}

type Properties = Readonly<Record<string, unknown>>;
type Compile = (properties: Properties, context: ActionContext) => CompiledAction;

const compilers: Readonly<Record<string, Compile>> = {
  Lambda: compileLambda,
  Sqs: compileSqs,
  Republish: compileRepublish,
};

/**
 * Compiles an action in CloudFormation's shape. Throws {@link RuleError} for an action, or a property of one, that
 * is not run here. Source: CloudFormation, "AWS::IoT::TopicRule Action".
 */
export function compileAction(action: object, context: ActionContext): CompiledAction {
  const [entry, ...others] = Object.entries(action);
  if (entry === undefined || others.length > 0) {
    throw new RuleError('an action must have one key that names it; write { Lambda: { … } }');
  }
  const [type, properties] = entry;
  const compile = Object.hasOwn(compilers, type) ? compilers[type] : undefined;
  if (compile === undefined) {
    throw new RuleError(
      `the action ${type} is not run here; use ${Object.keys(compilers).join(', ')}, or leave the rule out locally`,
    );
  }
  return compile((properties ?? {}) as Properties, context);
}

/** Asynchronous: AWS IoT has done its part once Lambda has the event. Source: "Lambda" rule action. */
function compileLambda(properties: Properties, { ruleArn, targets }: ActionContext): CompiledAction {
  checkKeys('Lambda', properties, ['FunctionArn']);
  const functionArn = plainText('Lambda', properties, 'FunctionArn');
  return {
    failedAction: 'LambdaAction',
    failedResource: functionArn,
    async run({ payload, isJson }) {
      if (!isJson) {
        throw new ActionFailure(
          "Failed to invoke lambda function. The payload is binary, which a Lambda action can't take; select encode(*, 'base64')",
        );
      }
      if (!targets.mayInvoke(functionArn, ruleArn)) throw new ActionFailure(lambdaError(403));
      await targets.functions.invokeAsync(functionArn, payload.toString());
    },
    describe: (error) => {
      const status = STATUSES.get(codeOf(error) ?? error.name);
      return status === undefined
        ? `Failed to invoke lambda function. The error received was ${error.message}`
        : lambdaError(status);
    },
  };
}

/** Of Lambda's answers, by their errors. */
const STATUSES: ReadonlyMap<string, number> = new Map([
  ['ResourceNotFoundException', 404],
  ['TooManyRequestsException', 429],
]);

function lambdaError(status: number): string {
  return `Failed to invoke lambda function. Received Server error from Lambda. The error code is ${status}`;
}

/** Source: "SQS" rule action. RoleArn is checked nowhere here: there is no IAM on the laptop. */
function compileSqs(properties: Properties, { targets }: ActionContext): CompiledAction {
  checkKeys('Sqs', properties, ['QueueUrl', 'RoleArn', 'UseBase64']);
  const queueUrl = plainText('Sqs', properties, 'QueueUrl');
  const useBase64 = String(properties['UseBase64'] ?? false) === 'true';
  return {
    failedAction: 'SqsAction',
    failedResource: queueUrl,
    async run({ payload, isJson }) {
      if (!useBase64 && !isJson && !isUtf8(payload)) {
        throw new ActionFailure(
          'Failed to send message to SQS queue. The payload is binary; set UseBase64 to true',
        );
      }
      await targets.queues.sendMessage(queueUrl, payload.toString(useBase64 ? 'base64' : 'utf8'));
    },
    describe: (error, topic) =>
      `Failed to send message to SQS queue. The error received was ${error.message}. Message arrived on: ${topic}, Action: sqs, Queue: ${queueUrl}`,
  };
}

/** Source: "Republish" rule action; a topic that starts with `$$` means one that starts with `$`. */
function compileRepublish(properties: Properties, { targets, variables }: ActionContext): CompiledAction {
  checkKeys('Republish', properties, ['Topic', 'Qos', 'RoleArn']);
  const template = text('Republish', properties, 'Topic');
  const qos = Number(properties['Qos'] ?? 0);
  if (qos !== 0 && qos !== 1) throw new RuleError('Republish.Qos must be 0 or 1');
  const parts = parseTemplate(template.replace(/^\$\$/, '$'));
  for (const part of parts) if (typeof part !== 'string') checkExpression(part, variables);
  const topicOf = compileTemplate(parts, variables);
  return {
    failedAction: 'RepublishAction',
    failedResource: template,
    run: ({ payload, scope }) => targets.republish(topicOf(scope), payload, qos),
    describe: (error, topic) =>
      `Failed to republish to topic. The error received was ${error.message}. Message arrived on: ${topic}, Action: republish, topic: ${template}, qos: ${qos}`,
  };
}

function checkKeys(action: string, properties: Properties, known: readonly string[]): void {
  const unknown = Object.keys(properties).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new RuleError(`${action}.${unknown} is not run here; use ${known.join(', ')}`);
  }
}

function text(action: string, properties: Properties, key: string): string {
  const value = properties[key];
  if (typeof value !== 'string' || value === '') throw new RuleError(`${action}.${key} must be a text`);
  return value;
}

/** CloudFormation takes no substitution templates in what names a resource. */
function plainText(action: string, properties: Properties, key: string): string {
  const value = text(action, properties, key);
  if (value.includes('${')) {
    throw new RuleError(
      `${action}.${key} takes no substitution template in CloudFormation; name one resource`,
    );
  }
  return value;
}

function isUtf8(bytes: Buffer): boolean {
  return Buffer.from(bytes.toString('utf8')).equals(bytes);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
