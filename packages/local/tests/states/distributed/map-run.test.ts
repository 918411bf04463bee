import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { runMachine, typesOf } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { csvOf, fleetMachine, READER, WRITER } from './fleet-machine.ts';
import { spool } from './fleet-under-test.ts';

const results = spool();

interface Child {
  readonly BatchInput: object;
  readonly Items: readonly { readonly deviceId: string }[];
}

describe('a Distributed Map', () => {
  it('reads a CSV, runs a child a batch and exports what they come to', async () => {
    const objects = memoryObjects({ 'sources/lot-7.csv': csvOf(25) });
    const events: Child[] = [];
    const outcome = await runMachine(
      fleetMachine({
        ItemReader: READER,
        ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { reason: '{% $states.input.reason %}' } },
        ResultWriter: WRITER,
      }),
      { reason: 'recall' },
      {
        objects,
        spoolDirectory: results.directory,
        handler: (event) => {
          events.push(event as Child);
          return (event as Child).Items.map(({ deviceId }) => ({ deviceId, outcome: 'decommissioned' }));
        },
      },
    );

    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(events.map(({ BatchInput, Items }) => [BatchInput, Items.length])).toEqual([
      [{ reason: 'recall' }, 10],
      [{ reason: 'recall' }, 10],
      [{ reason: 'recall' }, 5],
    ]);
    const { MapRunArn, ResultWriterDetails } = outcome.output as Record<string, never>;
    expect(MapRunArn).toMatch(/^arn:aws:states:eu-west-1:000000000000:mapRun:machine\/Lot:[0-9a-f-]{36}$/);
    const folder = `results/${String(MapRunArn).split(':').at(-1)}`;
    expect(ResultWriterDetails).toEqual({ Bucket: 'fleet', Key: `${folder}/manifest.json` });
    const lines = objects.contents.get(`${folder}/SUCCEEDED_0.jsonl`)?.trim().split('\n') ?? [];
    expect(lines).toHaveLength(25);
    expect(typesOf(outcome)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    expect(outcome.events[3]).toMatchObject({ mapRunStartedEventDetails: { mapRunArn: MapRunArn } });
  });

  it('without a ResultWriter gives the outputs of its children, in the order of the items', async () => {
    const outcome = await runMachine(
      fleetMachine({ ItemReader: READER, ItemBatcher: { MaxItemsPerBatch: 2 } }),
      {},
      {
        objects: memoryObjects({ 'sources/lot-7.csv': csvOf(3) }),
        handler: (event) => (event as Child).Items.map(({ deviceId }) => deviceId),
      },
    );
    expect(outcome).toMatchObject({ status: 'SUCCEEDED' });
    expect(outcome.output).toEqual([['device-0', 'device-1'], ['device-2']]);
  });
});
