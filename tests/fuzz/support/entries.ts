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
  'service/task-decommission': 500,
  'service/restore': 500,
  'service/hold': 500,
  'service/release': 500,
  'service/purge': 500,
  'service/settle-credentials': 500,
  'service/remove-remains': 500,
  'service/presence': 500,
  'service/decommission-fleet': 500,
  'service/restore-fleet': 500,
  'service/propose-stale': 500,
  'service/publish-events': 1_000,
  'service/settle-moved-devices': 1_000,
  'runtime/own-rules': 4_000,
  'runtime/rule-payloads': 6_000,
  'runtime/rule-sql': 6_000,
  'cli/csv': 2_000,
  'cli/json-lines': 2_000,
  'cli/damaged-files': 1_500,
  'cli/command-lines': 2_500,
  'cli/terminal': 4_000,
  'cli/dead-letters': 1_000,
  'cli/reports': 250,
  'runtime/services': 3_000,
  'runtime/s3-keys': 800,
  'runtime/s3-buckets': 300,
} as const satisfies Readonly<Record<string, number>>;

export type Entry = keyof typeof ENTRIES;
