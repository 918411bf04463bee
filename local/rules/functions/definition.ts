import type { MessageContext } from '../scope.ts';
import type { AllNode, ExpressionNode } from '../syntax.ts';
import { toDecimal, toText, type Value } from '../value.ts';

/** A function of AWS IoT SQL: how it is called, and what it gives. Bad values give Undefined, never an error. */
export interface FunctionDefinition {
  readonly fewest: number;
  readonly most: number;
  /** What it gives for `*` as its first argument, where that is legal. */
  readonly evaluateAll?: (message: MessageContext) => Value;
  /** Says what keeps these arguments from being run here, or Undefined. Called once, when the rule is loaded. */
  readonly check?: (args: readonly (ExpressionNode | AllNode)[]) => string | undefined;
  readonly evaluate: (args: readonly Value[], message: MessageContext) => Value;
}

/** A function that AWS has and the laptop can't run: why not, and what to do. */
export interface RefusedFunction {
  readonly refused: string;
}

/** All arguments converted to String; Undefined when one of them can't be. */
export function ofTexts(count: number, evaluate: (...texts: string[]) => Value): FunctionDefinition {
  return {
    fewest: count,
    most: count,
    evaluate: (args) => {
      const texts = args.map(toText);
      return texts.every((text) => text !== undefined) ? evaluate(...texts) : undefined;
    },
  };
}

/** All arguments converted to Decimal; Undefined when one of them can't be. */
export function ofDecimals(count: number, evaluate: (...numbers: number[]) => Value): FunctionDefinition {
  return {
    fewest: count,
    most: count,
    evaluate: (args) => {
      const numbers = args.map(toDecimal);
      return numbers.every((number) => number !== undefined) ? evaluate(...numbers) : undefined;
    },
  };
}

/** The text of an argument that is a string literal. */
export function literalText(node: ExpressionNode | AllNode | undefined): string | undefined {
  return node?.type === 'literal' && typeof node.value === 'string' ? node.value : undefined;
}
