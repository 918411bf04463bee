import { useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.ts';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { Button } from './button.tsx';
import { type ChartPoint, type ChartSeries, summaryOf, valueText } from './chart-data.ts';
import { ChartImage } from './chart-image.tsx';
import { DataTable } from './data-table.tsx';
import './chart.css';

const messages = defineMessages({
  en: {
    asTable: 'Show as table',
    asChart: 'Show as chart',
    table: (title: string) => `${title}, as a table`,
    points: (count: string, from: string, to: string) => `${count} points, from ${from} to ${to}`,
    most: (name: string, value: string, at: string) => `${name}: at most ${value} (${at})`,
    nothing: 'nothing',
  },
  ja: {
    asTable: '表で表示',
    asChart: 'グラフで表示',
    table: (title) => `${title}（表）`,
    points: (count, from, to) => `${from}から${to}まで ${count} 点`,
    most: (name, value, at) => `${name}：最大 ${value}（${at}）`,
    nothing: 'データなし',
  },
});

interface ChartProps {
  /** For screen readers; what is seen is the title of the card around it. */
  readonly title: string;
  /** Bars of several series stand on each other. */
  readonly kind: 'bars' | 'lines';
  /** In ascending order of `x`; those of bars are as far apart as each other. */
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  /** What `x` is, for the table. */
  readonly xTitle: string;
  readonly formatX: (x: number) => string;
  /** Of the axis, where there is less room; else as elsewhere. */
  readonly formatTick?: (x: number) => string;
  readonly formatY?: (y: number) => string;
  /** Whether `x` is epoch milliseconds. */
  readonly isTime?: boolean;
}

/** Titles of those that were last looked at as a table: they stay so when they come again with other numbers. */
const shownAsTable = new Set<string>();

/** Numbers as bars or lines on a canvas, or as a table for who reads them otherwise. */
export function Chart(props: ChartProps) {
  const { title, points, series, formatX, formatY = formatNumber } = props;
  const text = useMessages(messages);
  const [isTable, setIsTable] = useState(shownAsTable.has(title));
  const [index, setIndex] = useState<number>();
  const label = isTable ? text.asChart : text.asTable;
  const toggle = () => {
    if (isTable) shownAsTable.delete(title);
    else shownAsTable.add(title);
    setIsTable(!isTable);
  };
  const point = isTable ? undefined : points[index ?? -1];
  return (
    <div class="chart">
      {isTable ? (
        <ChartTable {...props} />
      ) : (
        <ChartImage
          {...props}
          formatY={formatY}
          label={`${title}: ${summaryOf(points, series, { formatX, formatY, text })}`}
          point={point}
          onPoint={setIndex}
        />
      )}
      <div class="chart-foot">
        <span class="quiet">{point !== undefined && formatX(point.x)}</span>
        <Button onClick={toggle} label={`${label}: ${title}`}>
          {label}
        </Button>
      </div>
    </div>
  );
}

function ChartTable({ title, points, series, xTitle, formatX, formatY = formatNumber }: ChartProps) {
  const text = useMessages(messages);
  return (
    <div class="chart-table">
      <DataTable
        caption={text.table(title)}
        rows={points}
        keyOf={({ x }) => String(x)}
        columns={[
          { key: 'x', title: xTitle, cell: ({ x }) => formatX(x) },
          ...series.map(({ name }, index) => ({
            key: `series-${index}`,
            title: name,
            isNumber: true,
            cell: ({ values }: ChartPoint) => valueText(values[index], formatY),
          })),
        ]}
      />
    </div>
  );
}
