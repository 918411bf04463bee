/** Lengths of periods that end now, in seconds. */
const PERIODS = { '1h': 3_600, '3h': 10_800, '1d': 86_400, '7d': 604_800 } as const;

export type Period = keyof typeof PERIODS | 'custom';

export const PERIOD_NAMES: readonly Period[] = ['1h', '3h', '1d', '7d', 'custom'];

export const isPeriod = (text: string | null): text is Period => PERIOD_NAMES.some((name) => name === text);

/** In epoch seconds; without an end it goes on until now. */
export interface Span {
  readonly from: number;
  readonly until?: number;
}

/** `fromText`, `untilText`: as inputs of the type `datetime-local` have them; nothing where they make no period. */
export function spanOf(
  period: Period,
  { fromText, untilText }: { readonly fromText: string; readonly untilText: string },
  nowMs: number,
): Span | undefined {
  if (period !== 'custom') return { from: Math.floor(nowMs / 1_000) - PERIODS[period] };
  const from = Math.floor(Date.parse(fromText) / 1_000);
  const until = Math.ceil(Date.parse(untilText) / 1_000);
  return from < until ? { from, until } : undefined;
}
