import { describe, expect, it } from '@jest/globals';
import { KeptMapRuns } from '../../src/states/disk-execution-store.ts';
import { type MapRunRecord, NEW_MAP_RUN } from '../../src/states/distributed/map-run-record.ts';
import { makeExecutionTables } from '../../src/states/execution-store.ts';
import { useDataDirectory } from '../support/data-directories.ts';

const data = useDataDirectory();

const RECORD: MapRunRecord = {
  ...NEW_MAP_RUN,
  mapRunArn: 'arn:map-run',
  executionArn: 'arn:execution',
  stateMachineArn: 'arn:machine/label',
  startDateMs: 1,
  config: { reader: undefined, batcher: undefined, writer: undefined },
  maxConcurrency: 0,
  toleratedFailureCount: undefined,
  toleratedFailurePercentage: undefined,
};

const progressed = (totalItems: number): MapRunRecord => ({ ...RECORD, totalItems });

/** Map runs, and what another runtime would find of them now. */
async function open() {
  const { database } = await data.reopen();
  makeExecutionTables(database);
  const mapRuns = new KeptMapRuns(database);
  return { mapRuns, written: () => new KeptMapRuns(database).get(RECORD.mapRunArn) };
}

describe('map runs that are kept', () => {
  it('are written when they begin, when they are changed and when they end, and their progress later', async () => {
    const { mapRuns, written } = await open();
    mapRuns.put(RECORD);
    expect(written()).toMatchObject({ totalItems: 0 });

    mapRuns.put(progressed(1));
    expect(written()).toMatchObject({ totalItems: 0 });
    expect(mapRuns.get(RECORD.mapRunArn)).toMatchObject({ totalItems: 1 });
    expect(mapRuns.of(RECORD.executionArn)).toMatchObject([{ totalItems: 1 }]);
    expect(mapRuns.arns()).toEqual([RECORD.mapRunArn]);

    mapRuns.put({ ...progressed(2), maxConcurrency: 7 });
    expect(written()).toMatchObject({ totalItems: 2, maxConcurrency: 7 });
    mapRuns.put({ ...progressed(3), maxConcurrency: 7, status: 'SUCCEEDED' });
    expect(written()).toMatchObject({ totalItems: 3, status: 'SUCCEEDED' });
  });

  it('are written before the runtime ends', async () => {
    const { mapRuns, written } = await open();
    mapRuns.put(RECORD);
    mapRuns.put(progressed(1));
    mapRuns.flush();
    expect(written()).toMatchObject({ totalItems: 1 });
  });

  it('go with their execution, also with what was not written yet', async () => {
    const { mapRuns, written } = await open();
    mapRuns.put(RECORD);
    mapRuns.put(progressed(1));
    mapRuns.removeOf(RECORD.executionArn);
    mapRuns.flush();
    expect(written()).toBeUndefined();
    expect(mapRuns.get(RECORD.mapRunArn)).toBeUndefined();
  });
});
