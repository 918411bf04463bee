import type { ExecutionRun } from '../chain.ts';
import type { Json } from '../json.ts';
import type { Machine } from '../machine.ts';
import type { MapRunConfig, MapRunRecord } from './map-run-record.ts';

/** What can be changed while a map run runs. */
export type MapRunLimits = Pick<
  MapRunRecord,
  'maxConcurrency' | 'toleratedFailureCount' | 'toleratedFailurePercentage'
>;

/** What a Distributed Map state asks for, its expressions evaluated. */
export interface MapRunRequest {
  /** Of the execution that the state belongs to. */
  readonly run: ExecutionRun;
  /** Aborts when the state is to end early. */
  readonly signal: AbortSignal;
  /** The item processor, as the machine of the children. */
  readonly machine: Machine;
  readonly config: MapRunConfig;
  readonly limits: MapRunLimits;
  /** The items, where no reader reads them. */
  readonly items: readonly Json[];
  /** What a child gets of an item: the ItemSelector. Throws `StatesError`. */
  select(item: Json, index: number): Promise<Json>;
}
