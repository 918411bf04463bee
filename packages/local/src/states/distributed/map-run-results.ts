import { join } from 'node:path';
import type { ObjectStore } from '../../contracts.ts';
import { exceedsPayloadQuota, type Json, MAX_PAYLOAD_BYTES, StatesError } from '../values.ts';
import { type CollectedResult, type CollectedResults, type MapRunRecord, uuidOf } from './map-run-record.ts';
import { type ChildResult, type ChildStatus, resultRecord } from './result-record.ts';
import { openResultWriter, type ResultWriter } from './result-writer.ts';

/** Takes what the children of a map run come to, and makes of it the result of the state. */
export interface MapRunResults {
  add(child: ChildResult, batchIndex: number): Promise<void>;
  /**
   * Throws `States.ResultWriterFailed` and, for results that are the state's own, `States.DataLimitExceeded`; what
   * `assertWanted` throws ends an export, and leaves everything as it is.
   */
  finish(assertWanted: () => void): Promise<Json>;
  /** Leaves everything as it is, for a runtime that goes on with it. */
  close(): Promise<void>;
  /** The children of which there is something already, by name. */
  recorded(): AsyncIterable<{ readonly name: string; readonly status: ChildStatus }>;
  /** What is to be kept in the map run's record. */
  readonly collected: CollectedResults;
}

/** Where results are spooled, and exported to. */
export interface ResultsTarget {
  readonly objects: ObjectStore;
  /** One below it for each map run. */
  readonly spoolDirectory: string;
}

/** Opens the results of a map run, with those that it has already. Throws `States.ResultWriterFailed`. */
export async function openResults(
  { mapRunArn, config, collected }: MapRunRecord,
  { objects, spoolDirectory }: ResultsTarget,
  isRedriven: boolean,
): Promise<MapRunResults> {
  if (config.writer === undefined) return new StateOutput(collected);
  const { destination } = config.writer;
  const writer = await openResultWriter({
    directory: join(spoolDirectory, uuidOf(mapRunArn)),
    objects,
    bucket: destination.Bucket,
    ...(destination.Prefix === undefined ? {} : { prefix: destination.Prefix }),
    mapRunArn,
    isRedriven,
  });
  return exported(writer, mapRunArn);
}

/** The state's result names the map run and the manifest. */
function exported(writer: ResultWriter, MapRunArn: string): MapRunResults {
  return {
    add: (child) => writer.add(child),
    finish: async (assertWanted) => ({
      MapRunArn,
      ResultWriterDetails: { ...(await writer.finish(assertWanted)) },
    }),
    close: () => writer.close(),
    recorded: () => writer.recorded(),
    collected: [],
  };
}

/** Results as long as they may become an output: beyond that they would only take memory. */
class Gathered {
  #results: CollectedResult[] | 'tooLarge';
  #bytes: number;

  constructor(results: CollectedResults) {
    this.#results = results === 'tooLarge' ? results : [...results];
    this.#bytes = Buffer.byteLength(JSON.stringify(results));
  }

  get results(): CollectedResults {
    return this.#results;
  }

  add(result: CollectedResult): void {
    if (this.#results === 'tooLarge') return;
    this.#results.push(result);
    this.#bytes += Buffer.byteLength(JSON.stringify(result.values));
    if (this.#bytes > 2 * MAX_PAYLOAD_BYTES) this.#results = 'tooLarge';
  }
}

/** The state's result is the array of the children's outputs, in the order of the items. */
class StateOutput implements MapRunResults {
  readonly #succeeded: Gathered;
  readonly #unsuccessful = new Gathered([]);

  constructor(collected: CollectedResults) {
    this.#succeeded = new Gathered(collected);
  }

  get collected(): CollectedResults {
    return this.#succeeded.results;
  }

  async add(child: ChildResult, index: number): Promise<void> {
    if (child.status === 'PENDING') return;
    const gathered = child.status === 'SUCCEEDED' ? this.#succeeded : this.#unsuccessful;
    gathered.add({
      index,
      values: [child.output === undefined ? resultRecord(child) : JSON.parse(child.output)],
    });
  }

  async finish(): Promise<Json> {
    const result = outputOf(this.#succeeded.results, this.#unsuccessful.results);
    if (result === 'tooLarge' || exceedsPayloadQuota(JSON.stringify(result))) {
      throw new StatesError(
        'States.DataLimitExceeded',
        'The results of the map run exceed the maximum number of bytes of a state output. Export them to Amazon S3 with a ResultWriter.',
      );
    }
    return result;
  }

  async close(): Promise<void> {}

  async *recorded(): AsyncGenerator<never> {}
}

function outputOf(succeeded: CollectedResults, unsuccessful: CollectedResults): Json[] | 'tooLarge' {
  if (succeeded === 'tooLarge' || unsuccessful === 'tooLarge') return 'tooLarge';
  const all = [...succeeded, ...unsuccessful].sort((one, other) => one.index - other.index);
  return all.flatMap(({ values }) => values);
}
