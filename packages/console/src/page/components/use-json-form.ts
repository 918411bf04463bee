import { useMemo, useState } from 'preact/hooks';
import { problemsOf, type SchemaProblem } from '../../schema/check-schema.ts';
import type { ObjectSchema } from '../../schema/schema.ts';
import { useMessages } from '../i18n/locale.ts';
import { type Draft, draftOf, inputOf } from './json-form-draft.ts';
import { jsonFormMessages, sentenceOf } from './json-form-messages.ts';

/** An input that is made, in fields or as JSON. */
interface JsonForm {
  readonly schema: ObjectSchema;
  readonly draft: Draft;
  setDraft(draft: Draft): void;
  /** The JSON, while that is what is edited. */
  readonly json: string | undefined;
  setJson(json: string): void;
  showAsJson(): void;
  /** Stays with the JSON where the fields could not show all of it. */
  showAsForm(): void;
  /** Nothing while the JSON is none. */
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly SchemaProblem[];
  /** What is wrong with the JSON, a sentence each. */
  readonly jsonProblems: readonly string[];
}

/** `input`: what the form begins with; one that the fields could not show all of, as JSON. */
export function useJsonForm(schema: ObjectSchema, input: unknown): JsonForm {
  const text = useMessages(jsonFormMessages);
  const [draft, setDraft] = useState(() => draftOf(schema, input));
  const [json, setJson] = useState(() => (fitsFields(schema, input) ? undefined : asJson(input)));
  const parsed = useMemo(() => (json === undefined ? undefined : parse(json)), [json]);
  const made = useMemo(() => inputOf(schema, draft), [schema, draft]);
  const value = parsed === undefined ? made : parsed.input;
  const problems = value === undefined ? [] : problemsOf(schema, value);
  const jsonProblems =
    parsed !== undefined && parsed.input === undefined
      ? [parsed.why === undefined ? text.noObject : text.noJson(parsed.why)]
      : problems.map((problem) => `${problem.path.join('.')} ${sentenceOf(problem)}`.trim());
  return {
    schema,
    draft,
    setDraft,
    json,
    setJson,
    showAsJson: () => setJson(asJson(made)),
    showAsForm() {
      if (value === undefined || !fitsFields(schema, value)) return;
      setDraft(draftOf(schema, value));
      setJson(undefined);
    },
    input: value,
    problems,
    jsonProblems,
  };
}

/** What a form has no place for, and would drop. */
const NOT_IN_FIELDS: readonly SchemaProblem['rule'][] = ['type', 'additionalProperties'];

const fitsFields = (schema: ObjectSchema, input: unknown): boolean =>
  input === undefined || !problemsOf(schema, input).some(({ rule }) => NOT_IN_FIELDS.includes(rule));

const asJson = (value: unknown): string => JSON.stringify(value, null, 2);

interface Parsed {
  readonly input?: Readonly<Record<string, unknown>>;
  readonly why?: string;
}

function parse(json: string): Parsed {
  try {
    const value: unknown = JSON.parse(json);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { input: value as Record<string, unknown> } : {};
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}
