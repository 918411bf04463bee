import { Link } from 'wouter-preact';
import { View } from '../components/view.tsx';
import { defineMessages, useMessages } from '../i18n/locale.ts';

const messages = defineMessages({
  en: { title: 'Not here', text: 'There is no such page.', back: 'To the overview' },
  ja: { title: '見つかりません', text: 'このページはありません。', back: '概要へ' },
});

export function NotFound() {
  const text = useMessages(messages);
  return (
    <View title={text.title}>
      <p>{text.text}</p>
      <p>
        <Link href="/">{text.back}</Link>
      </p>
    </View>
  );
}
