import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../contract/problem.ts';
import { locale } from '../i18n/locale.ts';
import { theme } from '../theme.ts';
import { type ChartPoint, type ChartSeries, valueText } from './chart-data.ts';
import type { Plot, PlotOptions } from './plot.ts';
import { ProblemNote } from './states.tsx';
import 'uplot/dist/uPlot.min.css';

const NOT_LOADED: Problem = {
  kind: 'unreachable',
  message:
    'What draws charts has not come: see in the terminal whether the console still runs, and load the page again.',
};

interface ChartImageProps {
  readonly kind: 'bars' | 'lines';
  readonly points: readonly ChartPoint[];
  readonly series: readonly ChartSeries[];
  readonly formatX: (x: number) => string;
  readonly formatTick?: (x: number) => string;
  readonly formatY: (y: number) => string;
  readonly isTime?: boolean;
  /** For screen readers: what it shows. */
  readonly label: string;
  /** What the pointer is at. */
  readonly point: ChartPoint | undefined;
  readonly onPoint: (index: number | undefined) => void;
}

/** A chart on a canvas, and what its colours mean. */
export function ChartImage(props: ChartImageProps) {
  const { series, formatY, label, point } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLUListElement>(null);
  const problem = usePlot(props, canvas, legend);
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} />}
      <div class="chart-canvas" role="img" aria-label={label} ref={canvas} />
      <Legend
        list={legend}
        series={series}
        textOf={(index) => point && valueText(point.values[index], formatY)}
      />
    </>
  );
}

/** Draws into `canvas`. What draws is half as large as all views, and loaded where it is needed. */
function usePlot(
  props: ChartImageProps,
  canvas: { readonly current: HTMLElement | null },
  legend: { readonly current: HTMLElement | null },
): Problem | undefined {
  const { kind, points, series, isTime = false } = props;
  const [problem, setProblem] = useState<Problem>();
  const plot = useRef<Plot>();
  const newest = useRef(props);
  newest.current = props;
  const tones = series.map(({ tone }) => tone).join(' ');
  useEffect(() => {
    let isGone = false;
    const start = (startPlot: (element: HTMLElement, options: PlotOptions) => Plot) => {
      if (isGone || canvas.current === null || legend.current === null) return;
      plot.current = startPlot(canvas.current, {
        kind,
        isTime,
        points: newest.current.points,
        swatches: [...legend.current.querySelectorAll('.chart-swatch')],
        formatX: (x) => (newest.current.formatTick ?? newest.current.formatX)(x),
        formatY: (y) => newest.current.formatY(y),
        onPoint: (index) => newest.current.onPoint(index),
      });
    };
    import('./plot.ts').then(
      ({ startPlot }) => start(startPlot),
      () => setProblem(NOT_LOADED),
    );
    return () => {
      isGone = true;
      plot.current?.end();
      plot.current = undefined;
    };
  }, [kind, isTime, tones]);
  const [colours, language] = [theme.value, locale.value];
  useEffect(() => plot.current?.show(points), [points, colours, language]);
  return problem;
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
