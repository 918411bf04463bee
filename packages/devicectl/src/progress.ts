import type { ProgressBar, ProgressCounts } from '@device-lifecycle/operator/watcher.ts';
import type { Ora } from 'ora';

interface ProgressPlace {
  readonly stderr: NodeJS.WriteStream;
  readonly isAnimated: boolean;
  /** Epoch milliseconds. */
  now(): number;
  /** A line to stderr. */
  line(text: string): void;
}

const BAR_COLUMNS = 24;
/** Between lines where nobody watches: the log of a build keeps each of them. */
const LINE_EVERY_MS = 5_000;

/** Starts to show progress under a title. */
export function startProgress(title: string, place: ProgressPlace): ProgressBar {
  return place.isAnimated ? turn(title, place) : tellNowAndThen(title, place);
}

function turn(title: string, { stderr }: ProgressPlace): ProgressBar {
  let text = title;
  let isOver = false;
  let spinner: Ora | undefined;
  // Loaded when it is needed, as the SDK is. Ctrl-C is for the command to deal with, so that stdin is left alone.
  void import('ora').then(({ default: ora }) => {
    if (!isOver) spinner = ora({ text, stream: stderr, isEnabled: true, discardStdin: false }).start();
  });
  return {
    update(counts) {
      text = describeProgress(title, counts, BAR_COLUMNS);
      if (spinner !== undefined) spinner.text = text;
    },
    stop() {
      isOver = true;
      spinner?.stop();
    },
  };
}

function tellNowAndThen(title: string, { now, line }: ProgressPlace): ProgressBar {
  line(`${title} …`);
  let toldAtMs = now();
  return {
    update(counts) {
      if (now() - toldAtMs < LINE_EVERY_MS) return;
      toldAtMs = now();
      line(describeProgress(title, counts));
    },
    stop: () => undefined,
  };
}

/** `title ████░░░░ 40 % 400 of 1,000, 81 a second, 2 failed, 8 s left`. */
export function describeProgress(title: string, counts: ProgressCounts, barColumns = 0): string {
  const { done, total, failed = 0, perSecond, secondsLeft } = counts;
  const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
  const parts = [total === undefined ? number(done) : `${number(done)} of ${number(total)}`];
  if (perSecond !== undefined) parts.push(`${number(perSecond)} a second`);
  if (failed > 0) parts.push(`${number(failed)} failed`);
  if (secondsLeft !== undefined) parts.push(`${duration(secondsLeft)} left`);
  const bar = share === undefined ? [] : [...drawBar(share, barColumns), `${Math.floor(share * 100)} %`];
  return [title, ...bar, parts.join(', ')].join(' ');
}

function drawBar(share: number, columns: number): readonly string[] {
  const full = Math.round(share * columns);
  return columns === 0 ? [] : ['█'.repeat(full) + '░'.repeat(columns - full)];
}

const number = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** In the largest two units that say something: `2 h 5 min`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3_600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([, count]) => count > 0)
    .map(([unit, count]) => `${count} ${unit}`)
    .join(' ');
}
