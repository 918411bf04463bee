import { describe, expect, it } from '@jest/globals';
import { validateStateMachine } from '../../../src/states/validation/state-machine.ts';
import { fleetMachine, READER, WRITER } from '../distributed/fleet-machine.ts';

const whole = (fields: object, ...rest: [('STANDARD' | 'EXPRESS')?, object?]) => ({
  QueryLanguage: 'JSONata',
  ...fleetMachine(fields, ...rest),
});

const AT = '/States/Fleet';

describe('validateStateMachine, of a Distributed Map', () => {
  it.each([
    ['nothing but a processor', {}],
    [
      'every field',
      {
        ItemReader: READER,
        ItemSelector: { it: '{% $states.context.Map.Item.Value %}' },
        ItemBatcher: { MaxItemsPerBatch: '{% 10 %}', MaxInputBytesPerBatch: 1_000, BatchInput: { a: 1 } },
        ResultWriter: WRITER,
        MaxConcurrency: 5,
        ToleratedFailureCount: '{% 7 %}',
        ToleratedFailurePercentage: 2.5,
      },
    ],
    ['items of its own', { Items: '{% $states.input.devices %}', Label: 'Other' }],
    [
      'a reader of JSON',
      { ItemReader: { ...READER, ReaderConfig: { InputType: 'JSON', ItemsPointer: '/a', MaxItems: 9 } } },
    ],
    [
      'a listing of objects',
      {
        ItemReader: {
          Resource: 'arn:aws:states:::s3:listObjectsV2',
          Arguments: { Bucket: 'fleet', Prefix: '{% $states.input.prefix %}' },
        },
      },
    ],
    ['results that are flattened', { ResultWriter: { WriterConfig: { Transformation: 'FLATTEN' } } }],
  ])('accepts %s', (_, fields) => {
    expect(validateStateMachine(whole(fields))).toEqual([]);
  });

  it.each([
    ['a reader and items', { Items: [1], ItemReader: READER }, /either 'Items' or an 'ItemReader'/, AT],
    [
      'a reader of something else',
      { ItemReader: { ...READER, Resource: 'arn:aws:states:::dynamodb:scan' } },
      /'Resource' must be arn:aws:states:::s3:getObject or/,
      `${AT}/ItemReader/Resource`,
    ],
    [
      'a reader without a key',
      { ItemReader: { ...READER, Arguments: { Bucket: 'fleet' } } },
      /'Key' must be a string/,
      `${AT}/ItemReader/Arguments/Key`,
    ],
    [
      'a version of an object',
      { ItemReader: { ...READER, Arguments: { ...READER.Arguments, VersionId: '1' } } },
      /^Field 'VersionId' is not supported$/,
      `${AT}/ItemReader/Arguments`,
    ],
    [
      'an input type that is not read',
      { ItemReader: { ...READER, ReaderConfig: { InputType: 'PARQUET' } } },
      /'InputType' must be one of CSV, JSON, JSONL/,
      `${AT}/ItemReader/ReaderConfig/InputType`,
    ],
    [
      'a CSV without its header’s place',
      { ItemReader: { ...READER, ReaderConfig: { InputType: 'CSV' } } },
      /CSV needs a 'CSVHeaderLocation'/,
      `${AT}/ItemReader/ReaderConfig`,
    ],
    [
      'given headers that are not there',
      { ItemReader: { ...READER, ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN' } } },
      /'CSVHeaders' must be an array/,
      `${AT}/ItemReader/ReaderConfig/CSVHeaders`,
    ],
    [
      'fields of CSV with JSON Lines',
      { ItemReader: { ...READER, ReaderConfig: { InputType: 'JSONL', CSVDelimiter: 'TAB' } } },
      /^Field 'CSVDelimiter' is not supported$/,
      `${AT}/ItemReader/ReaderConfig`,
    ],
    ['a batcher without limits', { ItemBatcher: { BatchInput: {} } }, /needs 'MaxItems/, `${AT}/ItemBatcher`],
    [
      'a batch of nothing',
      { ItemBatcher: { MaxItemsPerBatch: 0 } },
      /^Minimum value is 1$/,
      `${AT}/ItemBatcher/MaxItemsPerBatch`,
    ],
    ['a writer without fields', { ResultWriter: {} }, /needs a 'Resource'/, `${AT}/ResultWriter`],
    [
      'a writer without arguments',
      { ResultWriter: { Resource: WRITER.Resource } },
      /belong together/,
      `${AT}/ResultWriter`,
    ],
    [
      'JSON Lines as a state’s output',
      { ResultWriter: { WriterConfig: { OutputType: 'JSONL' } } },
      /JSONL is not run here without/,
      `${AT}/ResultWriter/WriterConfig/OutputType`,
    ],
    ['a label with a space', { Label: 'Lot 7' }, /'Label' must have 1 to 40/, `${AT}/Label`],
    [
      'more than all',
      { ToleratedFailurePercentage: 101 },
      // https://github.com/floci-io/floci/issues/3733, measured on AWS
      /^Maximum value is 100\.0$/,
      `${AT}/ToleratedFailurePercentage`,
    ],
    ['JSONPath', { ItemsPath: '$.x' }, /field 'ItemsPath' is only supported for the 'JSONPath'/, AT],
  ])('refuses %s in one sentence', (_, fields, message, location) => {
    const found = validateStateMachine(whole(fields));
    expect(found).toMatchObject([{ location, message: expect.stringMatching(message) }]);
    expect(found[0]?.message).toMatch(/^[^\n]+$/);
  });

  it('wants an ExecutionType, and an own label for each', () => {
    const one = whole({});
    const { Fleet } = (one as unknown as { States: { Fleet: object } }).States;
    const untyped = whole({
      ItemProcessor: { ...whole({}), QueryLanguage: undefined, ProcessorConfig: { Mode: 'DISTRIBUTED' } },
    });
    expect(
      validateStateMachine(untyped)
        .map(({ message }) => message)
        .join(),
    ).toMatch(/needs an 'ExecutionType'/);
    const twice = {
      ...one,
      States: {
        Fleet: { ...Fleet, End: undefined, Next: 'Again' },
        Again: {
          ...Fleet,
          ItemProcessor: {
            ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
            StartAt: 'Other',
            States: { Other: { Type: 'Succeed' } },
          },
        },
      },
    };
    expect(validateStateMachine(JSON.parse(JSON.stringify(twice)))).toMatchObject([
      { message: expect.stringMatching(/another Distributed Map has the label 'Lot'/) },
    ]);
  });

  it('refuses it where AWS has none, and inside another', () => {
    const inner = (whole({}) as unknown as { States: { Fleet: object } }).States.Fleet;
    const nested = whole({}, 'STANDARD', { StartAt: 'Inner', States: { Inner: { ...inner, Label: 'In' } } });
    expect(validateStateMachine(whole({}), 'EXPRESS')).toMatchObject([
      { message: expect.stringMatching(/Express state machines have no Distributed Map/) },
    ]);
    expect(validateStateMachine(nested)).toMatchObject([
      { message: expect.stringMatching(/inside the processor of another is not run here/) },
    ]);
  });
});
