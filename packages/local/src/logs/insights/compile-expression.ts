import { withinTime } from '../../bounded-regex.ts';
import { compileRegex } from './fields-of.ts';
import { functions, isTrue, numberOf, Timestamp, textOf, truthOf, type Value } from './functions.ts';
import {
  type BinaryNode,
  type BinaryOperator,
  type CallNode,
  type ExpressionNode,
  type InNode,
  type LikeNode,
  periodMs,
} from './syntax.ts';

/** What an expression reads fields from. */
interface Fields {
  get(name: string): Value;
}

/** Evaluates an expression on one row. */
export type Evaluate = (fields: Fields) => Value;

/** What an expression is compiled for. */
export interface Compilation {
  /** When the query began: what `now()` says. */
  readonly nowMs: number;
  /** What a function of `stats` has come to; absent where none may stand. */
  aggregate?(node: CallNode): Evaluate | undefined;
}

/**
 * Compiles an expression that is checked already. AWS does not document what a comparison with a missing field comes
 * to: here it is false, whatever the operator.
 */
export function compileExpression(node: ExpressionNode, compilation: Compilation): Evaluate {
  switch (node.type) {
    case 'field':
      return (fields) => fields.get(node.name);
    case 'text':
    case 'number':
      return () => node.value;
    case 'not': {
      const operand = compileExpression(node.operand, compilation);
      return (fields) => truthOf(!isTrue(operand(fields)));
    }
    case 'negative':
      return arithmetic('-', () => 0, compileExpression(node.operand, compilation));
    case 'binary':
      return compileBinary(node, compilation);
    case 'like':
      return compileLike(node, compilation);
    case 'in':
      return compileIn(node, compilation);
    case 'call':
      return compileCall(node, compilation);
    case 'everything':
      return () => 1;
    case 'period':
      throw new TypeError('a period is no value');
  }
}

function compileBinary({ operator, left, right }: BinaryNode, compilation: Compilation): Evaluate {
  const [one, other] = [compileExpression(left, compilation), compileExpression(right, compilation)];
  switch (operator) {
    case 'and':
      return (fields) => truthOf(isTrue(one(fields)) && isTrue(other(fields)));
    case 'or':
      return (fields) => truthOf(isTrue(one(fields)) || isTrue(other(fields)));
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
    case '^':
      return arithmetic(operator, one, other);
    default:
      return (fields) => truthOf(compare(operator, one(fields), other(fields)));
  }
}

type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%' | '^'>;
type ComparisonOperator = Extract<BinaryOperator, '=' | '!=' | '<' | '<=' | '>' | '>='>;

const calculations: Readonly<Record<ArithmeticOperator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
  '^': (left, right) => left ** right,
};

/** What is no number, or comes to none, gives nothing. */
function arithmetic(operator: ArithmeticOperator, one: Evaluate, other: Evaluate): Evaluate {
  const calculate = calculations[operator];
  return (fields) => {
    const [left, right] = [numberOf(one(fields)), numberOf(other(fields))];
    if (left === undefined || right === undefined) return undefined;
    const result = calculate(left, right);
    return Number.isFinite(result) ? result : undefined;
  };
}

/** As numbers where both are, else as texts. */
function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  if (left === undefined || right === undefined) return false;
  const [leftNumber, rightNumber] = [numberOf(left), numberOf(right)];
  return leftNumber !== undefined && rightNumber !== undefined
    ? holds(operator, leftNumber, rightNumber)
    : holds(operator, textOf(left), textOf(right));
}

function holds<T extends string | number>(operator: ComparisonOperator, left: T, right: T): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

function compileLike({ value, pattern }: LikeNode, compilation: Compilation): Evaluate {
  const subject = compileExpression(value, compilation);
  const regex = pattern.type === 'regex' ? compileRegex(pattern) : undefined;
  return (fields) => {
    const subjectValue = subject(fields);
    if (subjectValue === undefined) return truthOf(false);
    const text = textOf(subjectValue);
    if (regex === undefined) return truthOf(pattern.type === 'text' && text.includes(pattern.value));
    return truthOf(withinTime(regex, text, () => regex.test(text)));
  };
}

function compileIn({ value, options }: InNode, compilation: Compilation): Evaluate {
  const subject = compileExpression(value, compilation);
  const choices = options.map((option) => compileExpression(option, compilation));
  return (fields) => {
    const subjectValue = subject(fields);
    return truthOf(choices.some((choice) => compare('=', subjectValue, choice(fields))));
  };
}

function compileCall(node: CallNode, compilation: Compilation): Evaluate {
  const result = compilation.aggregate?.(node);
  if (result !== undefined) return result;
  const name = node.name.toLowerCase();
  switch (name) {
    case 'bin':
      return compileRounding(Math.floor, (fields) => fields.get('@timestamp'), node.args[0]);
    case 'datefloor':
    case 'dateceil': {
      const [time, period] = node.args;
      if (time === undefined) throw new TypeError(`${name} without arguments`);
      const round = name === 'datefloor' ? Math.floor : Math.ceil;
      return compileRounding(round, compileExpression(time, compilation), period);
    }
  }
  const definition = functions.get(name);
  if (definition === undefined) throw new TypeError(`there is no function ${name}`);
  const args = node.args.map((argument) => compileExpression(argument, compilation));
  return (fields) =>
    definition.evaluate(
      args.map((argument) => argument(fields)),
      compilation.nowMs,
    );
}

/** To a multiple of the period since the epoch. */
function compileRounding(
  round: (quotient: number) => number,
  time: Evaluate,
  period: ExpressionNode | undefined,
): Evaluate {
  if (period?.type !== 'period') throw new TypeError('there is no period to round to');
  const ms = periodMs(period);
  return (fields) => {
    const value = time(fields);
    return value instanceof Timestamp ? new Timestamp(round(value.ms / ms) * ms) : undefined;
  };
}
