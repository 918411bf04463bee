import type { ComponentChildren } from 'preact';
import type { DeviceAnswer, Move } from '../../../contract/device.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Countdown, Time } from '../../components/time.tsx';
import { formatDuration } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { CorrelationLink } from './correlation-link.tsx';

const messages = defineMessages({
  en: {
    decommission: 'Decommissioned',
    hold: 'Legal hold',
    release: 'Last release of a hold',
    purge: 'Purge',
    at: 'When',
    by: 'By',
    reason: 'Reason',
    request: 'Request',
    execution: 'Execution',
    until: 'Can be restored until',
    left: 'Left',
    remaining: 'Left of the retention',
    over: 'Its retention is over: it cannot be restored, and what is left of it goes by itself.',
  },
  ja: {
    decommission: '廃止',
    hold: 'リーガルホールド',
    release: '直近のホールド解除',
    purge: '完全削除',
    at: '日時',
    by: '依頼者',
    reason: '理由',
    request: 'リクエスト',
    execution: '実行',
    until: '復元期限',
    left: '残り',
    remaining: '保持期間の残り',
    over: '保持期間が終わったため、復元できません。残りのデータは自動的に削除されます。',
  },
});

interface OutOfServiceProps {
  readonly device: DeviceAnswer;
  readonly aheadMs: number;
}

/** How and until when a device is out of service; nothing for one in service. */
export function OutOfServiceCard({ device, aheadMs }: OutOfServiceProps) {
  const text = useMessages(messages);
  const { record, state, isHeld, expiresAtMs, purge } = device;
  const { decommission, hold, release } = record;
  return (
    <>
      {decommission !== undefined && (
        <MoveCard title={text.decommission} move={decommission}>
          {expiresAtMs !== undefined && [
            [text.until, <Time key="until" at={expiresAtMs} />],
            [
              text.left,
              state === 'decommissioned' && <Countdown key="left" untilMs={expiresAtMs} aheadMs={aheadMs} />,
            ],
          ]}
        </MoveCard>
      )}
      {state === 'expired' && <p class="note note-refused">{text.over}</p>}
      {isHeld && hold !== undefined && (
        <MoveCard title={text.hold} move={hold}>
          {hold.remainingSeconds !== undefined && [[text.remaining, formatDuration(hold.remainingSeconds)]]}
        </MoveCard>
      )}
      {!isHeld && release !== undefined && <MoveCard title={text.release} move={release} />}
      {purge !== undefined && <MoveCard title={text.purge} move={purge} />}
    </>
  );
}

interface MoveCardProps {
  readonly title: string;
  readonly move: Move;
  /** More facts, before the others. */
  readonly children?: false | readonly (readonly [string, ComponentChildren])[];
}

function MoveCard({ title, move, children = false }: MoveCardProps) {
  const text = useMessages(messages);
  const { at, requestedBy, source, reason, requestId, correlationId } = move;
  return (
    <Card title={title}>
      <Facts
        facts={[
          ...(children === false ? [] : children),
          [text.at, <Time key="at" at={at} />],
          [text.by, requestedBy ?? source],
          [text.reason, reason],
          [text.request, requestId !== undefined && <span class="mono">{requestId}</span>],
          [text.execution, correlationId !== undefined && <CorrelationLink correlationId={correlationId} />],
        ].filter((fact): fact is [string, ComponentChildren] => fact[1] !== false)}
      />
    </Card>
  );
}
