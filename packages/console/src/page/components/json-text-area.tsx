import { useMessages } from '../i18n/locale.ts';
import { Field } from './field.tsx';
import { jsonFormMessages } from './json-form-messages.ts';

interface JsonTextAreaProps {
  readonly json: string;
  readonly onChange: (json: string) => void;
  /** A sentence each; none where it is good, or nobody wants to know yet. */
  readonly problems: readonly string[];
}

/** An input as JSON, for who knows it or has it at hand. */
export function JsonTextArea({ json, onChange, problems }: JsonTextAreaProps) {
  const text = useMessages(jsonFormMessages);
  return (
    <Field label={text.json} problem={problems.length === 0 ? undefined : problems.join(' ')}>
      {(attributes) => (
        <textarea
          {...attributes}
          class="json-text"
          value={json}
          spellcheck={false}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </Field>
  );
}
