import { useMemo } from 'preact/hooks';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: { copy: 'Copy', copied: 'Copied', download: 'Download' },
  ja: { copy: 'コピー', copied: 'コピーしました', download: 'ダウンロード' },
});

/** A value as JSON, to be read. */
export function JsonText({ value, label }: { readonly value: unknown; readonly label: string }) {
  const json = useMemo(() => JSON.stringify(value, null, 2), [value]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section class="device-json" aria-label={label} tabIndex={0}>
      <pre>{json}</pre>
    </section>
  );
}

export function CopyButton({ value }: { readonly value: unknown }) {
  const text = useMessages(messages);
  const copy = async () => {
    await navigator.clipboard.writeText(JSON.stringify(value, null, 2));
    announce(text.copied);
  };
  return <Button onClick={() => void copy()}>{text.copy}</Button>;
}

export function DownloadButton({ value, fileName }: { readonly value: unknown; readonly fileName: string }) {
  const text = useMessages(messages);
  const download = () => {
    const url = URL.createObjectURL(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(url);
  };
  return <Button onClick={download}>{text.download}</Button>;
}
