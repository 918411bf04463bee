import type { DeviceAnswer } from '../../../contract/device.ts';
import { Card } from '../../components/card.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { CopyButton, JsonText } from './json-text.tsx';

const messages = defineMessages({
  en: { title: 'Attributes' },
  ja: { title: '属性' },
});

/** What the device says of itself. */
export function AttributesCard({ device: { items } }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const attributes = (items.device ?? items.invalidDevice)?.['attributes'];
  if (attributes === undefined || Object.keys(Object(attributes)).length === 0) return null;
  return (
    <Card title={text.title} actions={<CopyButton value={attributes} />}>
      <JsonText value={attributes} label={`${text.title} (JSON)`} />
    </Card>
  );
}
