import type { ExecutionDetails, MapRunProgress } from '../../../contract/executions.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Map run',
    progress: 'Executions of its own that have ended',
    of: (done: string, total: string) => `${done} of ${total} executions of its own have ended`,
    counts: {
      succeeded: 'Succeeded',
      failed: 'Failed',
      running: 'Running',
      pending: 'Pending',
      aborted: 'Stopped',
      timedOut: 'Timed out',
    } as Readonly<Record<string, string>>,
  },
  ja: {
    title: 'マップ実行',
    progress: '終了した子の実行',
    of: (done: string, total: string) => `子の実行 ${total} 件中 ${done} 件が終了`,
    counts: {
      succeeded: '成功',
      failed: '失敗',
      running: '実行中',
      pending: '待機中',
      aborted: '停止',
      timedOut: 'タイムアウト',
    },
  },
});

/** How far the Distributed Maps of an execution are. */
export function MapRunsCard({ execution: { mapRuns } }: { readonly execution: ExecutionDetails }) {
  const text = useMessages(messages);
  return (
    <Card title={text.title}>
      {mapRuns.map((mapRun) =>
        'problem' in mapRun ? (
          <ProblemNote key={mapRun.mapRunArn} problem={mapRun.problem} />
        ) : (
          <MapRun key={mapRun.mapRunArn} mapRun={mapRun} />
        ),
      )}
    </Card>
  );
}

function MapRun({ mapRun: { executions } }: { readonly mapRun: MapRunProgress }) {
  const text = useMessages(messages);
  const { total = 0, running = 0, pending = 0 } = executions;
  const done = total - running - pending;
  const counts = Object.entries(text.counts)
    .filter(([name]) => name === 'succeeded' || (executions[name] ?? 0) > 0)
    .map(([name, title]) => [title, formatNumber(executions[name] ?? 0)] as const);
  return (
    <>
      <div>
        <progress class="progress" max={Math.max(1, total)} value={done} aria-label={text.progress} />
        <p class="hint">{text.of(formatNumber(done), formatNumber(total))}</p>
      </div>
      <Facts facts={counts} />
    </>
  );
}
