import { expect, test } from '@jest/globals';
import { type Panel, renderPanels } from '../../../bench/plot.ts';

const bars: Panel = {
  title: 'Rate & <share>',
  xLabel: 'way',
  yLabel: 'of the bare rate',
  kind: 'bar',
  categories: ['command', 'whole way'],
  series: [
    {
      name: 'ratio',
      points: [
        [0, 0.5],
        [1, 0.25],
      ],
    },
  ],
  goal: { value: 0.75, label: 'goal 0.75' },
};
const lines: Panel = {
  title: 'Memory',
  xLabel: 'minutes',
  yLabel: 'MB',
  kind: 'line',
  series: ['runtime', 'engine'].map((name, of) => ({
    name,
    points: Array.from({ length: 2_000 }, (_, x) => [x, 100 + of * 50 + (x % 7)] as const),
  })),
};
const dots: Panel = { ...lines, title: 'Time', kind: 'scatter', logarithmic: true };

/** Ordinates of all bars' tops and of the goal's line, in pixels from above. */
function heightsOf(svg: string): { readonly bars: number[]; readonly goal: number } {
  const paths = [...svg.matchAll(/<path d="M[\d.]+ ([\d.]+)l[\d.]+ 0l0 -([\d.]+)l[^>]* fill="#0072b2"/g)];
  const goal = /<path d="M[\d.]+ ([\d.]+)L[^>]*stroke="#cf222e"/.exec(svg)?.[1];
  return { bars: paths.map(([, bottom, height]) => Number(bottom) - Number(height)), goal: Number(goal) };
}

test('the same panels give the same picture, whatever was drawn before', () => {
  const first = renderPanels([bars, lines, dots]);
  renderPanels([lines]);

  expect(renderPanels([bars, lines, dots])).toBe(first);
});

test('a picture has a ground of its own, and neither scripts nor references to elsewhere', () => {
  const svg = renderPanels([bars, lines, dots]);

  expect(svg).toMatch(/^<svg [^>]*>\s*<rect [^>]*fill="#ffffff">/);
  expect(svg).not.toMatch(/<script|<style|<foreignObject|<image|href=|\son\w+=/);
  expect(svg.replaceAll('http://www.w3.org/', '')).not.toContain('//');
});

test('a picture says titles, axes, series, categories and the goal, with what means something in XML as text', () => {
  const svg = renderPanels([bars, lines]);

  for (const text of [
    'Rate &amp; &lt;share&gt;',
    'of the bare rate',
    'whole way',
    'goal 0.75',
    'minutes',
    'runtime',
  ]) {
    expect(svg).toContain(`>${text}</text>`);
  }
});

test('bars are as high as their values, and the goal is within the picture where none reaches it', () => {
  const svg = renderPanels([bars]);
  const { bars: tops, goal } = heightsOf(svg);
  const bottom = Math.max(...[...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L/g)].map(([, , y]) => Number(y)));
  const [command = Number.NaN, wholeWay = Number.NaN] = tops;

  expect(tops).toHaveLength(2);
  expect((bottom - command) / (bottom - wholeWay)).toBeCloseTo(2, 1);
  expect((bottom - goal) / (bottom - command)).toBeCloseTo(1.5, 1);
});

test('thousands of points make no large file', () => {
  expect(renderPanels([lines]).length).toBeLessThan(60_000);
});
