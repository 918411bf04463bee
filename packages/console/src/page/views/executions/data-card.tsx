import type { ExecutionDetails } from '../../../contract/executions.ts';
import { Card } from '../../components/card.tsx';
import { CopyButton, ScrolledText, textOf } from '../../components/text-block.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: { input: 'Input', output: 'Output' },
  ja: { input: '入力', output: '出力' },
});

/** What went into an execution, and what came out. */
export function DataCard({ execution: { input, output } }: { readonly execution: ExecutionDetails }) {
  const text = useMessages(messages);
  return (
    <>
      {input !== undefined && <Json title={text.input} value={input} />}
      {output !== undefined && <Json title={text.output} value={output} />}
    </>
  );
}

function Json({ title, value }: { readonly title: string; readonly value: unknown }) {
  const shown = { text: textOf(value), label: `${title} (JSON)` };
  return (
    <Card title={title} actions={<CopyButton {...shown} />}>
      <ScrolledText {...shown} />
    </Card>
  );
}
