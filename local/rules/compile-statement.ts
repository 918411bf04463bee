import { type Evaluate, ExpressionCompiler, type Surroundings } from './compile-expression.ts';
import { dialects, type SqlVersion } from './dialect.ts';
import { checkSize } from './limits.ts';
import type { Recall } from './lookups/recall.ts';
import { RuleEvaluationError } from './rule-error.ts';
import { type MessageContext, PayloadScope, type Scope } from './scope.ts';
import type {
  ExpressionNode,
  ItemNode,
  SelectionNode,
  StatementNode,
  SubselectNode,
  TemplateNode,
} from './syntax.ts';
import { isArray, isObject, memberOf, setMember, toText, type Value } from './value.ts';

/** What a statement selected: a JSON value, or the payload's bytes where `*` met no JSON. */
export type Selected =
  | { readonly kind: 'json'; readonly value: Value }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** A statement for one message: what was selected, and the templates of the actions, which see the same scope. */
export interface Evaluation {
  readonly selected: Selected;
  readonly scope: Scope;
}

/** What looks things up elsewhere needs `recall` to remember them by. */
export type EvaluateStatement = (message: MessageContext, recall?: Recall) => Evaluation | undefined;

/**
 * Compiles a checked statement. The function it gives answers Undefined when WHERE is anything but true; WHERE
 * comes first, and sees neither aliases nor results. It throws {@link RuleEvaluationError}.
 */
export function compileStatement(
  statement: StatementNode,
  version: SqlVersion = '2016-03-23',
): EvaluateStatement {
  const dialect = dialects[version];
  const names = statement.variables.map(({ name }) => name);
  // A variable sees those before it.
  const variables = statement.variables.map(({ value }, index) =>
    compile(value, { dialect, variables: names.slice(0, index) }),
  );
  const surroundings = { dialect, variables: names };
  const where = statement.where === null ? undefined : compile(statement.where, surroundings);
  const select = compileSelected(statement.selection, surroundings);

  return (message, recall) => {
    const scope = new PayloadScope(message, dialect.readJson, recall);
    for (const variable of variables) scope.variables.push(variable(scope));
    if (variables.length > 0) checkSize(scope.variables, 'the variables of SET');
    if (where !== undefined && where(scope) !== true) return undefined;
    return { selected: select(scope), scope };
  };
}

/**
 * Compiles a checked template. Expressions see the original payload and the variables of SET; Undefined becomes
 * the empty string. Source: AWS IoT developer guide, "Substitution templates".
 */
export function compileTemplate(
  template: TemplateNode,
  names: readonly string[],
  version: SqlVersion = '2016-03-23',
): (scope: Scope) => string {
  const surroundings = { dialect: dialects[version], variables: names };
  const parts = template.map((part) => (typeof part === 'string' ? part : compile(part, surroundings)));
  return (scope) =>
    parts.map((part) => (typeof part === 'string' ? part : (toText(part(scope)) ?? ''))).join('');
}

function compile(node: ExpressionNode, surroundings: Surroundings): Evaluate {
  return new ExpressionCompiler(surroundings, compileSubselect).compile(node);
}

function compileSelected(selection: SelectionNode, surroundings: Surroundings): (scope: Scope) => Selected {
  const isAllOfIt =
    selection.type === 'value'
      ? selection.value.type === 'all'
      : selection.items.every((item) => item.type === 'all');
  if (isAllOfIt) return selectAll;

  const evaluate = compileSelection(selection, surroundings);
  const mergesPayload = selection.type === 'items' && selection.items.some((item) => item.type === 'all');
  const { hasNestedQueries } = surroundings.dialect;
  return (scope) => {
    if (mergesPayload && !isObject(scope.root)) {
      // "Working with binary payloads": * must be the only item then.
      throw new RuleEvaluationError('SELECT has * with other items, but the payload is no JSON object');
    }
    const value = evaluate(scope);
    if (isArray(value) && !hasNestedQueries) {
      throw new RuleEvaluationError('SELECT VALUE gives an array, which SQL version 2015-10-08 has not');
    }
    return { kind: 'json', value };
  };
}

function selectAll(scope: Scope): Selected {
  const value = scope.root;
  return value === undefined ? { kind: 'bytes', bytes: scope.message.payload } : { kind: 'json', value };
}

function compileSelection(selection: SelectionNode, surroundings: Surroundings): Evaluate {
  if (selection.type === 'value') {
    return selection.value.type === 'all' ? (scope) => scope.root : compile(selection.value, surroundings);
  }
  const fill = selection.items.map((item) =>
    item.type === 'all' ? fillAll : fillItem(aliasOf(item), compile(item.value, surroundings)),
  );
  return (scope) => {
    const result: Record<string, Value> = {};
    for (const into of fill) into(result, scope);
    return result;
  };
}

type Fill = (result: Record<string, Value>, scope: Scope) => void;

const fillAll: Fill = (result, scope) => {
  if (!isObject(scope.root)) return;
  for (const [key, value] of Object.entries(scope.root)) setMember(result, key, value);
};

function fillItem(alias: readonly string[], evaluate: Evaluate): Fill {
  const path = alias.slice(0, -1);
  const key = alias.at(-1) ?? '';
  return (result, scope) => {
    const value = evaluate(scope);
    if (value === undefined) return;
    setMember(path.reduce(childOf, result), key, value);
  };
}

/** A copy of the child, so that an alias into something that came from the payload leaves the payload alone. */
function childOf(parent: Record<string, Value>, key: string): Record<string, Value> {
  const present = memberOf(parent, key);
  const child = isObject(present) ? { ...present } : {};
  setMember(parent, key, child);
  return child;
}

/** Without AS, a path gives its last name. */
function aliasOf({ alias, value }: ItemNode): readonly string[] {
  if (alias !== null) return alias;
  return value.type === 'field' || value.type === 'member' ? [value.name] : [];
}

/**
 * Over an array, the array of what is selected from each element; into an object, what is selected from it.
 * Source: AWS IoT developer guide, "Nested object queries"; for objects, "transform", example 3.
 */
function compileSubselect(node: SubselectNode, surroundings: Surroundings): Evaluate {
  const from = compile(node.from, surroundings);
  const where = node.where === null ? undefined : compile(node.where, surroundings);
  const selection = compileSelection(node.selection, surroundings);
  const query = (scope: Scope, root: Value): Value => {
    const inner = { message: scope.message, root, variables: scope.variables, recall: scope.recall };
    return where === undefined || where(inner) === true ? selection(inner) : undefined;
  };
  return (scope) => {
    const target = from(scope);
    if (isArray(target)) {
      return target.map((element) => query(scope, element)).filter((value) => value !== undefined);
    }
    return isObject(target) ? query(scope, target) : undefined;
  };
}
