import { isJson } from '../json-text.ts';
import type { Members } from '../protocol/members.ts';
import { validationError } from './errors.ts';
import { compileInputPath } from './input-path.ts';
import { compileInputTransformer, type InputContext } from './input-transformer.ts';

/** What the runtime delivers events to. */
export type TargetKind = 'function' | 'queue' | 'stateMachine' | 'logGroup';

/** A target of a rule. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly kind: TargetKind;
  /** As PutTargets and CloudFormation have it. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What the target gets: JSON text, but where a transformer makes something else of it. */
  inputOf(context: InputContext): string;
  readonly deadLetterQueueArn?: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeInSeconds: number;
  /** Of a FIFO queue. */
  readonly messageGroupId?: string;
}

const KINDS: readonly (readonly [kind: TargetKind, arn: RegExp])[] = [
  ['function', /^arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/],
  ['queue', /^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+(\.fifo)?$/],
  ['stateMachine', /^arn:aws:states:[\w-]+:\d{12}:stateMachine:[\w-]+$/],
  ['logGroup', /^arn:aws:logs:[\w-]+:\d{12}:log-group:[\w./#-]+$/],
];

const MEMBERS = [
  'Arn',
  'DeadLetterConfig',
  'Id',
  'Input',
  'InputPath',
  'InputTransformer',
  'RetryPolicy',
  'RoleArn',
  'SqsParameters',
];

/**
 * Reads a target, as PutTargets and CloudFormation have it. Throws `ValidationException`, also for targets that the
 * laptop runtime does not deliver to.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
 */
export function readTarget(members: Members): Target {
  members.allow(...MEMBERS);
  const id = members.text('Id', { max: 64, pattern: /^[.\-_A-Za-z0-9]+$/ });
  const arn = members.text('Arn', { max: 1600 });
  const kind = kindOf(arn);
  const retryPolicy = members.optionalObject('RetryPolicy');
  retryPolicy?.allow('MaximumEventAgeInSeconds', 'MaximumRetryAttempts');
  if (kind === 'stateMachine' && members.optionalText('RoleArn') === undefined) {
    throw validationError(`Parameter(s) RoleArn must be specified for target: ${id}.`);
  }
  return {
    id,
    arn,
    kind,
    json: members.json,
    inputOf: inputOf(members, id, kind),
    ...deadLetterQueueOf(members),
    maximumRetryAttempts: retryPolicy?.optionalWhole('MaximumRetryAttempts', { least: 0, most: 185 }) ?? 185,
    maximumEventAgeInSeconds:
      retryPolicy?.optionalWhole('MaximumEventAgeInSeconds', { least: 60, most: 86_400 }) ?? 86_400,
    ...messageGroupOf(members, id, arn),
  };
}

function kindOf(arn: string): TargetKind {
  const kind = KINDS.find(([, pattern]) => pattern.test(arn))?.[0];
  if (kind !== undefined) return kind;
  const hint = /:log-group:.*:\*$/.test(arn)
    ? ' (EventBridge takes the ARN of a log group without :* at its end)'
    : '';
  throw validationError(
    `Parameter ${arn} is not valid. Reason: the laptop runtime delivers to Lambda functions, SQS queues, Step Functions state machines and CloudWatch Logs log groups alone${hint}.`,
  );
}

function deadLetterQueueOf(members: Members): Pick<Target, 'deadLetterQueueArn'> {
  const config = members.optionalObject('DeadLetterConfig');
  config?.allow('Arn');
  const arn = config?.optionalText('Arn');
  if (arn === undefined) return {};
  if (/^arn:aws:sqs:[\w-]+:\d{12}:[\w-]+$/.test(arn)) return { deadLetterQueueArn: arn };
  throw validationError(
    `Parameter ${arn} is not valid. Reason: a dead-letter queue must be a standard SQS queue.`,
  );
}

function messageGroupOf(members: Members, id: string, arn: string): Pick<Target, 'messageGroupId'> {
  const parameters = members.optionalObject('SqsParameters');
  parameters?.allow('MessageGroupId');
  const messageGroupId = parameters?.optionalText('MessageGroupId');
  if (messageGroupId !== undefined) return { messageGroupId };
  if (!arn.endsWith('.fifo')) return {};
  throw validationError(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
}

/** At most one of the three says what a target gets; without any it gets the event. */
function inputOf(members: Members, id: string, kind: TargetKind): Target['inputOf'] {
  const input = members.optionalText('Input', { max: 8192 });
  const inputPath = members.optionalText('InputPath', { max: 256 });
  const transformer = members.optionalObject('InputTransformer');
  if ([input, inputPath, transformer].filter((one) => one !== undefined).length > 1) {
    throw validationError(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`,
    );
  }
  if (kind === 'logGroup' && (input ?? inputPath) !== undefined) {
    throw validationError(
      `A log group takes an InputTransformer, and neither Input nor InputPath: target ${id}.`,
    );
  }
  if (input !== undefined) return constantInput(input, id);
  if (inputPath !== undefined) return pathInput(inputPath, id);
  if (transformer === undefined) return ({ event }) => event.text;
  transformer.allow('InputPathsMap', 'InputTemplate');
  const paths = transformer.optionalObject('InputPathsMap');
  return compileInputTransformer(
    {
      InputTemplate: transformer.text('InputTemplate', { max: 8192 }),
      InputPathsMap: Object.fromEntries(
        Object.keys(paths?.json ?? {}).map((name) => [name, paths?.text(name) ?? '']),
      ),
    },
    id,
  );
}

function constantInput(input: string, id: string): Target['inputOf'] {
  if (!isJson(input)) throw validationError(`Invalid Input for target ${id} : it must be JSON.`);
  return () => input;
}

function pathInput(path: string, id: string): Target['inputOf'] {
  const find = compileInputPath(path);
  if (find === undefined) throw validationError(`Invalid InputPath for target ${id} : ${path}.`);
  return ({ event }) => {
    const found = find(event.value);
    return JSON.stringify(found === undefined ? {} : found);
  };
}
