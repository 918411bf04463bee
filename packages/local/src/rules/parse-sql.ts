import { loadGrammar } from './load-grammar.ts';
import { RuleError } from './rule-error.ts';
import type { StatementNode, TemplateNode } from './syntax.ts';

const parser = await loadGrammar(new URL('./sql.peggy', import.meta.url), ['Statement', 'Template']);

/**
 * Parses a rule's SQL statement. Throws {@link RuleError} for what is not AWS IoT SQL.
 * Source: AWS IoT developer guide, "AWS IoT SQL reference".
 */
export function parseStatement(sql: string): StatementNode {
  return parse(sql, 'Statement') as StatementNode;
}

/**
 * Parses an action's field with substitution templates, `text ${expression} text`. Throws {@link RuleError}.
 * Source: AWS IoT developer guide, "Substitution templates".
 */
export function parseTemplate(text: string): TemplateNode {
  return parse(text, 'Template') as TemplateNode;
}

function parse(source: string, startRule: string): unknown {
  try {
    return parser.parse(source, { startRule });
  } catch (error) {
    if (error instanceof parser.SyntaxError) {
      const message = error.message.replace(/\.$/, '');
      throw new RuleError(message, error.location.start.offset, { cause: error });
    }
    throw tooDeep(error);
  }
}

/** A stack that ran out means SQL nested beyond reason; anything else is a defect and stays what it is. */
export function tooDeep(error: unknown): unknown {
  return error instanceof RangeError
    ? new RuleError('the expression is nested too deeply; make it simpler', undefined, { cause: error })
    : error;
}
