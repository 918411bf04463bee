import { View } from '../../components/view.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({ en: { title: 'Overview' }, ja: { title: '概要' } });

export function Overview() {
  const text = useMessages(messages);
  return <View title={text.title}>{null}</View>;
}
