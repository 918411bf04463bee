/**
 * AWS IoT matches regular expressions with Java's engine. What Java and JavaScript write alike runs here; what only
 * Java has is told apart, because JavaScript would take some of it for something else without complaint.
 */
export type JavaRegex =
  | { readonly kind: 'regex'; readonly regex: RegExp }
  /** Java would run it; JavaScript would not, or would mean something else. */
  | { readonly kind: 'javaOnly'; readonly construct: string }
  | { readonly kind: 'invalid' };

const cache = new Map<string, JavaRegex>();
const MAX_CACHED = 200;

/** The regular expression of a Java pattern, compiled once. Never has the flag g. */
export function javaRegex(pattern: string): JavaRegex {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  if (cache.size >= MAX_CACHED) cache.clear();
  const made = compile(pattern);
  cache.set(pattern, made);
  return made;
}

function compile(pattern: string): JavaRegex {
  const construct = javaOnlyConstruct(pattern);
  if (construct !== undefined) return { kind: 'javaOnly', construct };
  try {
    return { kind: 'regex', regex: new RegExp(pattern.replace(/\\([\s\S])/g, strictEscape), 'u') };
  } catch {
    // A SyntaxError: the pattern is none.
    return { kind: 'invalid' };
  }
}

/** Java allows a backslash before any sign (`\-`, `\_`); with the flag u JavaScript wants such a sign as a code. */
function strictEscape(escaped: string, character: string): string {
  return /[\w^$\\.*+?()[\]{}|/]/.test(character) && character !== '_'
    ? escaped
    : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Escapes that JavaScript does not have, or has for something else. */
const javaOnlyEscape = /\\[AZzGQERXNaehHvVpP0]/;
const nestedClass = /\[[^\]]*(?:\[|&&)/;
const javaOnlyGroup = /\(\?(?![:=!]|<[=!A-Za-z])./;
const possessive = /(?:[*+?]|\{\d+(?:,\d*)?\})\+/;

function javaOnlyConstruct(pattern: string): string | undefined {
  // What is escaped is no syntax, and what is in a class is none of the syntax outside.
  const escaped = (pattern.match(/\\[\s\S]/g) ?? []).find((sequence) => javaOnlyEscape.test(sequence));
  const unescaped = pattern.replace(/\\[\s\S]/g, 'x');
  const outside = unescaped.replace(/\[[^\]]*\]/g, 'x');
  const found = [nestedClass.exec(unescaped), javaOnlyGroup.exec(outside), possessive.exec(outside)];
  return escaped ?? found.find((match) => match !== null)?.[0];
}

/**
 * Java's replacement string: `$1` or `${name}` for a group, a backslash before what is meant literally. Undefined
 * for one that Java would not take. Source: java.util.regex.Matcher.appendReplacement.
 */
export function replaceAllAsJava(text: string, regex: RegExp, replacement: string): string | undefined {
  const parts = replacement.match(/\\[\s\S]|\$\d|\$\{[A-Za-z][A-Za-z0-9]*\}|[^\\$]+|[\s\S]/g) ?? [];
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
  const number = Number(part.slice(1));
  const count = match.findIndex((value) => typeof value === 'number') - 1;
  return number > count ? undefined : String(match[number] ?? '');
}
