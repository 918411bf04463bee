/**
 * Every entry that is fuzzed, with its cases in `npm test`; their sum is at least 100,000. `FUZZ_SCALE=n` multiplies
 * them. There are more where a case is cheap, and where cases have found something.
 */
export const ENTRIES = {
  'support/itself': 1_000,
  'service/register': 2_000,
} as const satisfies Readonly<Record<string, number>>;

export type Entry = keyof typeof ENTRIES;
