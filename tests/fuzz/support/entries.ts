/**
 * Every entry that is fuzzed, with its cases in `npm test`; their sum is at least 100,000. `FUZZ_SCALE=n` multiplies
 * them. There are more where a case is cheap, and where cases have found something.
 */
export const ENTRIES = {
  'support/itself': 1_000,
  'service/register': 2_000,
  'service/update': 2_000,
  'service/heartbeat': 1_000,
  'service/decommission': 2_000,
  'runtime/own-rules': 4_000,
  'runtime/rule-payloads': 6_000,
  'runtime/rule-sql': 6_000,
  'cli/csv': 3_000,
  'cli/json-lines': 2_000,
  'cli/damaged-files': 3_000,
} as const satisfies Readonly<Record<string, number>>;

export type Entry = keyof typeof ENTRIES;
