import { type Figure, saveResult } from '../results.ts';
import { measureBroker } from './broker.ts';
import { measureInterpreter } from './interpreter.ts';
import type { RuntimeFigure, RuntimePart } from './part.ts';
import { measureRules } from './rules.ts';
import { measureStarts } from './start.ts';

/** In the order in which they run. */
const PARTS: Readonly<Record<string, RuntimePart>> = {
  rules: measureRules,
  interpreter: measureInterpreter,
  broker: measureBroker,
  start: measureStarts,
};

/** Three digits at least. */
const DIGITS = 3;
const format = (value: number): string =>
  value.toLocaleString('en', {
    maximumFractionDigits: Math.max(0, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value)))),
  });

const judgedOf = ({ ours, underneath, isGoalForRatio }: RuntimeFigure): number =>
  isGoalForRatio === true ? ours / (underneath ?? Number.NaN) : ours;

function goalOf({ goal, unit, isGoalForRatio }: RuntimeFigure): string {
  const of = (value: number) => (isGoalForRatio === true ? `×${value}` : `${format(value)} ${unit}`);
  return 'atLeast' in goal ? `at least ${of(goal.atLeast)}` : `at most ${of(goal.atMost)}`;
}

function isMet(figure: RuntimeFigure): boolean {
  const { goal } = figure;
  const judged = judgedOf(figure);
  return 'atLeast' in goal ? judged >= goal.atLeast : judged <= goal.atMost;
}

/** As results are kept: with the ratio to what is underneath, where there is something. */
export function describeFigure(figure: RuntimeFigure): Figure {
  const { name, unit, ours, underneath } = figure;
  const measured = `${format(ours)} ${unit}`;
  const verdict = { goal: goalOf(figure), isMet: isMet(figure) };
  if (underneath === undefined) return { what: name, measured, reference: '', ...verdict };
  return {
    what: name,
    measured: `${measured}, ×${format(ours / underneath)}`,
    reference: `${format(underneath)} ${unit} underneath`,
    ...verdict,
  };
}

/** The laptop runtime's parts, each against the component underneath. */
export async function measureRuntime(args: readonly string[]): Promise<void> {
  const isQuick = args.includes('--quick');
  const raw: Record<string, readonly RuntimeFigure[]> = {};
  for (const [name, measure] of Object.entries(PARTS)) {
    raw[name] = await measure(isQuick);
    for (const figure of raw[name]) {
      const { what, measured, reference, goal } = describeFigure(figure);
      const against = reference === '' ? '' : ` (${reference})`;
      console.log(`  ${what}: ${measured}${against}; goal: ${goal}${isMet(figure) ? '' : ', not met'}`);
    }
  }
  await saveResult({
    name: 'runtime',
    title: 'the laptop runtime, against what is underneath',
    command: 'npm run bench -- runtime',
    figures: Object.values(raw).flat().map(describeFigure),
    raw,
  });
}
