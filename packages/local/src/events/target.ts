import { compactJson, isJson } from '../protocol/json.ts';
import { isObject, type Members } from '../protocol/members.ts';
import { type BusEvent, validationError } from './event.ts';

/** Finds what a path leads to; undefined where there is nothing. */
export type InputPath = (event: unknown) => unknown;

const STEP = /\.([\p{L}\p{N}_/-]+|\*)|\[(\d+|\*)\]/uy;

/**
 * Compiles the JSON paths that EventBridge knows: `$`, `$.detail.some-field`, `$.resources[0]`, and `*` for all
 * fields or elements, which makes a list. Undefined for any other.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function compileInputPath(path: string): InputPath | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: string[] = [];
  STEP.lastIndex = 1;
  for (let position = 1; position < path.length; position = STEP.lastIndex) {
    const [, field, index] = STEP.exec(path) ?? [];
    const step = field ?? index;
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return (event) => follow(event, steps);
}

function follow(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step === '*') {
    const items = isObject(value) || Array.isArray(value) ? Object.values(value) : [];
    const found = items.map((item) => follow(item, rest)).filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found;
  }
  if (!isObject(value) && !Array.isArray(value)) return undefined;
  return Object.hasOwn(value, step) ? follow((value as Record<string, unknown>)[step], rest) : undefined;
}

/** As in the API: variables by JSON path, and the text that they are put in. */
export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/** What variables are taken from. */
interface InputContext {
  readonly event: BusEvent;
  readonly ruleName: string;
  readonly ruleArn: string;
}

type Variable = (context: InputContext) => unknown;

/** Variables that every template has. */
const PREDEFINED: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ['aws.events.rule-arn', ({ ruleArn }) => ruleArn],
  ['aws.events.rule-name', ({ ruleName }) => ruleName],
  ['aws.events.event.ingestion-time', ({ event }) => new Date(event.ingestedAtMs).toISOString()],
  ['aws.events.event', ({ event: { value } }) => withoutDetail(value)],
  ['aws.events.event.json', ({ event }) => event.value],
]);

function withoutDetail({ detail: _, ...rest }: BusEvent['value']): unknown {
  return rest;
}

const MAX_VARIABLES = 100;
/** A text's quote, an escaped character, or a variable. */
const TOKENS = /\\.|"|<([\w.-]+)>/gs;

/** A piece of a template: text, or a variable inside of a JSON text or outside of any. */
type Piece = string | { readonly name: string; readonly isQuoted: boolean };

/**
 * Compiles a transformer. Outside of quotes a variable is a JSON value, inside of them it is put in as it is, without
 * escaping; one that is not in the event leaves nothing. `targetId` is for errors: throws `ValidationException`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function compileInputTransformer(
  { InputPathsMap = {}, InputTemplate: template }: InputTransformer,
  targetId: string,
): (context: InputContext) => string {
  const variables = new Map([...compileVariables(InputPathsMap, targetId), ...PREDEFINED]);
  const pieces = parseTemplate(template);
  for (const piece of pieces) {
    if (typeof piece === 'string' || variables.has(piece.name)) continue;
    throw validationError(`InputTemplate for target ${targetId} contains invalid placeholder ${piece.name}.`);
  }
  const sample = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.isQuoted ? 'x' : '0'));
  if (!isTemplate(sample.join(''))) {
    throw validationError(
      `Invalid InputTemplate for target ${targetId} : it must be JSON, or texts in quotes.`,
    );
  }
  return (context) => {
    const filled = pieces.map((piece) =>
      typeof piece === 'string' ? piece : fill(piece, variables, context),
    );
    const text = filled.join('');
    return isJson(text) ? compactJson(text) : text;
  };
}

function compileVariables(
  paths: Readonly<Record<string, string>>,
  targetId: string,
): readonly (readonly [name: string, variable: Variable])[] {
  const entries = Object.entries(paths);
  if (entries.length > MAX_VARIABLES) {
    throw validationError(`InputPathsMap for target ${targetId} has more than ${MAX_VARIABLES} variables.`);
  }
  return entries.map(([name, path]) => {
    const find = compileInputPath(path);
    if (find === undefined || !/^[\w-]+$/.test(name) || name.startsWith('AWS')) {
      throw validationError(`Invalid InputPathsMap for target ${targetId} : ${name} with the path ${path}.`);
    }
    return [name, ofEvent(find)];
  });
}

function ofEvent(find: InputPath): Variable {
  return ({ event }) => find(event.value);
}

function parseTemplate(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let isQuoted = false;
  let end = 0;
  for (const { 0: token, 1: name, index } of template.matchAll(TOKENS)) {
    if (token === '"') isQuoted = !isQuoted;
    if (name === undefined) continue;
    pieces.push(template.slice(end, index), { name, isQuoted });
    end = index + token.length;
  }
  return [...pieces, template.slice(end)];
}

/** JSON, or several lines that are texts. */
function isTemplate(sample: string): boolean {
  const isText = (line: string) => line.trim().startsWith('"') && isJson(line);
  return isJson(sample) || sample.split('\n').every(isText);
}

function fill(
  { name, isQuoted }: Exclude<Piece, string>,
  variables: ReadonlyMap<string, Variable>,
  context: InputContext,
): string {
  const value = variables.get(name)?.(context);
  if (value === undefined) return '';
  return isQuoted && typeof value === 'string' ? value : JSON.stringify(value);
}

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
