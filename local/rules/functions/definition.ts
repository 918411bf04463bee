import type { Numeric } from '../numbers/numeric.ts';
import type { MessageContext } from '../scope.ts';
import type { AllNode, ExpressionNode } from '../syntax.ts';
import { toDecimal, toText, type Value } from '../value.ts';

/** A function of AWS IoT SQL: how it is called, and what it gives. Bad values give Undefined, never an error. */
export interface FunctionDefinition {
  readonly fewest: number;
  readonly most: number;
  /** The version that it came with; 2015-10-08 if there is none. */
  readonly since?: '2016-03-23';
  /** What kind of number it gives: a Decimal, or one if an argument is none or a String; else an Int. */
  readonly result?: 'Decimal' | 'asArguments';
  /** What of it does not run here. */
  readonly limits?: string;
  /** Whether the first argument is Undefined where it can't be evaluated. */
  readonly isRescue?: boolean;
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
export function ofDecimals(count: number, evaluate: (...numbers: Numeric[]) => Value): FunctionDefinition {
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
