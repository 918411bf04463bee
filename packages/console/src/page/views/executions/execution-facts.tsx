import type { ExecutionDetails } from '../../../contract/executions.ts';
import { Facts } from '../../components/facts.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Time, useNow } from '../../components/time.tsx';
import { useAhead } from '../../components/use-ahead.ts';
import { formatNumber, formatTook } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { ExecutionStatusBadge } from './status-badge.tsx';

const messages = defineMessages({
  en: {
    status: 'Status',
    machine: 'State machine',
    device: 'Device',
    started: 'Started',
    stopped: 'Ended',
    took: 'Took',
    runsFor: 'Runs for',
    redriven: 'Redriven',
    times: (count: string) => (count === '1' ? 'once' : `${count} times`),
    requestedBy: 'Requested by',
    notBefore: 'Not before',
  },
  ja: {
    status: '状態',
    machine: 'ステートマシン',
    device: 'デバイス',
    started: '開始',
    stopped: '終了',
    took: '所要時間',
    runsFor: '経過時間',
    redriven: '再実行',
    times: (count: string) => `${count}回`,
    requestedBy: '依頼者',
    notBefore: '実行開始時刻',
  },
});

/** What there is to say of an execution in a word each. */
export function ExecutionFacts({ execution }: { readonly execution: ExecutionDetails }) {
  const text = useMessages(messages);
  const { status, machine, nowMs, startedAt, stoppedAt, redriveCount, input } = execution;
  const { deviceId, requestedBy, notBefore } = Object(input);
  return (
    <div class="card execution-facts">
      <Facts
        facts={[
          [text.status, <ExecutionStatusBadge key="status" status={status} />],
          [text.machine, machine],
          [text.device, typeof deviceId === 'string' ? <DeviceLink deviceId={deviceId} /> : undefined],
          [text.started, <Time key="started" at={startedAt} />],
          [text.stopped, stoppedAt === undefined ? undefined : <Time at={stoppedAt} />],
          stoppedAt === undefined
            ? [text.runsFor, <RunsFor key="for" startedAt={startedAt} nowMs={nowMs} />]
            : [text.took, formatTook((stoppedAt - startedAt) / 1_000)],
          [text.notBefore, typeof notBefore === 'number' ? <Time at={notBefore * 1_000} /> : undefined],
          [text.redriven, redriveCount === 0 ? undefined : text.times(formatNumber(redriveCount))],
          [text.requestedBy, typeof requestedBy === 'string' ? requestedBy : undefined],
        ]}
      />
    </div>
  );
}

function RunsFor({ startedAt, nowMs }: { readonly startedAt: number; readonly nowMs: number }) {
  const now = useNow(useAhead(nowMs));
  return <>{formatTook((now - startedAt) / 1_000)}</>;
}
