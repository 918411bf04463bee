import './find-box.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import { pathOf } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    label: 'Find a device',
    placeholder: 'Device id, serial number or MAC address',
    find: 'Find',
    shortcut: 'Press / to come here',
  },
  ja: {
    label: 'デバイスを探す',
    placeholder: 'デバイス ID、シリアル番号、MAC アドレス',
    find: '検索',
    shortcut: '/ キーでここに移動します',
  },
});

const MAX_CHARACTERS = 256;

/** Where what is found is shown. */
export const findPath = (text: string): string => pathOf('/devices', { find: text });

interface FindBoxProps {
  /** What was looked for before. */
  readonly initial?: string;
  /** Without a button, for the head of the page. */
  readonly isCompact?: boolean;
}

/** Finds a device by what it is called. `/` leads here from anywhere but a field. */
export function FindBox({ initial = '', isCompact = false }: FindBoxProps) {
  const text = useMessages(messages);
  const [, navigate] = useLocation();
  const [wanted, setWanted] = useState(initial);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setWanted(initial), [initial]);
  useSlash(() => input.current?.select());
  return (
    <search>
      <form
        class={isCompact ? 'find find-compact' : 'find'}
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted.trim() === '') return;
          navigate(findPath(wanted.trim()));
          if (isCompact) setWanted('');
        }}
      >
        <input
          ref={input}
          type="search"
          aria-label={text.label}
          aria-keyshortcuts="/"
          title={text.shortcut}
          placeholder={isCompact ? text.label : text.placeholder}
          maxLength={MAX_CHARACTERS}
          spellcheck={false}
          autoComplete="off"
          value={wanted}
          onInput={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        {isCompact ? (
          <span class="find-key" aria-hidden="true">
            /
          </span>
        ) : (
          <Button type="submit">{text.find}</Button>
        )}
      </form>
    </search>
  );
}

function useSlash(act: () => void): void {
  const current = useRef(act);
  current.current = act;
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping =
        target instanceof Element && target.closest('input, textarea, select, dialog') !== null;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
      event.preventDefault();
      current.current();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, []);
}
