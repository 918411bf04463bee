import { useState } from 'preact/hooks';
import type { QueryRow, QueryResult as Result } from '../../../contract/queries.ts';
import { saveFile } from '../../api/save-file.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { DeviceLink, ExecutionLink } from '../../components/links.tsx';
import { Empty } from '../../components/states.tsx';
import { formatBytes, formatDateTime, formatNumber, formatUsd } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { columnsOf, csvOfRows } from './csv.ts';
import { queryMessages } from './messages.ts';

const PAGE_ROWS = 200;

/** What a query has found: rows, and a chart where it bins by time. */
export function QueryResult({ name, result }: { readonly name: string; readonly result: Result }) {
  const text = useMessages(queryMessages);
  const [shownCount, setShownCount] = useState(PAGE_ROWS);
  const { rows, chart } = result;
  if (rows.length === 0) {
    return (
      <Empty>
        <p>{text.nothing}</p>
        <Statistics result={result} />
      </Empty>
    );
  }
  const rest = rows.length - shownCount;
  const download = () => saveFile(`${name}.csv`, new Blob([csvOfRows(rows)], { type: 'text/csv' }));
  return (
    <Card
      title={`${text.result}: ${text.rows(formatNumber(rows.length))}`}
      actions={<Button onClick={download}>{text.download}</Button>}
    >
      <Statistics result={result} />
      {chart !== undefined && (
        <Chart
          title={chart.measure}
          kind="bars"
          isTime
          points={chart.bins.map(({ atMs, sum }) => ({ x: atMs, values: [sum] }))}
          series={[{ name: chart.measure, tone: 'accent' }]}
          xTitle={text.time}
          formatX={formatDateTime}
        />
      )}
      <DataTable<readonly [number, QueryRow]>
        caption={text.result}
        rows={rows.slice(0, shownCount).map((row, index) => [index, row])}
        keyOf={([index]) => String(index)}
        columns={columnsOf(rows).map((column) => ({
          key: column,
          title: isTime(column) ? text.utc(column) : column,
          isNumber: rows.every((row) => isNumber(row[column])),
          cell: ([, row]) => <Cell column={column} text={row[column] ?? ''} />,
        }))}
      />
      {rest > 0 && (
        <Button onClick={() => setShownCount(shownCount + PAGE_ROWS)}>
          {text.more(formatNumber(Math.min(rest, PAGE_ROWS)))}
        </Button>
      )}
    </Card>
  );
}

function Statistics({ result: { statistics, usd } }: { readonly result: Result }) {
  const text = useMessages(queryMessages);
  const { isLocal } = useSession();
  const { recordsScanned, bytesScanned } = statistics;
  const cost = isLocal ? text.onLaptop : text.cost(formatUsd(usd));
  return (
    <p class="quiet">
      {text.scanned(formatNumber(recordsScanned), formatBytes(bytesScanned))}, {cost}
    </p>
  );
}

/** CloudWatch Logs tells them in UTC, without saying so. */
const isTime = (column: string): boolean => column === '@timestamp' || column.startsWith('bin(');

const isNumber = (text = '0'): boolean => text !== '' && Number.isFinite(Number(text));

const EXECUTION_ARN = /^arn:[\w-]+:states:[^:]+:\d+:execution:[^:]+:[^:]+$/;
const DEVICE_ID = /^[A-Za-z0-9:_-]{1,128}$/;

/** What names something that has a view leads there. */
function Cell({ column, text }: { readonly column: string; readonly text: string }) {
  if (EXECUTION_ARN.test(text)) return <ExecutionLink executionArn={text} />;
  if (column === 'deviceId' && DEVICE_ID.test(text)) return <DeviceLink deviceId={text} />;
  return <span class="query-cell">{text}</span>;
}
