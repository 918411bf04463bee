import type { DeviceAnswer } from '../../../contract/device.ts';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    problems: 'The tables contradict each other: a person has to look',
    ghost: 'It is still heard of',
    heard: (minutes: string) =>
      `Since it left service, it was heard of in ${minutes === '1' ? 'one minute' : `${minutes} different minutes`}. Last:`,
    ghostAdvice: 'If it goes on, look whether one of its certificates is still active; turn that one off.',
    pending: 'Its certificates have not followed yet',
    pendingAdvice: 'The service goes on with it by itself. Pending since',
  },
  ja: {
    problems: 'テーブルの内容に矛盾があります。担当者の確認が必要です',
    ghost: 'このデバイスからまだ通信があります',
    heard: (minutes: string) => `廃止後、延べ ${minutes} 分間に通信がありました。最後の通信：`,
    ghostAdvice: '続く場合は、有効なままの証明書がないか確認し、あれば無効にしてください。',
    pending: '証明書の変更がまだ終わっていません',
    pendingAdvice: 'サービスが自動的に続けます。保留の開始：',
  },
});

/** What somebody should know of a device before anything else. */
export function Notes({ device }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const { problems, credentials, pendingSince, record } = device;
  return (
    <>
      {problems.length > 0 && (
        <div class="note note-bad" role="alert">
          <strong>{text.problems}</strong>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {record.ghost !== undefined && (
        <div class="note note-refused">
          <strong>{text.ghost}</strong>
          <p>
            {text.heard(formatNumber(record.ghost.count))} <Time at={record.ghost.lastSeenAt} />
            {record.ghost.lastOperation !== undefined && (
              <>
                {' '}
                <code>{record.ghost.lastOperation}</code>
              </>
            )}
          </p>
          <p>{text.ghostAdvice}</p>
        </div>
      )}
      {credentials === 'pending' && pendingSince !== undefined && (
        <div class="note note-info">
          <strong>{text.pending}</strong>
          <p>
            {text.pendingAdvice} <Time at={pendingSince} />
          </p>
        </div>
      )}
    </>
  );
}
