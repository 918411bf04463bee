import './text-block.css';
import { useState } from 'preact/hooks';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { announce } from './announcer.tsx';
import { Button } from './button.tsx';

const messages = defineMessages({
  en: { copy: 'Copy', copied: 'Copied', refused: 'Not allowed', copyOf: (label: string) => `Copy: ${label}` },
  ja: {
    copy: 'コピー',
    copied: 'コピーしました',
    refused: '許可されていません',
    copyOf: (label) => `コピー：${label}`,
  },
});

interface TextProps {
  readonly label: string;
  readonly text: string;
}

/** Text as it is, with its label, to be read and copied. */
export function TextBlock({ label, text }: TextProps) {
  return (
    <div class="text-block">
      <div class="text-block-head">
        <strong>{label}</strong>
        <CopyButton label={label} text={text} />
      </div>
      <ScrolledText label={label} text={text} />
    </div>
  );
}

/** Text as it is; it alone is scrolled where it is long. `label`: for screen readers. */
export function ScrolledText({ label, text }: TextProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="text-block-text" tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  );
}

/** `label`: what is copied, for screen readers. */
export function CopyButton({ label, text }: TextProps) {
  const words = useMessages(messages);
  /** What came of copying which text. */
  const [tried, setTried] = useState<{ readonly text: string; readonly isDone: boolean }>();
  const copy = async () => {
    const isDone = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false, // the browser does not let the page
    );
    setTried({ text, isDone });
    announce(isDone ? words.copied : words.refused);
  };
  const outcome = tried?.isDone === true ? words.copied : words.refused;
  return (
    <Button onClick={() => void copy()} label={words.copyOf(label)}>
      {tried?.text === text ? outcome : words.copy}
    </Button>
  );
}

/** A value as JSON for people, and a text as it is. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** JSON for people, and anything else as it is. */
export function readable(text: string): string {
  try {
    return textOf(JSON.parse(text));
  } catch {
    return text;
  }
}
