import type { DeviceAnswer } from '../../../contract/device.ts';
import { Card } from '../../components/card.tsx';
import { CopyButton, ScrolledText, textOf } from '../../components/text-block.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: { title: 'Attributes' },
  ja: { title: '属性' },
});

/** What the device says of itself. */
export function AttributesCard({ device: { items } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const attributes = (items.device ?? items.invalidDevice)?.['attributes'];
  if (attributes === undefined || Object.keys(Object(attributes)).length === 0) return null;
  const shown = { text: textOf(attributes), label: `${text.title} (JSON)` };
  return (
    <Card title={text.title} actions={<CopyButton {...shown} />}>
      <ScrolledText {...shown} />
    </Card>
  );
}
