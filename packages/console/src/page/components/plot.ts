import uPlot from 'uplot';
import type { ChartPoint } from './chart-data.ts';
import { halfStep, stacked, thinned } from './plot-data.ts';

const HEIGHT_PX = 220;
const LABEL_PX = 84;
const CHARACTER_PX = 8;
const FONT = '12px system-ui, sans-serif';
const DARK = '(prefers-color-scheme: dark)';
/** Room above the highest. */
const HEADROOM = 1.08;

export interface PlotOptions {
  readonly kind: 'bars' | 'lines';
  readonly isTime: boolean;
  readonly points: readonly ChartPoint[];
  /** An element for each series, whose background is its colour: custom properties have none that a canvas knows. */
  readonly swatches: readonly Element[];
  formatX(x: number): string;
  formatY(y: number): string;
  /** Hears which point the pointer is at. */
  onPoint(index: number | undefined): void;
}

/** A drawing that fills its element's width. */
export interface Plot {
  /** In the colours and the language of now. */
  show(points: readonly ChartPoint[]): void;
  end(): void;
}

/** Draws into an element whose text has the axes' colour, and whose border that of the grid. */
export function startPlot(element: HTMLElement, options: PlotOptions): Plot {
  const plot = new uPlot(optionsOf(element, options), dataOf(options.points, options), element);
  const redraw = () => plot.redraw(true, true);
  const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
  const dark = matchMedia(DARK);
  observer.observe(element);
  dark.addEventListener('change', redraw);
  return {
    show(points) {
      // In this order: it is drawn a little later, and a redraw would take the scales that are there yet.
      redraw();
      plot.setData(dataOf(points, options));
    },
    end() {
      observer.disconnect();
      dark.removeEventListener('change', redraw);
      plot.destroy();
    },
  };
}

/** Bars that stand on others are drawn before those, as if they began at nothing. */
function dataOf(
  points: readonly ChartPoint[],
  { kind, swatches }: Pick<PlotOptions, 'kind' | 'swatches'>,
): uPlot.AlignedData {
  const columns =
    kind === 'bars'
      ? stacked(points, swatches.length).toReversed()
      : swatches.map((_, series) => points.map(({ values }) => values[series] ?? null));
  return [points.map(({ x }) => x), ...columns];
}

function optionsOf(element: HTMLElement, options: PlotOptions): uPlot.Options {
  const { kind, isTime, swatches, onPoint } = options;
  const isBars = kind === 'bars';
  const inOrder = isBars ? swatches.toReversed() : swatches;
  return {
    width: Math.max(element.clientWidth, 1),
    height: HEIGHT_PX,
    ms: 1,
    legend: { show: false },
    cursor: { y: false, points: { show: !isBars }, drag: { x: false, y: false } },
    scales: { x: { time: isTime, ...(isBars && { range: aroundBars }) }, y: { range: fromNothing } },
    axes: axesOf(element, options),
    series: [{}, ...inOrder.map((swatch) => (isBars ? barOf(swatch) : lineOf(swatch)))],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

function barOf(swatch: Element): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [0.8, 48] });
  return {
    width: 0,
    fill: () => getComputedStyle(swatch).backgroundColor,
    points: { show: false },
    ...(paths !== undefined && { paths }),
  };
}

const lineOf = (swatch: Element): uPlot.Series => ({
  width: 2,
  stroke: () => getComputedStyle(swatch).backgroundColor,
  points: { show: false },
});

const aroundBars: uPlot.Range.Function = ({ data: [xs = []] }) => {
  const half = halfStep([...xs]);
  return [(xs[0] ?? 0) - half, (xs.at(-1) ?? 0) + half];
};

const fromNothing: uPlot.Range.Function = (_, lowest, highest) => [
  Math.min(0, lowest ?? 0),
  Math.max((highest ?? 0) * HEADROOM, highest === 0 || highest === null ? 1 : 0),
];

function axesOf(element: HTMLElement, { kind, formatX, formatY }: PlotOptions): uPlot.Axis[] {
  const text = () => getComputedStyle(element).color;
  const line = () => getComputedStyle(element).borderTopColor;
  const common = { font: FONT, stroke: text, ticks: { show: false }, gap: 6 };
  const barTicks: uPlot.Axis.Splits = ({ data: [xs = []], width }) => thinned([...xs], width / LABEL_PX);
  return [
    {
      ...common,
      space: LABEL_PX,
      grid: { show: false },
      size: 28,
      values: (_, splits) => splits.map(formatX),
      ...(kind === 'bars' && { splits: barTicks }),
    },
    {
      ...common,
      space: 36,
      grid: { stroke: line, width: 1 },
      size: (_, labels) => 14 + CHARACTER_PX * Math.max(1, ...(labels ?? []).map(({ length }) => length)),
      incrs: ({ data }) => incrementsOf(data),
      values: (_, splits) => splits.map(formatY),
    },
  ];
}

const INCREMENTS = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
);

/** Between whole numbers, nothing is said about counts. */
function incrementsOf([, ...columns]: uPlot.AlignedData): number[] {
  const isWhole = columns.every((values) => [...values].every((value) => Number.isInteger(value ?? 0)));
  return isWhole ? INCREMENTS.filter((increment) => increment >= 1) : INCREMENTS;
}
