import type { QueryRow } from '../../../contract/queries.ts';

/** What a function or AWS IoT has logged of a device. */
export interface LogLine {
  /** The log group, without what is before its last part. */
  readonly source: string;
  readonly event: string;
  readonly result: string;
  readonly about: string | undefined;
  readonly correlationId: string | undefined;
}

/** A line in a timeline. */
export interface LogEntry {
  readonly kind: 'log';
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: LogLine;
}

/** Rows of the saved query "life of a device", as entries of the timeline; one without a time is none. */
export function logEntriesOf(rows: readonly QueryRow[]): readonly LogEntry[] {
  return rows.flatMap((row, index) => {
    const at = timeOf(row['@timestamp']);
    if (Number.isNaN(at)) return [];
    const { source = '', event = '', result = '', about, correlation } = row;
    return [
      {
        kind: 'log',
        key: `log/${index}`,
        at,
        line: { source, event, result, about, correlationId: correlation },
      },
    ];
  });
}

/** CloudWatch tells `2026-11-25 22:00:00.000`, in UTC. */
const timeOf = (text = ''): number => Date.parse(`${text.replace(' ', 'T')}Z`);
