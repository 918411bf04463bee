import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import type { FleetRunList, FleetRunSummary } from '../../../contract/fleets.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { View } from '../../components/view.tsx';
import { formatDays, formatDuration, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { useSession } from '../../session.ts';
import { withFailedDevices } from './failed-devices.ts';
import { FleetBar } from './fleet-bar.tsx';
import { FleetStatus } from './fleet-status.tsx';
import { fleetMessages } from './words.ts';
import './fleets.css';

const messages = defineMessages({
  en: {
    title: 'Fleets',
    lead: 'Runs over many devices, the newest first.',
    start: 'New run',
    stale: 'Find stale devices',
    empty: 'No run of a fleet is known. Start one with a CSV of devices.',
    more: 'Show more',
    caption: 'Runs of fleets',
    run: 'Run',
    status: 'Status',
    progress: 'Progress',
    progressOf: (name: string) => `Progress of ${name}`,
    reason: 'Reason',
    started: 'Started',
    took: 'Took',
    unseen: (days: string) => `not seen for ${days}`,
    inFailedBatches: (count: string) => `${count} in failed batches`,
  },
  ja: {
    title: 'フリート',
    lead: '多数のデバイスに対する実行を新しい順に表示します。',
    start: '新しい実行',
    stale: '未確認デバイスを抽出',
    empty: 'フリートの実行はまだありません。デバイスの CSV から開始できます。',
    more: 'さらに表示',
    caption: 'フリートの実行',
    run: '実行',
    status: '状態',
    progress: '進捗',
    progressOf: (name) => `${name} の進捗`,
    reason: '理由',
    started: '開始',
    took: '所要時間',
    unseen: (days) => `${days}間未確認`,
    inFailedBatches: (count) => `失敗したバッチ内 ${count} 台`,
  },
});

const PAGE = 25;
const MOST = 500;
/** AWS lists executions two to five times a second for all of an account, and there are three machines. */
const POLLS_ON_AWS = 3;

/** `/fleets`: the runs, as they go. */
export function FleetList() {
  const text = useMessages(messages);
  const { pollMs, isLocal } = useSession();
  const [, navigate] = useLocation();
  const [limit, setLimit] = useState(PAGE);
  const [shown, setShown] = useState<FleetRunList>();
  // A longer list is more calls of Step Functions', which has a quota.
  const everyMs = (pollMs * (isLocal ? 1 : POLLS_ON_AWS) * limit) / PAGE;
  const list = useResource<FleetRunList>(pathOf('/fleets', { limit }), { everyMs });
  if (list.data !== undefined && list.data !== shown) setShown(list.data);
  // More of it is another resource: what was there stays until it comes.
  const data = list.data ?? shown;
  const unavailable = useReadOnlyReason();
  return (
    <View
      title={text.title}
      lead={text.lead}
      actions={
        <>
          <Button unavailable={unavailable} onClick={() => navigate('/fleets/stale')}>
            {text.stale}
          </Button>
          <Button tone="primary" unavailable={unavailable} onClick={() => navigate('/fleets/new')}>
            {text.start}
          </Button>
        </>
      }
    >
      <Loaded resource={{ ...list, data }} isEmpty={({ runs }) => runs.length === 0} empty={text.empty}>
        {({ runs, hasMore }) => (
          <>
            <Runs runs={runs} />
            {hasMore && limit < MOST && (
              <div>
                <Button
                  isBusy={list.isLoading && list.data === undefined}
                  onClick={() => setLimit(limit + PAGE)}
                >
                  {text.more}
                </Button>
              </div>
            )}
          </>
        )}
      </Loaded>
    </View>
  );
}

function Runs({ runs }: { readonly runs: readonly FleetRunSummary[] }) {
  const text = useMessages(messages);
  const columns: readonly Column<FleetRunSummary>[] = [
    { key: 'run', title: text.run, cell: (run) => <RunName run={run} /> },
    {
      key: 'status',
      title: text.status,
      cell: (run) => <FleetStatus run={run} failedDevices={run.failedDevices} />,
    },
    {
      key: 'progress',
      title: text.progress,
      cell: ({ name, counts, failedDevices }) =>
        counts && (
          <FleetBar label={text.progressOf(name)} counts={withFailedDevices(counts, failedDevices)} />
        ),
    },
    { key: 'reason', title: text.reason, cell: (run) => <Reason run={run} /> },
    {
      key: 'started',
      title: text.started,
      cell: ({ startedAt }) => (
        <span class="nowrap">
          <Time at={startedAt} />
        </span>
      ),
    },
    {
      key: 'took',
      title: text.took,
      cell: ({ startedAt, endedAt }) =>
        endedAt !== undefined && (
          <span class="nowrap">{formatDuration(Math.max(1, (endedAt - startedAt) / 1_000))}</span>
        ),
    },
  ];
  return (
    <DataTable
      caption={text.caption}
      columns={columns}
      rows={runs}
      keyOf={({ executionArn }) => executionArn}
    />
  );
}

function RunName({ run: { executionArn, name, kind, isDryRun } }: { readonly run: FleetRunSummary }) {
  const words = useMessages(fleetMessages);
  return (
    <div class="fleet-run-name">
      <span>
        <strong>{words.kinds[kind]}</strong> {isDryRun && <Badge>{words.dryRun}</Badge>}
      </span>
      <Link href={fleetPath(executionArn)} class="mono">
        {name}
      </Link>
    </div>
  );
}

function Reason({ run: { reason, unseenDays, counts } }: { readonly run: FleetRunSummary }) {
  const text = useMessages(messages);
  const failed = counts?.failed ?? 0;
  return (
    <div class="fleet-reason">
      {reason ?? (unseenDays !== undefined && text.unseen(formatDays(unseenDays)))}
      {failed > 0 && <div class="hint hint-bad">{text.inFailedBatches(formatNumber(failed))}</div>}
    </div>
  );
}
