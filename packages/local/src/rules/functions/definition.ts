import type { Numeric } from '../numbers/numeric.ts';
import type { MessageContext } from '../scope.ts';
import type { AllNode, ExpressionNode } from '../syntax.ts';
import { toDecimal, toText, type Value } from '../value.ts';

type Arguments = readonly (ExpressionNode | AllNode)[];

/** A function of AWS IoT SQL: how it is called, and what it gives. Bad values give Undefined, never an error. */
export interface FunctionDefinition {
  readonly fewest: number;
  readonly most: number;
  /** What of it does not run here. */
  readonly limits?: string;
  /** The argument that may be `*`, by its index. */
  readonly allAt?: number;
  /** Says what keeps these arguments from being run here, or Undefined. Called once, when the rule is loaded. */
  readonly check?: (args: Arguments) => string | undefined;
  /** Whether the first argument is Undefined where it can't be evaluated. */
  readonly isRescue?: boolean;
  /** What it gives where an argument is `*`, if that stands for the bytes, whatever they are. */
  readonly evaluateAll?: (message: MessageContext) => Value;
  readonly evaluate: (args: readonly Value[], message: MessageContext) => Value;
}

/** A function that AWS has and the laptop can't run: why not, and what to do. */
export interface RefusedFunction {
  readonly refused: string;
}

export type SqlFunction = FunctionDefinition | RefusedFunction;

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
