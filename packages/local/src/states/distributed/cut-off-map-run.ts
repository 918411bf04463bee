import { batchIndexOf } from './child-names.ts';
import { IndexRanges } from './index-ranges.ts';
import type { MapRunParts } from './map-run-parts.ts';
import type { MapRunRecord } from './map-run-record.ts';
import { openResults } from './map-run-results.ts';

/**
 * Writes the results of a map run whose execution had ended when the runtime did, and ends it as `ABORTED`. What its
 * children were at counts as not begun. Throws `States.ResultWriterFailed`, and what `assertWanted` throws; the results
 * stay where they are then.
 */
export async function endCutOff(
  record: MapRunRecord,
  parts: MapRunParts,
  assertWanted: () => void,
): Promise<void> {
  const results = await openResults(record, parts, false);
  const succeeded = new IndexRanges(record.succeeded);
  try {
    for await (const { name, status } of results.recorded()) {
      if (status === 'SUCCEEDED') succeeded.add(batchIndexOf(name));
    }
    await results.finish(assertWanted);
  } catch (error) {
    await results.close();
    throw error;
  }
  parts.keep({
    ...record,
    status: 'ABORTED',
    stopDateMs: parts.clock.now(),
    items: { ...record.items, running: 0 },
    executions: { ...record.executions, running: 0 },
    isCounted: false,
    succeeded: succeeded.ranges,
  });
}
