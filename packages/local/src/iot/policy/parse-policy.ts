import { type Condition, parseConditions } from './condition.ts';
import {
  ANY_CHARACTER,
  ANY_TEXT,
  MalformedPolicyError,
  matchTokens,
  parseTemplate,
  type Template,
  type TextMatch,
} from './template.ts';

export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Against the name of an action in lower case, such as `iot:publish`. */
  readonly actions: readonly TextMatch[];
  readonly resources: readonly Template[];
  readonly conditions: readonly Condition[];
}

const VERSION = '2012-10-17';
/** Without whitespace. Source: AWS IoT API reference, CreatePolicy. */
const MAX_CHARACTERS = 2048;
const documentFields = ['Version', 'Id', 'Statement'];
const statementFields = ['Sid', 'Effect', 'Action', 'Resource', 'Condition'];

/**
 * Reads the JSON text of a policy. Throws {@link MalformedPolicyError}, which says what to mend: for what AWS IoT
 * refuses, and for what its documentation does not have (`NotAction`, `NotResource`), which the laptop would have to
 * guess. Source: AWS IoT developer guide, "AWS IoT Core policies", "AWS IoT policy elements".
 */
export function parsePolicy(text: string): PolicyDocument {
  if (text.replace(/\s/g, '').length > MAX_CHARACTERS) {
    throw new MalformedPolicyError(
      `The policy has more than ${MAX_CHARACTERS} characters without whitespace.`,
    );
  }
  const document = objectOf(readJson(text), 'The policy', documentFields);
  if (document['Version'] !== VERSION) {
    throw new MalformedPolicyError(`The policy's Version must be "${VERSION}".`);
  }
  const statements = listOf(document['Statement']);
  if (statements.length === 0) throw new MalformedPolicyError('The policy has no Statement.');
  return { statements: statements.map(parseStatement) };
}

function parseStatement(value: unknown): Statement {
  const statement = objectOf(value, 'A Statement', statementFields);
  const { Effect: effect, Condition: conditions } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new MalformedPolicyError('The Effect of a Statement must be "Allow" or "Deny".');
  }
  return {
    effect,
    actions: textsOf(statement['Action'], 'Action').map(parseAction),
    resources: textsOf(statement['Resource'], 'Resource').map(parseResource),
    conditions: conditions === undefined ? [] : parseConditions(conditions),
  };
}

/** `iot:Publish`, `iot:*`, `*`. Actions that no client here can take are kept; they match nothing. */
function parseAction(text: string): TextMatch {
  if (text !== '*' && !/^[a-z][\w-]*:[\w*?]+$/i.test(text)) {
    throw new MalformedPolicyError(`${text} is no Action; give one such as iot:Publish.`);
  }
  const tokens = [...text.toLowerCase()].map((character) => {
    if (character === '*') return ANY_TEXT;
    return character === '?' ? ANY_CHARACTER : character;
  });
  return matchTokens(tokens);
}

function parseResource(text: string): Template {
  if (text !== '*' && !/^arn:(?:[^:]*:){4}./s.test(text) && !/^arn:.*\*$/s.test(text)) {
    throw new MalformedPolicyError(`${text} is no Resource; give an ARN, or *.`);
  }
  return parseTemplate(text);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedPolicyError('The policy is no JSON.', { cause });
  }
}

function objectOf(
  value: unknown,
  what: string,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedPolicyError(`${what} is not a JSON object.`);
  }
  const unknown = Object.keys(value).filter((field) => !fields.includes(field));
  if (unknown.length > 0) {
    throw new MalformedPolicyError(`${what} has ${unknown.join(', ')}; it may have ${fields.join(', ')}.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function textsOf(value: unknown, field: string): readonly string[] {
  const list = listOf(value);
  if (list.length === 0 || !list.every((item) => typeof item === 'string')) {
    throw new MalformedPolicyError(`The ${field} of a Statement must be text, or a list of texts.`);
  }
  return list;
}
