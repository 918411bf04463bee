import { useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { letterMessages } from './messages.ts';

export interface LetterFilterValues {
  readonly functionName: string;
  readonly error: string;
}

interface LetterFilterProps {
  readonly values: LetterFilterValues;
  readonly onFilter: (values: LetterFilterValues) => void;
}

/** Which letters are looked at; asked for with a button, since each look hides them from others. */
export function LetterFilter({ values, onFilter }: LetterFilterProps) {
  const text = useMessages(letterMessages);
  const [typed, setTyped] = useState(values);
  const input = (name: keyof LetterFilterValues, hint: string) => (
    <Field label={text[name]} hint={hint}>
      {(attributes) => (
        <input
          {...attributes}
          value={typed[name]}
          onInput={({ currentTarget }) => setTyped({ ...typed, [name]: currentTarget.value })}
        />
      )}
    </Field>
  );
  return (
    <form
      class="form-row"
      onSubmit={(event) => {
        event.preventDefault();
        onFilter({ functionName: typed.functionName.trim(), error: typed.error.trim() });
      }}
    >
      {input('functionName', text.functionHint)}
      {input('error', text.errorHint)}
      <Button type="submit">{text.filter}</Button>
    </form>
  );
}
