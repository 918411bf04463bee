import type { Chain, ExecutionRun, Variables } from './chain.ts';
import { compileExpression, expressionIn } from './jsonata/jsonata.ts';
import { isJsonObject, type Json, type JsonObject, MAX_PAYLOAD_BYTES, StatesError } from './values.ts';

/** The quota of the variables of an execution, in bytes of UTF-8. */
const MAX_TOTAL_BYTES = 10 * 1_024 * 1_024;

/** What an `Assign` assigns, each value with its JSON text. */
export interface Assigned {
  readonly values: Variables;
  readonly texts: Readonly<Record<string, string>>;
  /** Of the texts. */
  readonly bytes: Readonly<Record<string, number>>;
}

/**
 * Makes of the value of an `Assign` what is assigned; undefined for nothing.
 * Throws `States.DataLimitExceeded` for more than 256 KiB in one variable or in all of the `Assign`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html#variables-limits
 */
export function assignedBy(values: JsonObject, stateName: string): Assigned | undefined {
  const names = Object.keys(values);
  if (names.length === 0) return undefined;
  const texts: Record<string, string> = {};
  const bytes: Record<string, number> = {};
  let total = 0;
  for (const name of names) {
    const text = JSON.stringify(values[name]);
    texts[name] = text;
    bytes[name] = Buffer.byteLength(text);
    total += bytes[name];
  }
  if (total > MAX_PAYLOAD_BYTES) {
    throw limitExceeded(
      `The variables assigned in the state '${stateName}' exceed the maximum size of 256 KiB.`,
    );
  }
  return { values, texts, bytes };
}

/** The sizes of the variables that an execution goes on with. */
export function startVariables(run: ExecutionRun, variables: Variables): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, value] of Object.entries(variables)) {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    sizes.set(name, bytes);
    run.variableBytes += bytes;
  }
  return sizes;
}

/** Gives a chain its variables. Throws `States.DataLimitExceeded` for more than 10 MiB in all of an execution. */
export function assign(chain: Chain, { values, bytes }: Assigned): void {
  const { ownVariables, run } = chain;
  for (const name of Object.keys(bytes)) {
    run.variableBytes += (bytes[name] ?? 0) - (ownVariables.get(name) ?? 0);
    ownVariables.set(name, bytes[name] ?? 0);
  }
  if (run.variableBytes > MAX_TOTAL_BYTES) {
    throw limitExceeded('The variables of the execution exceed the maximum total size of 10 MiB.');
  }
  chain.variables = { ...chain.variables, ...values };
}

/** Takes back what a chain inside a state has assigned: it has come to its end. */
export function releaseVariables({ ownVariables, run }: Chain): void {
  for (const bytes of ownVariables.values()) run.variableBytes -= bytes;
  ownVariables.clear();
}

function limitExceeded(cause: string): StatesError {
  return new StatesError('States.DataLimitExceeded', cause);
}

/** Fields that hold states of their own. */
const CONTAINERS: ReadonlySet<string> = new Set(['Branches', 'ItemProcessor', 'Iterator']);

/**
 * The variables that each state of a valid definition refers to, sorted, by the names of the states: of those alone that
 * refer to any. https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
 */
export function variableReferences(definition: Json): Readonly<Record<string, readonly string[]>> {
  const states = [...statesIn(definition)];
  const assigned = new Set(states.flatMap(([, state]) => [...assignedIn(state)]));
  const references = states.map(([name, state]) => {
    const named = new Set([...namesIn(ownFields(state))].filter((variable) => assigned.has(variable)));
    return [name, [...named].sort()] as const;
  });
  return Object.fromEntries(references.filter(([, variables]) => variables.length > 0));
}

/** All states, also those inside others. */
function* statesIn(container: Json): Generator<readonly [string, JsonObject]> {
  if (Array.isArray(container)) for (const item of container as readonly Json[]) yield* statesIn(item);
  if (!isJsonObject(container) || !isJsonObject(container['States'])) return;
  for (const [name, state] of Object.entries(container['States'])) {
    if (!isJsonObject(state)) continue;
    yield [name, state];
    for (const field of CONTAINERS) yield* statesIn(state[field] ?? null);
  }
}

function ownFields(state: JsonObject): Json {
  return Object.fromEntries(Object.entries(state).filter(([field]) => !CONTAINERS.has(field)));
}

/** The variables that a state, its choice rules and its catchers assign. */
function* assignedIn(value: Json): Generator<string> {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) yield* assignedIn(item);
  if (!isJsonObject(value)) return;
  // In JSONPath, names of what is evaluated end in `.$`.
  if (isJsonObject(value['Assign']))
    for (const name of Object.keys(value['Assign'])) yield name.replace(/\.\$$/, '');
  yield* assignedIn(value['Choices'] ?? null);
  yield* assignedIn(value['Catch'] ?? null);
}

/** The names with a `$` in the expressions of a value, and in its paths. */
function* namesIn(value: Json): Generator<string> {
  if (typeof value === 'string') yield* namesInExpression(value);
  else if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) yield* namesIn(item);
  } else if (isJsonObject(value)) {
    for (const [field, item] of Object.entries(value)) {
      if (typeof item === 'string' && PATH_FIELD.test(field)) yield* namesInPath(item);
      else yield* namesIn(item);
    }
  }
}

/** The fields that hold a path of JSONPath, or an intrinsic function. */
const PATH_FIELD = /(?:\.\$|Path|^Variable)$/;

/** `$name`, and neither `$.field` nor `$$.field`. */
function namesInPath(path: string): readonly string[] {
  return [...path.matchAll(/(?<!\$)\$([\p{ID_Start}_][\p{ID_Continue}]*)/gu)].flatMap(
    ([, name]) => name ?? [],
  );
}

function* namesInExpression(text: string): Generator<string> {
  const source = expressionIn(text);
  if (source === undefined) return;
  let tree: unknown;
  try {
    tree = compileExpression(source).compiled.ast();
  } catch {
    // A text of a JSONPath state that looks like an expression.
    return;
  }
  yield* variablesIn(tree);
}

/** The variables in a node of JSONata's syntax tree. */
function* variablesIn(node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  const { type, value } = node as { type?: unknown; value?: unknown };
  if (type === 'variable' && typeof value === 'string') yield value;
  for (const child of Object.values(node)) yield* variablesIn(child);
}
