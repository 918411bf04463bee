import { defineMessages, useMessages } from './i18n/locale.ts';
import { useSession } from './session.ts';

const messages = defineMessages({
  en: { reason: 'This console is read-only: start it without --read-only to act.' },
  ja: {
    reason: 'このコンソールは読み取り専用です。操作するには --read-only なしで起動してください。',
  },
});

/** Why nothing can be changed here, for `Button`'s `unavailable`; nothing where it can. */
export function useReadOnlyReason(): string | undefined {
  const { reason } = useMessages(messages);
  return useSession().isReadOnly ? reason : undefined;
}
