import { compactJson, isJson } from '../json-text.ts';
import type { BusEvent } from './bus-event.ts';
import { validationError } from './errors.ts';
import { compileInputPath, type InputPath } from './input-path.ts';

/** As in the API: variables by JSON path, and the text that they are put in. */
export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>>;
  readonly InputTemplate: string;
}

/** What variables are taken from. */
export interface InputContext {
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
export function compileInputTransformer(
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
