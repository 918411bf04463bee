import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { FileProblems, FleetUpload } from '../../../contract/fleets.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { Pager } from './pager.tsx';

const messages = defineMessages({
  en: {
    title: 'Devices',
    another: 'Another list',
    source: 'List',
    takes: {
      failures: 'What has failed and can succeed, and what was not run, of',
      decommissioned: 'What was decommissioned by',
      stale: 'What was found by',
    },
    devices: 'Devices',
    leftOut: 'Lines left out',
    expired: 'Retention is over',
    expiredOf: (count: string, examples: string) => `${count} (${examples}): they cannot come back`,
    none: 'There is no good line: mend the file, and give it again.',
    caption: 'Lines that are left out, and why',
    line: 'Line',
    problem: 'Problem',
    unread: (count: string) => `${count} more are not listed.`,
  },
  ja: {
    title: 'デバイス',
    another: '別の一覧',
    source: '一覧',
    takes: {
      failures: '失敗して再試行できるデバイスと未実行のデバイス：',
      decommissioned: '次の実行で廃止されたデバイス：',
      stale: '次の実行で見つかったデバイス：',
    },
    devices: 'デバイス数',
    leftOut: '除外された行',
    expired: '保持期間終了',
    expiredOf: (count, examples) => `${count} 台（${examples}）は復元できません`,
    none: '有効な行がありません。ファイルを修正して、もう一度指定してください。',
    caption: '除外された行とその理由',
    line: '行',
    problem: '問題',
    unread: (count) => `ほかに ${count} 行あります。`,
  },
});

const PAGE = 50;

interface ListCardProps {
  readonly upload: FleetUpload;
  readonly onRestart: () => void;
}

/** What is in a list of devices, and what of it is left out. */
export function ListCard({ upload, onRestart }: ListCardProps) {
  const text = useMessages(messages);
  const { name, devices, problemCount, from, expired } = upload;
  const source = from === undefined ? name : <FromRun from={from} />;
  return (
    <Card title={text.title} actions={<Button onClick={onRestart}>{text.another}</Button>}>
      <Facts
        facts={[
          [text.source, source],
          [text.devices, formatNumber(devices)],
          [text.leftOut, formatNumber(problemCount)],
          [text.expired, expired && text.expiredOf(formatNumber(expired.count), expired.examples.join(', '))],
        ]}
      />
      {devices === 0 && (
        <p class="note note-bad" role="alert">
          {text.none}
        </p>
      )}
      {problemCount > 0 && <Problems upload={upload} />}
    </Card>
  );
}

function FromRun({ from }: { readonly from: NonNullable<FleetUpload['from']> }) {
  const text = useMessages(messages);
  return (
    <>
      {text.takes[from.take]}{' '}
      <Link href={fleetPath(from.executionArn)} class="mono">
        {from.name}
      </Link>
    </>
  );
}

function Problems({ upload: { id, problemCount } }: { readonly upload: FleetUpload }) {
  const text = useMessages(messages);
  const [offset, setOffset] = useState(0);
  const page = useResource<FileProblems>(pathOf(`/fleets/uploads/${id}/problems`, { offset, limit: PAGE }));
  return (
    <Loaded resource={page}>
      {({ problems, readable }) => (
        <>
          <DataTable
            caption={text.caption}
            columns={[
              { key: 'line', title: text.line, isNumber: true, cell: ({ line }) => formatNumber(line) },
              {
                key: 'problem',
                title: text.problem,
                cell: ({ problem }) => <span class="mono">{problem}</span>,
              },
            ]}
            rows={problems}
            keyOf={({ line }) => String(line)}
          />
          <Pager
            from={offset}
            shown={problems.length}
            {...(offset > 0 && { onPrevious: () => setOffset(offset - PAGE) })}
            {...(offset + PAGE < readable && { onNext: () => setOffset(offset + PAGE) })}
          />
          {problemCount > readable && (
            <p class="quiet">{text.unread(formatNumber(problemCount - readable))}</p>
          )}
        </>
      )}
    </Loaded>
  );
}
