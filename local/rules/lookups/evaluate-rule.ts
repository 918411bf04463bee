import type { EvaluateStatement, Evaluation } from '../compile-statement.ts';
import { lookupFunctions } from '../functions/lookup-functions.ts';
import type { MessageContext } from '../scope.ts';
import type { StatementNode } from '../syntax.ts';
import { type LookUp, Recall } from './recall.ts';

type Outcome = Evaluation | undefined;

/** At once for most statements; later for those that look things up elsewhere. Throws, or rejects with, `RuleEvaluationError`. */
export type EvaluateRule = (message: MessageContext) => Outcome | Promise<Outcome>;

/** A compiled statement with the answers of the services that it asks. */
export function evaluateWithLookups(
  statement: StatementNode,
  evaluate: EvaluateStatement,
  lookUp: LookUp,
): EvaluateRule {
  if (!hasLookup(statement)) return (message) => evaluate(message);
  return (message) => {
    const recall = new Recall();
    return recall.settle(() => evaluate(message, recall), lookUp);
  };
}

/** Anywhere in the tree. */
function hasLookup(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && node.type === 'call' && 'name' in node && String(node.name) in lookupFunctions)
    return true;
  return Object.values(node).some(hasLookup);
}
