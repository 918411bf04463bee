import './executions.css';
import { useState } from 'preact/hooks';
import { Link, useSearchParams } from 'wouter-preact';
import type { ExecutionPage, ExecutionRow } from '../../../contract/executions.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ExecutionLink } from '../../components/links.tsx';
import { Loaded } from '../../components/states.tsx';
import { Time, useNow } from '../../components/time.tsx';
import { useAhead } from '../../components/use-ahead.ts';
import { View } from '../../components/view.tsx';
import { formatTook } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { ExecutionFilters } from './execution-filters.tsx';
import { ExecutionStatusBadge } from './status-badge.tsx';

const messages = defineMessages({
  en: {
    title: 'Executions',
    lead: 'What the state machines of this stack have been asked to do, the newest first. Step Functions keeps executions for 90 days.',
    start: 'Start an execution',
    empty: 'There are no such executions.',
    columns: {
      started: 'Started',
      name: 'Execution',
      machine: 'State machine',
      status: 'Status',
      took: 'Took',
      error: 'Error',
    },
    older: 'Older',
    newest: 'To the newest',
    pages: 'Pages',
  },
  ja: {
    title: '実行',
    lead: 'このスタックのステートマシンの実行を新しい順に表示します。Step Functions は実行を 90 日間保持します。',
    start: '実行を開始',
    empty: '該当する実行はありません。',
    columns: {
      started: '開始',
      name: '実行',
      machine: 'ステートマシン',
      status: '状態',
      took: '所要時間',
      error: 'エラー',
    },
    older: '以前の実行',
    newest: '最新へ',
    pages: 'ページ',
  },
});

/** So often is the list read anew, in polls: AWS lists those of one state machine at a time, and two to five a second. */
const POLLS = 8;
const POLLS_ON_LAPTOP = 2;

/** The executions of all state machines, the newest first and live. */
export function Executions() {
  const text = useMessages(messages);
  const [search] = useSearchParams();
  const machine = search.get('machine') ?? undefined;
  const status = search.get('status') ?? undefined;
  const start = machine === undefined ? '' : `?${new URLSearchParams({ machine })}`;
  return (
    <View
      title={text.title}
      lead={text.lead}
      actions={
        <Link href={`/executions/new${start}`} class="button button-primary">
          {text.start}
        </Link>
      }
    >
      <ExecutionFilters machine={machine} status={status} />
      <ExecutionList key={`${machine} ${status}`} machine={machine} status={status} />
    </View>
  );
}

interface ExecutionListProps {
  readonly machine: string | undefined;
  readonly status: string | undefined;
}

function ExecutionList({ machine, status }: ExecutionListProps) {
  const text = useMessages(messages);
  const { pollMs, isLocal } = useSession();
  const [cursor, setCursor] = useState<string>();
  // What is older does not change any more, but for those that still run.
  const everyMs = pollMs * (isLocal ? POLLS_ON_LAPTOP : POLLS);
  const page = useResource<ExecutionPage>(pathOf('/executions', { machine, status, cursor }), { everyMs });
  return (
    <>
      <Loaded
        resource={page}
        isEmpty={({ executions }) => executions.length === 0}
        empty={<p>{text.empty}</p>}
      >
        {(listed) => <ExecutionTable page={listed} />}
      </Loaded>
      {(cursor !== undefined || page.data?.cursor !== undefined) && (
        <nav class="actions" aria-label={text.pages}>
          <Button onClick={() => setCursor(undefined)} isDisabled={cursor === undefined}>
            {text.newest}
          </Button>
          <Button onClick={() => setCursor(page.data?.cursor)} isDisabled={page.data?.cursor === undefined}>
            {text.older}
          </Button>
        </nav>
      )}
    </>
  );
}

function ExecutionTable({ page: { executions, nowMs } }: { readonly page: ExecutionPage }) {
  const text = useMessages(messages);
  const now = useNow(useAhead(nowMs));
  const { columns: titles } = text;
  const columns: readonly Column<ExecutionRow>[] = [
    { key: 'status', title: titles.status, cell: ({ status }) => <ExecutionStatusBadge status={status} /> },
    {
      key: 'name',
      title: titles.name,
      cell: ({ executionArn, error }) => (
        <div class="execution-name">
          <ExecutionLink executionArn={executionArn} />
          {error !== undefined && <span class="execution-error mono">{error}</span>}
        </div>
      ),
    },
    { key: 'machine', title: titles.machine, cell: ({ machine }) => <span class="nowrap">{machine}</span> },
    {
      key: 'started',
      title: titles.started,
      cell: ({ startedAt }) => (
        <span class="nowrap">
          <Time at={startedAt} />
        </span>
      ),
    },
    {
      key: 'took',
      title: titles.took,
      isNumber: true,
      cell: ({ startedAt, stoppedAt = now }) => (
        <span class="nowrap">{formatTook((stoppedAt - startedAt) / 1_000)}</span>
      ),
    },
  ];
  return (
    <DataTable
      caption={text.title}
      columns={columns}
      rows={executions}
      keyOf={({ executionArn }) => executionArn}
    />
  );
}
