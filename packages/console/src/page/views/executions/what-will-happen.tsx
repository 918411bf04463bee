import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    decommission: (deviceId: string) =>
      `${deviceId} goes out of service: its certificates are turned off, and its record is put away.`,
    fleet: (key: string) =>
      `Every device that ${key} names goes out of service, a hundred at a time: their certificates are turned off, and their records are put away.`,
    purge: (deviceId: string) =>
      `${deviceId} is removed for good, with its thing and certificates. Nothing brings it back.`,
    at: 'Not before',
    days: (days: number) => `It can be restored for ${days === 1 ? '1 day' : `${formatNumber(days)} days`}.`,
    asConfigured: 'It can be restored until its retention is over, which is as configured for its type.',
    hold: 'It is kept without end, until the legal hold is released.',
  },
  ja: {
    decommission: (deviceId: string) =>
      `${deviceId} を廃止します。証明書は無効になり、レコードは退避されます。`,
    fleet: (key: string) =>
      `${key} に列挙されたすべてのデバイスを 100 台ずつ廃止します。証明書は無効になり、レコードは退避されます。`,
    purge: (deviceId: string) =>
      `${deviceId} をモノと証明書も含めて完全に削除します。元に戻すことはできません。`,
    at: '実行開始時刻',
    days: (days: number) => `${formatNumber(days)} 日間は復元できます。`,
    asConfigured: '保持期間（種類ごとの設定）が終わるまで復元できます。',
    hold: 'リーガルホールドを解除するまで無期限に保持します。',
  },
});

type Input = Readonly<Record<string, unknown>>;

/** Whether it is asked once more before it is started. */
export function isDangerous(machine: string, input: Input): boolean {
  if (machine === 'decommission-fleet') return input['dryRun'] !== true;
  return machine === 'decommission-device' || machine === 'purge-device';
}

/** What a dangerous execution does. `input`: as its schema has it. */
export function WhatWillHappen({ machine, input }: { readonly machine: string; readonly input: Input }) {
  const text = useMessages(messages);
  const deviceId = String(input['deviceId']);
  const { notBefore } = input;
  if (machine === 'purge-device') return <p>{text.purge(deviceId)}</p>;
  const isFleet = machine === 'decommission-fleet';
  return (
    <>
      <p>{isFleet ? text.fleet(String(Object(input['source']).key)) : text.decommission(deviceId)}</p>
      {typeof notBefore === 'number' && (
        <p>
          {text.at}: <Time at={notBefore * 1_000} />
        </p>
      )}
      <Retention input={input} />
    </>
  );
}

function Retention({ input: { legalHold, retentionDays } }: { readonly input: Input }) {
  const text = useMessages(messages);
  if (legalHold === true) return <p>{text.hold}</p>;
  return <p>{typeof retentionDays === 'number' ? text.days(retentionDays) : text.asConfigured}</p>;
}
