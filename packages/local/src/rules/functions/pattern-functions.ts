import { RegexTimeoutError, withinTime } from '../../bounded-regex.ts';
import { RuleEvaluationError } from '../rule-error.ts';
import type { Value } from '../value.ts';
import { type FunctionDefinition, literalText, ofTexts } from './definition.ts';
import { javaRegex, replaceAllAsJava } from './java-regex.ts';

/** Regular expressions. An invalid one gives Undefined. Source: AWS IoT developer guide, "Functions". */
export const patternFunctions: Readonly<Record<string, FunctionDefinition>> = {
  regexp_matches: ofPattern(2, (text, regex) => regex.test(text)),
  regexp_substr: ofPattern(2, (text, regex) => regex.exec(text)?.[0]),
  regexp_replace: ofPattern(3, (text, regex, replacement) => replaceAllAsJava(text, regex, replacement)),
};

type MatchPattern = (text: string, regex: RegExp, replacement: string) => Value;

function ofPattern(count: number, evaluate: MatchPattern): FunctionDefinition {
  return {
    ...ofTexts(count, (text = '', pattern = '', replacement = '') => {
      const compiled = javaRegex(pattern);
      if (compiled.kind !== 'regex') return undefined;
      const regex = compiled.regexFor(text);
      return bounded(regex, text, () => evaluate(text, regex, replacement));
    }),
    limits: 'expressions that Java reads and JavaScript does not are refused',
    check: ([, pattern]) => checkLiteral(literalText(pattern)),
  };
}

function bounded(regex: RegExp, text: string, evaluate: () => Value): Value {
  try {
    return withinTime(regex, text, evaluate);
  } catch (error) {
    throw error instanceof RegexTimeoutError ? new RuleEvaluationError(error.message) : error;
  }
}

function checkLiteral(pattern: string | undefined): string | undefined {
  if (pattern === undefined) return undefined;
  const compiled = javaRegex(pattern);
  switch (compiled.kind) {
    case 'regex':
      return undefined;
    case 'javaOnly':
      return `the pattern has ${compiled.construct}, which Java's engine on AWS reads and JavaScript's here does not; write it otherwise`;
    case 'invalid':
      return 'the pattern is not a regular expression that Java and JavaScript both read, and an invalid one gives Undefined; mend it';
  }
}
