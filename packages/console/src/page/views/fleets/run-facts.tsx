import { Link } from 'wouter-preact';
import type { FleetRun } from '../../../contract/fleets.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import { formatDays, formatDuration, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { executionPath } from '../../paths.ts';

const messages = defineMessages({
  en: {
    title: 'What was asked',
    reason: 'Reason',
    by: 'Requested by',
    unseen: 'Not seen for days',
    retention: 'Retention',
    hold: 'legal hold',
    started: 'Started',
    ended: 'Ended',
    took: 'Took',
    execution: 'Execution',
    graph: 'Steps and graph',
  },
  ja: {
    title: '依頼の内容',
    reason: '理由',
    by: '依頼者',
    unseen: '未確認の日数',
    retention: '保持期間',
    hold: 'リーガルホールド',
    started: '開始',
    ended: '終了',
    took: '所要時間',
    execution: '実行',
    graph: '手順とグラフ',
  },
});

/** What a run was asked for. */
export function RunFacts({ run }: { readonly run: FleetRun }) {
  const text = useMessages(messages);
  const { executionArn, reason, requestedBy, unseenDays, retentionDays, legalHold, startedAt, endedAt } = run;
  return (
    <Card title={text.title} actions={<Link href={executionPath(executionArn)}>{text.graph}</Link>}>
      <Facts
        facts={[
          [text.reason, reason],
          [text.unseen, unseenDays && formatNumber(unseenDays)],
          [text.retention, legalHold === true ? text.hold : retentionDays && formatDays(retentionDays)],
          [text.by, requestedBy && <span class="mono">{requestedBy}</span>],
          [text.started, <Time key="started" at={startedAt} />],
          [text.ended, endedAt && <Time at={endedAt} />],
          [text.took, endedAt && formatDuration(Math.max(1, (endedAt - startedAt) / 1_000))],
        ]}
      />
      <div class="fleet-wide-facts">
        <Facts
          facts={[
            [
              text.execution,
              <span key="arn" class="mono">
                {executionArn}
              </span>,
            ],
          ]}
        />
      </div>
    </Card>
  );
}
