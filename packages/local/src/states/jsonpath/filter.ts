import { JSONPathEnvironment, type JSONValue } from 'json-p3';
import { isJsonObject, type Json } from '../json.ts';

const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Step Functions has none of the functions of RFC 9535. */
const environment = new JSONPathEnvironment();
environment.functionRegister.clear();

export type Filter = (value: Json) => boolean;

/**
 * Compiles what stands in `[?(…)]`. `@` is an object: scalars match no filter. Throws `SyntaxError` for what is none, and
 * for what Step Functions does not have: regular expressions, operators that are words, and comparisons of two paths.
 * https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html
 */
export function compileFilter(text: string): Filter {
  const unquoted = text.replaceAll(QUOTED, "''");
  if (unquoted.includes('$') || unquoted.split(/&&|\|\|/).some(comparesPaths)) {
    throw new SyntaxError('a filter compares with literals alone');
  }
  const query = compile(text);
  return (value) => isJsonObject(value) && query.match([value as JSONValue]) !== undefined;
}

function comparesPaths(term: string): boolean {
  const operator = term.search(/[=<>]/);
  return operator !== -1 && term.slice(0, operator).includes('@') && term.slice(operator).includes('@');
}

function compile(text: string) {
  try {
    return environment.compile(`$[?${text}]`);
  } catch (error) {
    throw new SyntaxError(
      `the filter '${text.slice(0, 80)}' can't be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}
