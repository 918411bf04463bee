import { memoryObjects } from '@device-lifecycle/test-kit/object-store.ts';
import { StatesUnderTest } from '@device-lifecycle/test-kit/states-under-test.ts';
import { expect, it } from '@jest/globals';
import { csvOf } from '../distributed/fleet-machine.ts';
import { spool } from '../distributed/fleet-under-test.ts';

const spooled = spool();

const PROCESSOR = (states: object) => ({
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
  StartAt: 'Move',
  States: states,
});

// https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
it('a Distributed Map reads, batches, hands on and writes by paths', async () => {
  const objects = memoryObjects({ 'sources/lot-7.csv': csvOf(3) });
  const events: unknown[] = [];
  const states = new StatesUnderTest(
    {
      QueryLanguage: 'JSONPath',
      StartAt: 'Fleet',
      States: {
        Fleet: {
          Type: 'Map',
          InputPath: '$.run',
          Label: 'Lot',
          ItemReader: {
            Resource: 'arn:aws:states:::s3:getObject',
            Parameters: { 'Bucket.$': '$.bucket', 'Key.$': "States.Format('sources/{}', $.name)" },
            ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
          },
          ItemSelector: { 'id.$': '$$.Map.Item.Value.deviceId', 'of.$': '$.name' },
          ItemBatcher: { MaxItemsPerBatchPath: '$.limits.batch', BatchInput: { 'reason.$': '$.reason' } },
          ItemProcessor: PROCESSOR({
            Move: {
              Type: 'Task',
              Resource: 'arn:aws:states:::lambda:invoke',
              Parameters: { FunctionName: 'work', 'Payload.$': '$' },
              OutputPath: '$.Payload',
              End: true,
            },
          }),
          MaxConcurrencyPath: '$.limits.concurrency',
          ToleratedFailureCountPath: '$.limits.failures',
          ResultWriter: {
            Resource: 'arn:aws:states:::s3:putObject',
            Parameters: { 'Bucket.$': '$.bucket', Prefix: 'results' },
            WriterConfig: { OutputType: 'JSONL', Transformation: 'FLATTEN' },
          },
          ResultSelector: { 'bucket.$': '$.ResultWriterDetails.Bucket' },
          ResultPath: '$.written',
          End: true,
        },
      },
    },
    {
      objects,
      spoolDirectory: spooled.directory,
      handler: (event) => {
        events.push(event);
        return { seen: true };
      },
    },
  );
  const limits = { batch: 2, concurrency: 1, failures: 0 };
  const run = { bucket: 'fleet', name: 'lot-7.csv', reason: 'age', limits };
  const { status, output } = await states.run({ run });
  await states.service.close();
  expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: { run, written: { bucket: 'fleet' } } });
  const item = (n: number) => ({ id: `device-${n}`, of: 'lot-7.csv' });
  expect(events).toEqual([
    { BatchInput: { reason: 'age' }, Items: [item(0), item(1)] },
    { BatchInput: { reason: 'age' }, Items: [item(2)] },
  ]);
});

it('the states of a Distributed Map may be in JSONata', async () => {
  const states = new StatesUnderTest({
    QueryLanguage: 'JSONPath',
    StartAt: 'Fleet',
    States: {
      Fleet: {
        Type: 'Map',
        ItemsPath: '$.sites',
        ItemProcessor: PROCESSOR({
          Move: {
            Type: 'Pass',
            QueryLanguage: 'JSONata',
            Output: '{% $states.input + 1 %}',
            End: true,
          },
        }),
        End: true,
      },
    },
  });
  const { status, output } = await states.run({ sites: [1, 2] });
  await states.service.close();
  expect({ status, output }).toEqual({ status: 'SUCCEEDED', output: [2, 3] });
});
