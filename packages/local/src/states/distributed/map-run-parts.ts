import type { Clock } from '../../clock.ts';
import type { ChildExecutions } from './child-executions.ts';
import type { MapRunRecord } from './map-run-record.ts';
import type { ResultsTarget } from './map-run-results.ts';

/** What a map run works with. */
export interface MapRunParts extends ResultsTarget {
  readonly clock: Clock;
  readonly children: ChildExecutions;
  /** Keeps the record; called whenever a child has ended. */
  keep(record: MapRunRecord): void;
}
