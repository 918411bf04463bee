import { assertKnownKey } from './condition-key.ts';
import { MalformedPolicyError } from './malformed-policy-error.ts';
import { ANY_CHARACTER, ANY_TEXT, matchTokens, type TextMatch, type Token } from './wildcards.ts';

/** The values of a condition key, in the context of one request; none where it is not there. */
export type ValuesOf = (key: string) => readonly string[];

/** A text of a policy with its wildcards and variables, not yet filled in. */
export type Template = readonly (Token | Variable)[];

interface Variable {
  readonly variable: string;
}

const piece = /\$\{(?<variable>[^}]*)\}|(?<wildcard>[*?])|(?<open>\$\{)|(?<text>(?:(?!\$\{)[^*?])+)/gs;
/** Variables that stand for a character which has a meaning otherwise. */
const fixedValues: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

/**
 * Takes a text of a policy apart. Throws {@link MalformedPolicyError}.
 *
 * Source: AWS IoT developer guide, "AWS IoT Core policy variables"; IAM user guide, "IAM policy elements: Variables
 * and tags".
 */
export function parseTemplate(text: string): Template {
  return [...text.matchAll(piece)].map(({ groups = {} }) => {
    if (groups['wildcard'] !== undefined) return groups['wildcard'] === '*' ? ANY_TEXT : ANY_CHARACTER;
    if (groups['text'] !== undefined) return groups['text'];
    const variable = groups['variable'];
    if (variable === undefined) throw new MalformedPolicyError(`'${text}' has a '\${' without its '}'.`);
    const fixed = fixedValues[variable];
    if (fixed !== undefined) return fixed;
    assertVariable(variable);
    return { variable };
  });
}

function assertVariable(variable: string): void {
  if (!/^[a-z][\w.-]*:[^\s,'"]+$/i.test(variable)) {
    throw new MalformedPolicyError(
      `\${${variable}} is no policy variable; default values do not run on the laptop.`,
    );
  }
  assertKnownKey(variable);
}

/** Whether a template says the same for every request. */
export function isConstant(template: Template): boolean {
  return template.every((part) => typeof part !== 'object');
}

/**
 * Fills a template in, with `*` and `?` as wildcards, and only those of the template itself: a variable's value is
 * never a pattern. Nothing where a variable has no value: AWS IoT leaves its text standing then, so that
 * "authorization fails". Source: AWS IoT developer guide, "X.509 certificate policy variables".
 */
export function compilePattern(template: Template, valuesOf: ValuesOf): TextMatch | undefined {
  const tokens: Token[] = [];
  for (const part of template) {
    const token = typeof part === 'object' ? singleValue(part, valuesOf) : part;
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return matchTokens(tokens);
}

/** Fills a template in where wildcards mean nothing: `*` and `?` are characters. */
export function fillIn(template: Template, valuesOf: ValuesOf): string | undefined {
  let text = '';
  for (const part of template) {
    const value = typeof part === 'object' ? singleValue(part, valuesOf) : characterOf(part);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

function characterOf(token: Token): string {
  if (token === ANY_TEXT) return '*';
  return token === ANY_CHARACTER ? '?' : token;
}

/** A key with several values has none to be put into a text. */
function singleValue({ variable }: Variable, valuesOf: ValuesOf): string | undefined {
  const values = valuesOf(variable);
  return values.length === 1 ? values[0] : undefined;
}
