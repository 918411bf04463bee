import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

/** Values that belong together, in the unit of the panel's axes. */
export interface Series {
  readonly name: string;
  /** Of bars, x is the place in the panel's categories, from 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly kind: 'line' | 'bar' | 'scatter';
  readonly series: readonly Series[];
  /** What the bars stand for, from the left. */
  readonly categories?: readonly string[];
  /** Drawn across. */
  readonly goal?: { readonly value: number; readonly label: string };
  /** Of the values, which are above 0 then. */
  readonly logarithmic?: boolean;
}

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

const WIDTH = 860;
const PANEL_HEIGHT = 330;
/** For what stands above the plot itself, with the unit. */
const ABOVE_PLOT = 88;
const BELOW_PLOT = 56;
/** Where the names of many bars are written aslant. */
const BELOW_SLANTED = 124;
const MOST_UPRIGHT = 8;
/** For the numbers of the axis, and for what the goal is. */
const LEFT = 70;
const RIGHT = 120;
const INK = '#24292f';
const FAINT = '#8c959f';
const GRID = '#d8dee4';
const GOAL = '#cf222e';
/** Of Okabe and Ito, which the colour-blind can tell apart. */
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#7f7f7f'];
/** Where dots would hide each other, a line alone says it. */
const MOST_POINTS_WITH_DOTS = 40;

type Options = Readonly<Record<string, unknown>>;

const top = (index: number): number => index * PANEL_HEIGHT;

const text = (color = INK): Options => ({ color, fontSize: 12 });

const titleOf = ({ title }: Panel, index: number): Options => ({
  text: title,
  left: 12,
  top: top(index) + 8,
  textStyle: { color: INK, fontSize: 15, fontWeight: 'bold' },
});

const legendOf = ({ series }: Panel, index: number): Options => ({
  data: series.map(({ name }) => name),
  left: 12,
  top: top(index) + 32,
  textStyle: text(),
  // One series needs no key: the title says what it is.
  show: series.length > 1,
});

const isSlanted = (categories: readonly string[]): boolean => categories.length > MOST_UPRIGHT;

const gridOf = ({ categories = [] }: Panel, index: number): Options => ({
  left: LEFT,
  right: RIGHT,
  top: top(index) + ABOVE_PLOT,
  height: PANEL_HEIGHT - ABOVE_PLOT - (isSlanted(categories) ? BELOW_SLANTED : BELOW_PLOT),
});

const axis = { axisLine: { show: true, lineStyle: { color: FAINT } }, axisLabel: text() };

/** Each bar says what it stands for, on as many lines as that needs. */
const categoryAxis = (categories: readonly string[]): Options => ({
  ...axis,
  type: 'category',
  data: categories,
  axisLabel: {
    ...text(),
    interval: 0,
    ...(isSlanted(categories)
      ? { rotate: 35 }
      : { width: (WIDTH - LEFT - RIGHT) / categories.length - 4, overflow: 'break' }),
  },
});

const xAxisOf = ({ kind, categories, xLabel }: Panel, gridIndex: number): Options => ({
  ...(kind === 'bar' ? categoryAxis(categories ?? []) : { ...axis, type: 'value', scale: true }),
  gridIndex,
  splitLine: { show: false },
  name: xLabel,
  nameLocation: 'middle',
  nameGap: 28,
  nameTextStyle: text(),
});

function yAxisOf({ logarithmic, yLabel, series, goal }: Panel, gridIndex: number): Options {
  const values = series.flatMap(({ points }) => points.map(([, y]) => y));
  // The goal is to be seen too, where nothing reaches it.
  const highest = Math.max(...values, goal?.value ?? Number.NEGATIVE_INFINITY);
  return {
    ...axis,
    gridIndex,
    type: logarithmic === true ? 'log' : 'value',
    ...(goal?.value === highest && { max: (highest * 1.1).toPrecision(2) }),
    splitLine: { lineStyle: { color: GRID } },
    name: yLabel,
    nameLocation: 'end',
    nameTextStyle: { ...text(), align: 'left' },
  };
}

const goalOf = ({ value, label }: NonNullable<Panel['goal']>): Options => ({
  symbol: 'none',
  lineStyle: { color: GOAL, width: 1.5, type: 'dashed' },
  label: { formatter: label, color: GOAL, fontSize: 12, position: 'end' },
  data: [{ yAxis: value }],
});

const barLabel: Options = {
  position: 'top',
  color: INK,
  formatter: ({ value }: { readonly value: readonly [number, number] }) =>
    String(Number(value[1].toPrecision(3))),
};

function seriesOf({ kind, series, goal }: Panel, gridIndex: number): Options[] {
  return series.map(({ name, points }, index) => ({
    type: kind,
    name,
    xAxisIndex: gridIndex,
    yAxisIndex: gridIndex,
    data: points,
    color: COLOURS[index % COLOURS.length],
    ...(kind === 'line' && {
      showSymbol: points.length <= MOST_POINTS_WITH_DOTS,
      lineStyle: { width: 1.5 },
      sampling: 'lttb',
    }),
    ...(kind === 'scatter' && { symbolSize: 7 }),
    ...(kind === 'bar' && { barMaxWidth: 48, label: { ...barLabel, show: points.length <= MOST_UPRIGHT } }),
    ...(index === 0 && goal !== undefined && { markLine: goalOf(goal) }),
  }));
}

/** What would tell a browser of the mouse, and numbers that grow from picture to picture. */
const asStill = (svg: string): string =>
  svg
    .replaceAll(/<style[^>]*>.*?<\/style>\s*/gs, '')
    .replaceAll(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'plot-');

/**
 * Draws panels one below the other, as SVG: the same for the same panels, on a ground of its own, so that it can be
 * read on light and dark pages, with neither scripts nor references.
 */
export function renderPanels(panels: readonly Panel[]): string {
  const chart = init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH,
    height: PANEL_HEIGHT * panels.length,
  });
  try {
    const option: EChartsCoreOption = {
      animation: false,
      backgroundColor: '#ffffff',
      title: panels.map(titleOf),
      legend: panels.map(legendOf),
      grid: panels.map(gridOf),
      xAxis: panels.map(xAxisOf),
      yAxis: panels.map(yAxisOf),
      series: panels.flatMap(seriesOf),
    };
    chart.setOption(option);
    return `${asStill(chart.renderToSVGString())}\n`;
  } finally {
    chart.dispose();
  }
}
