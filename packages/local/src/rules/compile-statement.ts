import { compileExpression, compileSelection, isAllOfIt, type Surroundings } from './compile-expression.ts';
import { readJson } from './read-json.ts';
import { RuleEvaluationError } from './rule-error.ts';
import { type MessageContext, PayloadScope, type Scope } from './scope.ts';
import type { SelectionNode, StatementNode, TemplateNode } from './syntax.ts';
import { checkSize, isObject, toText, type Value } from './value.ts';

/** What a statement selected: a JSON value, or the payload's bytes where `*` met no JSON. */
export type Selected =
  | { readonly kind: 'json'; readonly value: Value }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** A statement for one message: what was selected, and the templates of the actions, which see the same scope. */
export interface Evaluation {
  readonly selected: Selected;
  readonly scope: Scope;
}

/** Throws {@link RuleEvaluationError}. */
export type EvaluateStatement = (message: MessageContext) => Evaluation | undefined;

/**
 * Compiles a checked statement. The function it gives answers Undefined when WHERE is anything but true; WHERE
 * comes first, and sees neither aliases nor results. It throws {@link RuleEvaluationError}.
 */
export function compileStatement(statement: StatementNode): EvaluateStatement {
  const names = statement.variables.map(({ name }) => name);
  // A variable sees those before it.
  const variables = statement.variables.map(({ value }, index) =>
    compileExpression(value, { variables: names.slice(0, index) }),
  );
  const surroundings = { variables: names };
  const where = statement.where === null ? undefined : compileExpression(statement.where, surroundings);
  const select = compileSelected(statement.selection, surroundings);

  return (message) => {
    const scope = new PayloadScope(message, readJson);
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
export function compileTemplate(template: TemplateNode, names: readonly string[]): (scope: Scope) => string {
  const surroundings = { variables: names };
  const parts = template.map((part) =>
    typeof part === 'string' ? part : compileExpression(part, surroundings),
  );
  return (scope) =>
    parts.map((part) => (typeof part === 'string' ? part : (toText(part(scope)) ?? ''))).join('');
}

function compileSelected(selection: SelectionNode, surroundings: Surroundings): (scope: Scope) => Selected {
  if (isAllOfIt(selection)) return selectAll;

  const evaluate = compileSelection(selection, surroundings);
  const items = selection.type === 'items' ? selection.items : [];
  const mergesPayload = items.some((item) => item.type === 'all');
  const namesPayload = items.some((item) => item.type === 'item' && item.value.type === 'all');
  return (scope) => {
    // "If you have an empty or a JSON payload, the resulting payload can have data added using the rule."
    if (mergesPayload && !isObject(scope.root) && scope.message.payload.length > 0) return selectAll(scope);
    if (namesPayload && scope.root === undefined) {
      throw new RuleEvaluationError('SELECT has * with AS, but the payload is not JSON');
    }
    const value = evaluate(scope);
    return { kind: 'json', value };
  };
}

function selectAll(scope: Scope): Selected {
  const value = scope.root;
  return value === undefined ? { kind: 'bytes', bytes: scope.message.payload } : { kind: 'json', value };
}
