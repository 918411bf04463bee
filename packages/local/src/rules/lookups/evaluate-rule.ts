import type { EvaluateStatement, Evaluation } from '../compile-statement.ts';
import { lookupFunctions } from '../functions/lookup-functions.ts';
import type { MessageContext } from '../scope.ts';
import type { StatementNode } from '../syntax.ts';
import { type LookUp, Recall } from './recall.ts';
import { type LookupTrace, traceOf } from './request.ts';

type Outcome = Evaluation | undefined;

/** At once for most statements; later for those that look things up elsewhere. Throws, or rejects with, `RuleEvaluationError`. */
export type EvaluateRule = (message: MessageContext, report: ReportLookup) => Outcome | Promise<Outcome>;

/** Is told of each request that is answered, and of each that is not, why. */
export type ReportLookup = (trace: LookupTrace, error?: Error) => void;

/** A compiled statement with the answers of the services that it asks. */
export function evaluateWithLookups(
  statement: StatementNode,
  evaluate: EvaluateStatement,
  lookUp: LookUp,
): EvaluateRule {
  if (!hasLookup(statement)) return (message) => evaluate(message);
  return (message, report) => {
    const recall = new Recall();
    return recall.settle(() => evaluate(message, recall), reporting(lookUp, report));
  };
}

function reporting(lookUp: LookUp, report: ReportLookup): LookUp {
  return async (request) => {
    try {
      const value = await lookUp(request);
      report(traceOf(request));
      return value;
    } catch (error) {
      report(traceOf(request), error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  };
}

/** Anywhere in the tree. */
function hasLookup(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('type' in node && node.type === 'call' && 'name' in node && String(node.name) in lookupFunctions)
    return true;
  return Object.values(node).some(hasLookup);
}
