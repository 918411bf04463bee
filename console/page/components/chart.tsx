import { useEffect, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../i18n/format.ts';
import { defineMessages, locale, useMessages } from '../i18n/locale.ts';
import { theme } from '../theme.ts';
import { Button } from './button.tsx';
import { type ChartPoint, type ChartSeries, summaryOf } from './chart-data.ts';
import { DataTable } from './data-table.tsx';
import { type Plot, startPlot } from './plot.ts';
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
    table: (title) => `${title}(表)`,
    points: (count, from, to) => `${from}から${to}まで ${count} 点`,
    most: (name, value, at) => `${name}: 最大 ${value}(${at})`,
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
  const { title, points, formatX } = props;
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
      {isTable ? <ChartTable {...props} /> : <ChartImage {...props} point={point} onPoint={setIndex} />}
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

interface ChartImageProps extends ChartProps {
  /** What the pointer is at. */
  readonly point: ChartPoint | undefined;
  readonly onPoint: (index: number | undefined) => void;
}

function ChartImage(props: ChartImageProps) {
  const { title, kind, points, series, formatX, formatY = formatNumber, isTime = false } = props;
  const { point, onPoint, formatTick = formatX } = props;
  const text = useMessages(messages);
  const canvas = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const plot = useRef<Plot>();
  const formats = useRef({ formatTick, formatY });
  formats.current = { formatTick, formatY };
  const tones = series.map(({ tone }) => tone).join(' ');
  useEffect(() => {
    if (canvas.current === null || legend.current === null) return;
    const started = startPlot(canvas.current, {
      kind,
      isTime,
      points,
      swatches: [...legend.current.querySelectorAll('.chart-swatch')],
      formatX: (x) => formats.current.formatTick(x),
      formatY: (y) => formats.current.formatY(y),
      onPoint,
    });
    plot.current = started;
    return () => started.end();
  }, [kind, isTime, tones]);
  const [colours, language] = [theme.value, locale.value];
  useEffect(() => plot.current?.show(points), [points, colours, language]);
  const said = summaryOf(points, series, { formatX, formatY, text });
  return (
    <>
      <div class="chart-canvas" role="img" aria-label={`${title}: ${said}`} ref={canvas} />
      <Legend
        list={legend}
        series={series}
        textOf={(index) => point && valueText(point.values[index], formatY)}
      />
    </>
  );
}

interface LegendProps {
  readonly list: { readonly current: HTMLUListElement | null };
  readonly series: readonly ChartSeries[];
  /** Of a series, where the pointer is. */
  readonly textOf: (index: number) => string | undefined;
}

/** What the colours mean, and the numbers where the pointer is. */
function Legend({ list, series, textOf }: LegendProps) {
  return (
    <ul class="chart-legend" ref={list}>
      {series.map(({ name, tone }, index) => (
        <li key={name}>
          <span class={`chart-swatch chart-swatch-${tone}`} />
          {name}
          <strong>{textOf(index)}</strong>
        </li>
      ))}
    </ul>
  );
}

const UNKNOWN = '–';

const valueText = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? UNKNOWN : format(value);
