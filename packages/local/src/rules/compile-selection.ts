import { type Evaluate, ExpressionCompiler, type Surroundings } from './compile-expression.ts';
import type { Scope } from './scope.ts';
import type { AllNode, ExpressionNode, ItemNode, SelectionNode, SubselectNode } from './syntax.ts';
import { isArray, isObject, memberOf, setMember, type Value } from './value.ts';

const root: Evaluate = (scope) => scope.root;

/** Compiles a checked expression; `*` is the payload. */
export function compileExpression(node: ExpressionNode | AllNode, surroundings: Surroundings): Evaluate {
  return node.type === 'all' ? root : new ExpressionCompiler(surroundings, compileSubselect).compile(node);
}

/** Whether `*` is all that is selected. */
export function isAllOfIt(selection: SelectionNode): boolean {
  return selection.type === 'value'
    ? selection.value.type === 'all'
    : selection.items.every((item) => item.type === 'all');
}

/** What a checked SELECT gives, from the payload or from what a nested one is from. */
export function compileSelection(selection: SelectionNode, surroundings: Surroundings): Evaluate {
  if (isAllOfIt(selection)) return root;
  if (selection.type === 'value') return compileExpression(selection.value, surroundings);
  const fill = selection.items.map((item) =>
    item.type === 'all' ? fillAll : fillItem(aliasOf(item), compileExpression(item.value, surroundings)),
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
  const from = compileExpression(node.from, surroundings);
  const where = node.where === null ? undefined : compileExpression(node.where, surroundings);
  const selection = compileSelection(node.selection, surroundings);
  const query = (scope: Scope, root: Value): Value => {
    const inner = { message: scope.message, root, variables: scope.variables };
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
