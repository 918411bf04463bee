import type { FleetExample, FleetFailure } from '../../../contract/fleets.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    caption: 'Failures by their name',
    error: 'Error',
    count: 'Devices',
    retry: 'Can succeed later',
    yes: 'yes',
    no: 'no',
    examples: 'Examples',
    line: (line: string) => `line ${line}`,
  },
  ja: {
    caption: '名前別の失敗',
    error: 'エラー',
    count: 'デバイス数',
    retry: '再試行で成功の見込み',
    yes: 'あり',
    no: 'なし',
    examples: '例',
    line: (line) => `${line} 行目`,
  },
});

/** What has failed, by its name, with examples. */
export function FailuresByName({ failures }: { readonly failures: readonly FleetFailure[] }) {
  const text = useMessages(messages);
  const columns: readonly Column<FleetFailure>[] = [
    { key: 'error', title: text.error, cell: ({ error }) => <code class="nowrap">{error}</code> },
    { key: 'count', title: text.count, isNumber: true, cell: ({ count }) => formatNumber(count) },
    {
      key: 'retry',
      title: text.retry,
      cell: ({ retryable }) => (
        <Badge tone={retryable ? 'info' : 'plain'}>{retryable ? text.yes : text.no}</Badge>
      ),
    },
    {
      key: 'examples',
      title: text.examples,
      cell: ({ examples }) => examples.map((example) => <Example key={example.deviceId} example={example} />),
    },
  ];
  return (
    <DataTable
      caption={text.caption}
      columns={columns}
      rows={failures}
      keyOf={({ error, retryable }) => `${error} ${retryable}`}
    />
  );
}

function Example({ example: { deviceId, message, line } }: { readonly example: FleetExample }) {
  const text = useMessages(messages);
  return (
    <div class="fleet-message">
      <DeviceLink deviceId={deviceId} />
      {line !== undefined && ` (${text.line(formatNumber(line))})`} <span class="quiet">{message}</span>
    </div>
  );
}
