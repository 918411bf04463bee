import { JavaOnlyError } from './java-escapes.ts';
import { RegexTranslator } from './translate-regex.ts';

/** AWS IoT matches regular expressions with Java's engine. */
type JavaRegex =
  | {
      readonly kind: 'regex';
      /** For texts that don't end with a line's terminator. */
      readonly regex: RegExp;
      readonly regexFor: (text: string) => RegExp;
    }
  /** Java would run it; JavaScript has no equal to it. */
  | { readonly kind: 'javaOnly'; readonly construct: string }
  | { readonly kind: 'invalid' };

const cache = new Map<string, JavaRegex>();
const MAX_CACHED = 200;

/** "At the end of input but for the final terminator, if any." */
const END = '(?=\\r\\n(?![^])|[\\n\\r\\x85\\u2028\\u2029](?![^])|(?![^]))';
const TERMINATED = /[\n\r\x85\u2028\u2029]$/;

/** The regular expression of a Java pattern, compiled once. Never has the flag g. */
export function javaRegex(pattern: string): JavaRegex {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  if (cache.size >= MAX_CACHED) cache.clear();
  const made = compile(pattern);
  cache.set(pattern, made);
  return made;
}

/** For most texts `$` is JavaScript's own, which is quicker. */
function compile(pattern: string): JavaRegex {
  try {
    const regex = new RegexTranslator(pattern, '$').translate();
    if (!/\$|\\Z/.test(pattern)) return { kind: 'regex', regex, regexFor: () => regex };
    const terminated = new RegexTranslator(pattern, END).translate();
    return { kind: 'regex', regex, regexFor: (text) => (TERMINATED.test(text) ? terminated : regex) };
  } catch (error) {
    if (error instanceof JavaOnlyError) return { kind: 'javaOnly', construct: error.construct };
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'invalid' };
  }
}

/**
 * Java's replacement string: `$1` or `${name}` for a group, a backslash before what is meant literally. Undefined
 * for one that Java would not take. Source: java.util.regex.Matcher.appendReplacement.
 */
export function replaceAllAsJava(text: string, regex: RegExp, replacement: string): string | undefined {
  const parts = replacement.match(/\\[\s\S]|\$\d+|\$\{[A-Za-z][A-Za-z0-9]*\}|[^\\$]+|[\s\S]/g) ?? [];
  if (parts.some((part) => part === '$' || part === '\\')) return undefined;

  let isValid = true;
  const everywhere = new RegExp(regex.source, `${regex.flags}g`);
  const result = text.replace(everywhere, (...match: unknown[]) => {
    const filled = parts.map((part) => fill(part, match));
    isValid &&= filled.every((part) => part !== undefined);
    return filled.join('');
  });
  return isValid ? result : undefined;
}

function fill(part: string, match: readonly unknown[]): string | undefined {
  if (part.startsWith('\\')) return part.slice(1);
  if (!part.startsWith('$')) return part;
  const groups = match.at(-1);
  if (part.startsWith('${')) {
    const name = part.slice(2, -1);
    if (typeof groups !== 'object' || groups === null || !Object.hasOwn(groups, name)) return undefined;
    return String((groups as Record<string, unknown>)[name] ?? '');
  }
  return fillNumbered(part.slice(1), match);
}

/** As many digits as make the number of a group; the first always. */
function fillNumbered(digits: string, match: readonly unknown[]): string | undefined {
  const count = match.findIndex((value) => typeof value === 'number') - 1;
  let length = 1;
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= count) length += 1;
  const number = Number(digits.slice(0, length));
  return number > count ? undefined : `${match[number] ?? ''}${digits.slice(length)}`;
}
