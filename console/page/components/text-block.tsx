import './text-block.css';
import { useState } from 'preact/hooks';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { announce } from './announcer.tsx';
import { Button } from './button.tsx';

const messages = defineMessages({
  en: { copy: 'Copy', copied: 'Copied', copyOf: (label: string) => `Copy: ${label}` },
  ja: { copy: 'コピー', copied: 'コピーしました', copyOf: (label) => `コピー: ${label}` },
});

/** Text as it is, to be read and copied; it alone is scrolled where it is long. */
export function TextBlock({ label, text }: { readonly label: string; readonly text: string }) {
  const words = useMessages(messages);
  const [isCopied, setIsCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
    announce(words.copied);
  };
  return (
    <div class="text-block">
      <div class="text-block-head">
        <strong>{label}</strong>
        <Button onClick={() => void copy()} label={words.copyOf(label)}>
          {isCopied ? words.copied : words.copy}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section class="text-block-text" tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}

/** JSON for people, and anything else as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
