import { UsageError } from '@device-lifecycle/operator/errors.ts';

/** With a zone, since "at six" means another time on a laptop than on a server. A day alone is UTC, as JavaScript has it. */
const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
/** From 1973 on: a year alone is a slip, and as epoch seconds it would be long ago, which is now to what waits for it. */
const EPOCH_SECONDS = /^\d{9,11}$/;
const DURATION = /^(\d+(?:\.\d+)?)(s|min|m|h|d|w)$/;

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** A time as people and as scripts give it, in epoch milliseconds. @throws UsageError */
export function readTime(option: string, text: string): number {
  const time = timeOf(text);
  if (time !== undefined) return time;
  throw new UsageError(
    `--${option} ${text} is not a time: give ISO 8601 with its zone, such as 2026-12-31T18:00:00Z, or epoch seconds.`,
  );
}

/** A time, or for how long before now, in epoch milliseconds. @throws UsageError */
export function readSince(option: string, text: string, nowMs: number): number {
  const [, count, unit = ''] = DURATION.exec(text) ?? [];
  const time = count === undefined ? timeOf(text) : nowMs - Number(count) * (UNIT_MS[unit] ?? 0);
  if (time !== undefined) return time;
  throw new UsageError(
    `--${option} ${text} is no time: give one such as 30min, 3h or 7d ago, or ISO 8601 with its zone.`,
  );
}

function timeOf(text: string): number | undefined {
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1_000;
  const time = ISO_8601.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(time) ? time : undefined;
}
