import { INVOKE } from '@device-lifecycle/test-kit/states-under-test.ts';

/** A line a device, with a header. */
export function csvOf(count: number): string {
  const ids = Array.from({ length: count }, (_, index) => `device-${index}`);
  return `deviceId,lot\n${ids.map((id) => `${id},7\n`).join('')}`;
}

export const READER = {
  Resource: 'arn:aws:states:::s3:getObject',
  Arguments: { Bucket: 'fleet', Key: 'sources/lot-7.csv' },
  ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
};

export const WRITER = {
  Resource: 'arn:aws:states:::s3:putObject',
  Arguments: { Bucket: 'fleet', Prefix: 'results' },
  WriterConfig: { OutputType: 'JSONL', Transformation: 'FLATTEN' },
};

/** A machine with one Distributed Map, whose children run one task. */
export function fleetMachine(
  fields: object,
  executionType: 'STANDARD' | 'EXPRESS' = 'EXPRESS',
  processor: object = {
    StartAt: 'Move',
    States: { Move: { ...INVOKE, Output: '{% $states.result.Payload %}', End: true } },
  },
): object {
  return {
    StartAt: 'Fleet',
    States: {
      Fleet: {
        Type: 'Map',
        Label: 'Lot',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: executionType },
          ...processor,
        },
        End: true,
        ...fields,
      },
    },
  };
}
