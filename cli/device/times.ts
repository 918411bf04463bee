import { UsageError } from '../errors.ts';

/** A time to come, as people and as scripts give it, in epoch seconds. @throws UsageError */
export function readNotBefore(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1_000;
  const isClear =
    /^\d+$/.test(text) || /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  if (isClear && Number.isFinite(seconds)) return Math.ceil(seconds);
  throw new UsageError(
    `--not-before ${text} is not a time: give ISO 8601 with its zone, such as 2026-12-31T18:00:00Z, or epoch seconds.`,
  );
}
