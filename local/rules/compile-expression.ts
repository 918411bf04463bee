import { cast } from './cast.ts';
import { functions } from './functions/functions.ts';
import { negate, negative, operations } from './operators.ts';
import type { Scope } from './scope.ts';
import type { BinaryNode, CallNode, CaseNode, ExpressionNode, SubselectNode } from './syntax.ts';
import { isEqual, memberOf, setMember, type Value } from './value.ts';

/** A compiled expression. What has no value is Undefined; throws `RuleEvaluationError` for what takes too long. */
export type Evaluate = (scope: Scope) => Value;

type Node<T extends ExpressionNode['type']> = Extract<ExpressionNode, { type: T }>;

/** The nested SELECT and the statement are made of each other; the statement hands itself in. */
export type CompileSubselect = (node: SubselectNode, variables: readonly string[]) => Evaluate;

/** Turns the tree of a checked expression into closures, so that a message costs no walk over the tree. */
export class ExpressionCompiler {
  readonly #variables: readonly string[];
  readonly #compileSubselect: CompileSubselect;

  /** @param variables the names of SET that are visible, in order. */
  constructor(variables: readonly string[], compileSubselect: CompileSubselect) {
    this.#variables = variables;
    this.#compileSubselect = compileSubselect;
  }

  compile(node: ExpressionNode): Evaluate {
    switch (node.type) {
      case 'literal':
        return () => node.value;
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
        return this.#compileSubselect(node, this.#variables);
    }
  }

  #member({ object, name }: Node<'member'>): Evaluate {
    const of = this.compile(object);
    return (scope) => memberOf(of(scope), name);
  }

  #variable(name: string): Evaluate {
    const index = this.#variables.indexOf(name);
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
    return (scope) => cast(value(scope), node.target);
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
    const { evaluate, evaluateAll } = definition;
    if (node.args[0]?.type === 'all') return (scope) => evaluateAll?.(scope.message);

    const args = node.args.filter((arg) => arg.type !== 'all').map((arg) => this.compile(arg));
    return (scope) =>
      evaluate(
        args.map((arg) => arg(scope)),
        scope.message,
      );
  }
}
