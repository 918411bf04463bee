/** A text that is no policy document of AWS IoT, or one that the laptop can't evaluate. The message says why. */
export class MalformedPolicyError extends Error {
  override readonly name = 'MalformedPolicyError';
}

/** A certificate's names, as AWS IoT calls them, and as Node.js does. */
export const DISTINGUISHED_NAMES = {
  DistinguishedNameQualifier: 'dnQualifier',
  Country: 'C',
  Organization: 'O',
  OrganizationalUnit: 'OU',
  State: 'ST',
  CommonName: 'CN',
  SerialNumber: 'serialNumber',
  Title: 'title',
  Surname: 'SN',
  GivenName: 'GN',
  Initials: 'initials',
  Pseudonym: 'pseudonym',
  GenerationQualifier: 'generationQualifier',
} as const;

/** A certificate's alternative names, as AWS IoT calls them, and as OpenSSL prints them. */
export const ALTERNATIVE_NAMES = {
  RFC822Name: 'email',
  DNSName: 'DNS',
  DirectoryName: 'DirName',
  UniformResourceIdentifier: 'URI',
  IPAddress: 'IP Address',
} as const;

const names = Object.keys(DISTINGUISHED_NAMES).join('|');

const alternativeNames = Object.keys(ALTERNATIVE_NAMES).join('|');

const known = new RegExp(
  `^iot:(?:${[
    'ClientId|CertificateId|DomainName|ConnectAttributes|LastWillTopic',
    'Connection\\.Thing\\.(?:ThingName|ThingTypeName|IsAttached|Attributes\\[[^\\]]+\\])',
    'Certificate\\.(?:SerialNumber|AvailableKeys)',
    `Certificate\\.(?:Subject|Issuer)\\.(?:${names}|AlternativeName\\.(?:${alternativeNames}))(?:\\.\\d+|\\.List)?`,
  ].join('|')})$`,
);

/**
 * Refuses keys in AWS IoT's namespace that the laptop does not know; those of other namespaces that are not here have
 * no value, as on AWS for a client with a certificate. Throws {@link MalformedPolicyError}.
 *
 * Source: AWS IoT developer guide, "Basic AWS IoT Core policy variables", "Thing policy variables", "X.509
 * certificate policy variables", "Connect policy examples".
 */
export function assertKnownKey(key: string): void {
  if (key.startsWith('iot:') && !known.test(key)) {
    throw new MalformedPolicyError(`${key} is no condition key of AWS IoT that the laptop knows.`);
  }
}

/** `*`: any characters, none among them, `/` too. */
export const ANY_TEXT = Symbol('*');
/** `?`: any one character. */
export const ANY_CHARACTER = Symbol('?');

/** A piece of text, which stands for itself, or a wildcard. */
export type Token = string | typeof ANY_TEXT | typeof ANY_CHARACTER;

export type TextMatch = (text: string) => boolean;

/**
 * Whether a text matches, from its beginning to its end, case-sensitively. The MQTT wildcards `+` and `#` are
 * characters like others. Source: AWS IoT developer guide, "Using wildcard characters in MQTT and AWS IoT Core
 * policies".
 */
export function matchTokens(tokens: readonly Token[]): TextMatch {
  const last = tokens.at(-1);
  const fixed = last === ANY_TEXT ? tokens.slice(0, -1) : tokens;
  // What nearly all policies have, without and with a wildcard at the end.
  if (fixed.every((token) => typeof token === 'string')) {
    const text = fixed.join('');
    return last === ANY_TEXT ? (candidate) => candidate.startsWith(text) : (candidate) => candidate === text;
  }
  const pattern = tokens.flatMap((token): Token[] => (typeof token === 'string' ? [...token] : [token]));
  return (candidate) => matches(pattern, [...candidate]);
}

/** Goes back to the last `*` alone, so that the time is at most the product of both lengths. */
function matches(pattern: readonly Token[], text: readonly string[]): boolean {
  let at = 0;
  let position = 0;
  let lastStar = -1;
  let afterStar = 0;
  while (position < text.length) {
    const token = pattern[at];
    if (token === ANY_TEXT) {
      lastStar = at++;
      afterStar = position;
    } else if (token !== undefined && (token === ANY_CHARACTER || token === text[position])) {
      at += 1;
      position += 1;
    } else if (lastStar >= 0) {
      at = lastStar + 1;
      position = ++afterStar;
    } else return false;
  }
  return pattern.slice(at).every((token) => token === ANY_TEXT);
}

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
