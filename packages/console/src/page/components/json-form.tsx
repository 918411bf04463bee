import './json-form.css';
import type { SchemaProblem } from '../../schema/check-schema.ts';
import type { ObjectSchema, Schema } from '../../schema/schema.ts';
import { useMessages } from '../i18n/locale.ts';
import { Field } from './field.tsx';
import { type Draft, isMoment, isObjectSchema } from './json-form-draft.ts';
import { jsonFormMessages, sentenceOf, wordsOf } from './json-form-messages.ts';

interface JsonFieldsProps {
  readonly schema: ObjectSchema;
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Those that are to be shown, of the fields and of what is in them. */
  readonly problems: readonly SchemaProblem[];
}

/** A field for each property of a schema: texts, numbers, moments, ticks, and objects as groups of their own. */
export function JsonFields({ schema, draft, onChange, problems }: JsonFieldsProps) {
  const { properties, required = [] } = schema;
  const own = problems.filter(({ path }) => path.length === 0);
  return (
    <>
      {Object.entries(properties).map(([name, property]) => {
        const change = (value: Draft[string]) => onChange({ ...draft, [name]: value });
        const within = problems
          .filter(({ path }) => path[0] === name)
          .map(({ path, ...problem }) => ({ ...problem, path: path.slice(1) }));
        const value = draft[name];
        if (isObjectSchema(property)) {
          const inner = typeof value === 'object' ? value : {};
          return (
            <ObjectField
              key={name}
              {...{ name, property, problems: within, draft: inner, onChange: change }}
            />
          );
        }
        const isRequired = required.includes(name);
        return (
          <LeafField
            key={name}
            {...{ name, property, value, isRequired, onChange: change, problem: within[0] }}
          />
        );
      })}
      {own.map((problem) => (
        <p key={problem.rule} class="hint hint-bad" role="alert">
          {sentenceOf(problem)}
        </p>
      ))}
    </>
  );
}

interface ObjectFieldProps extends Omit<JsonFieldsProps, 'schema'> {
  readonly name: string;
  readonly property: ObjectSchema;
}

function ObjectField({ name, property, ...others }: ObjectFieldProps) {
  const { title, description } = wordsOf(name, property);
  return (
    <fieldset class="json-group">
      <legend>{title}</legend>
      {description !== undefined && <p class="hint">{description}</p>}
      <JsonFields schema={property} {...others} />
    </fieldset>
  );
}

interface LeafFieldProps {
  readonly name: string;
  readonly property: Schema;
  readonly value: Draft[string] | undefined;
  readonly isRequired: boolean;
  readonly onChange: (value: string | boolean) => void;
  readonly problem: SchemaProblem | undefined;
}

function LeafField({ name, property, value, isRequired, onChange, problem }: LeafFieldProps) {
  const text = useMessages(jsonFormMessages);
  const { title, description } = wordsOf(name, property);
  const isTick = property.type === 'boolean';
  const label = isRequired || isTick ? title : `${title} (${text.optional})`;
  const sentence = problem === undefined ? undefined : sentenceOf(problem);
  return (
    <div class={isTick ? 'json-tick' : undefined}>
      <Field label={label} hint={description} problem={sentence}>
        {(attributes) =>
          isTick ? (
            <input
              {...attributes}
              type="checkbox"
              name={name}
              checked={value === true}
              onChange={({ currentTarget }) => onChange(currentTarget.checked)}
            />
          ) : (
            <input
              {...attributes}
              {...inputTypeOf(property)}
              name={name}
              value={typeof value === 'string' ? value : ''}
              placeholder={placeholderOf(property)}
              required={isRequired}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
          )
        }
      </Field>
    </div>
  );
}

function inputTypeOf(property: Schema) {
  if (isMoment(property)) return { type: 'datetime-local', step: 1 } as const;
  if (property.type === 'integer') return { type: 'text', inputMode: 'numeric' } as const;
  if (property.type === 'number') return { type: 'text', inputMode: 'decimal' } as const;
  return { type: 'text' } as const;
}

/** What is meant without: else, how it may look. */
function placeholderOf({ default: standard, examples = [] }: Schema): string | undefined {
  const shown = standard ?? examples[0];
  return shown === undefined ? undefined : String(shown);
}
