import { type FunctionDefinition, functions } from './functions/functions.ts';
import { parseNumber } from './numbers.ts';
import { casts, negate, negative, operations } from './operators.ts';
import { RuleEvaluationError } from './rule-error.ts';
import type { Scope } from './scope.ts';
import type {
  AllNode,
  BinaryNode,
  CallNode,
  CaseNode,
  ExpressionNode,
  ItemNode,
  SelectionNode,
  SubselectNode,
} from './syntax.ts';
import { isArray, isEqual, isObject, memberOf, setMember, type Value } from './value.ts';

/** A compiled expression. What has no value is Undefined; throws `RuleEvaluationError` for what takes too long. */
export type Evaluate = (scope: Scope) => Value;

type Node<T extends ExpressionNode['type']> = Extract<ExpressionNode, { type: T }>;

/** What an expression is compiled with. */
export interface Surroundings {
  /** The names of SET that are visible, in order. */
  readonly variables: readonly string[];
}

/** The nested SELECT and the statement are made of each other; the statement hands itself in. */
type CompileSubselect = (node: SubselectNode, surroundings: Surroundings) => Evaluate;

/** Turns the tree of a checked expression into closures, so that a message costs no walk over the tree. */
class ExpressionCompiler {
  readonly #surroundings: Surroundings;
  readonly #compileSubselect: CompileSubselect;

  constructor(surroundings: Surroundings, compileSubselect: CompileSubselect) {
    this.#surroundings = surroundings;
    this.#compileSubselect = compileSubselect;
  }

  compile(node: ExpressionNode): Evaluate {
    switch (node.type) {
      case 'literal':
        return () => node.value;
      case 'number':
        return this.#number(node);
      case 'field':
        return (scope) => memberOf(scope.root, node.name);
      case 'member':
        return this.#member(node);
      case 'variable':
        return this.#variable(node.name);
      case 'not':
      case 'negative':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'case':
        return this.#case(node);
      case 'cast':
        return this.#cast(node);
      case 'object':
        return this.#object(node);
      case 'array':
        return this.#array(node);
      case 'call':
        return this.#call(node);
      case 'subselect':
        return this.#compileSubselect(node, this.#surroundings);
    }
  }

  #number({ digits }: Node<'number'>): Evaluate {
    const number = parseNumber(digits);
    return () => number;
  }

  #member({ object, name }: Node<'member'>): Evaluate {
    const of = this.compile(object);
    return (scope) => memberOf(of(scope), name);
  }

  #variable(name: string): Evaluate {
    const index = this.#surroundings.variables.indexOf(name);
    return (scope) => scope.variables[index];
  }

  #unary(node: Node<'not' | 'negative'>): Evaluate {
    const operand = this.compile(node.operand);
    const operation = node.type === 'not' ? negate : negative;
    return (scope) => operation(operand(scope));
  }

  #binary(node: BinaryNode): Evaluate {
    const left = this.compile(node.left);
    const right = this.compile(node.right);
    const operation = operations[node.operator];
    return (scope) => operation(left(scope), right(scope));
  }

  /** An Undefined subject, or none that matches and no ELSE, is Undefined. Source: "CASE statements". */
  #case(node: CaseNode): Evaluate {
    const subject = this.compile(node.subject);
    const branches = node.branches.map(({ when, result }) => ({
      when: this.compile(when),
      result: this.compile(result),
    }));
    const otherwise: Evaluate = node.otherwise === null ? () => undefined : this.compile(node.otherwise);
    return (scope) => {
      const value = subject(scope);
      if (value === undefined) return undefined;
      const match = branches.find(({ when }) => isEqual(value, when(scope)));
      return (match?.result ?? otherwise)(scope);
    };
  }

  #cast(node: Node<'cast'>): Evaluate {
    const value = this.compile(node.value);
    const cast = casts[node.target];
    if (cast === undefined) throw new TypeError(`cast to ${node.target} was not checked`);
    return (scope) => cast(value(scope));
  }

  #object(node: Node<'object'>): Evaluate {
    const entries = node.entries.map(({ key, value }) => ({ key, value: this.compile(value) }));
    return (scope) => {
      const result: Record<string, Value> = {};
      for (const { key, value } of entries) setMember(result, key, value(scope));
      return result;
    };
  }

  #array(node: Node<'array'>): Evaluate {
    const elements = node.elements.map((element) => this.compile(element));
    return (scope) => elements.map((element) => element(scope)).filter((value) => value !== undefined);
  }

  #call(node: CallNode): Evaluate {
    const definition = functions.get(node.name);
    if (definition === undefined || 'refused' in definition) {
      throw new TypeError(`function ${node.name} was not checked before it was compiled`);
    }
    const { evaluateAll } = definition;
    if (evaluateAll !== undefined && node.args.some(isAll)) return (scope) => evaluateAll(scope.message);
    return this.#function(node, definition);
  }

  #function(node: CallNode, { evaluate, isRescue }: FunctionDefinition): Evaluate {
    const [first, ...others] = this.#arguments(node);
    if (first === undefined) return (scope) => evaluate(NO_ARGUMENTS, scope.message);
    const head = isRescue === true ? rescued(first) : first;
    if (others.length === 0) return (scope) => evaluate([head(scope)], scope.message);
    const args = [head, ...others];
    return (scope) =>
      evaluate(
        args.map((arg) => arg(scope)),
        scope.message,
      );
  }

  /** `*` is the payload, where it is JSON; inside of a nested SELECT the element. */
  #arguments({ args }: CallNode): readonly Evaluate[] {
    return args.map((arg) => (isAll(arg) ? (scope: Scope) => scope.root : this.compile(arg)));
  }
}

function isAll(node: ExpressionNode | AllNode): node is AllNode {
  return node.type === 'all';
}

const NO_ARGUMENTS: readonly Value[] = [];

/** Undefined for what can't be evaluated. */
function rescued(evaluate: Evaluate): Evaluate {
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (!(error instanceof RuleEvaluationError)) throw error;
      return undefined;
    }
  };
}

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
