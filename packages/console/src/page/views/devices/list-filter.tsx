import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../components/button.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    text: 'Id, serial number, MAC address or name contains',
    textHint: 'Upper and lower case matter',
    type: 'Type',
    apply: 'Filter',
    clear: 'Clear',
  },
  ja: {
    text: 'ID、シリアル番号、MAC アドレス、名前に含まれる文字列',
    textHint: '大文字と小文字を区別します',
    type: '種類',
    apply: '絞り込む',
    clear: '解除',
  },
});

const MAX_CHARACTERS = { text: 256, type: 128 } as const;

export interface Filter {
  readonly text?: string | undefined;
  readonly type?: string | undefined;
}

interface ListFilterProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

/** What a list is narrowed down by. It is applied when that is said, since each time the whole list is looked through. */
export function ListFilter({ filter, onChange }: ListFilterProps) {
  const words = useMessages(messages);
  const [text, setText] = useState(filter.text ?? '');
  const [type, setType] = useState(filter.type ?? '');
  useEffect(() => {
    setText(filter.text ?? '');
    setType(filter.type ?? '');
  }, [filter.text, filter.type]);
  const isOn = filter.text !== undefined || filter.type !== undefined;
  const said = (value: string) => (value.trim() === '' ? undefined : value.trim());
  return (
    <form
      class="list-filter"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ text: said(text), type: said(type) });
      }}
    >
      <input
        aria-label={words.text}
        title={words.textHint}
        placeholder={words.text}
        value={text}
        maxLength={MAX_CHARACTERS.text}
        spellcheck={false}
        autoComplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <input
        aria-label={words.type}
        placeholder={words.type}
        value={type}
        maxLength={MAX_CHARACTERS.type}
        spellcheck={false}
        autoComplete="off"
        onInput={({ currentTarget }) => setType(currentTarget.value)}
      />
      <div class="actions">
        <Button type="submit">{words.apply}</Button>
        {isOn && <Button onClick={() => onChange({})}>{words.clear}</Button>}
      </div>
    </form>
  );
}
