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
        ItemBatcher: { MaxItemsPerBatch: '{% 10 %}', BatchInput: { a: 1 } },
        ResultWriter: WRITER,
        MaxConcurrency: 5,
        ToleratedFailureCount: '{% 7 %}',
        ToleratedFailurePercentage: 2.5,
      },
    ],
    ['items of its own', { Items: '{% $states.input.devices %}', Label: 'Other' }],
    ['JSON Lines', { ItemReader: { ...READER, ReaderConfig: { InputType: 'JSONL' } } }],
  ])('accepts %s', (_, fields) => {
    expect(validateStateMachine(whole(fields))).toEqual([]);
  });

  it.each([
    ['a reader and items', { Items: [1], ItemReader: READER }, /either 'Items' or an 'ItemReader'/, AT],
    [
      'a reader of something else',
      { ItemReader: { ...READER, Resource: 'arn:aws:states:::s3:listObjectsV2' } },
      /'Resource' must be arn:aws:states:::s3:getObject; other readers are not run here/,
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
    ...['JSON', 'MANIFEST', undefined].map(
      (InputType) =>
        [
          `a reader of ${InputType}`,
          { ItemReader: { ...READER, ReaderConfig: { InputType, ItemsPointer: '/a' } } },
          /'InputType' must be CSV or JSONL; others are not run here/,
          `${AT}/ItemReader/ReaderConfig/InputType`,
        ] as const,
    ),
    ...['GIVEN', undefined].map(
      (CSVHeaderLocation) =>
        [
          `a CSV whose header is ${CSVHeaderLocation}`,
          { ItemReader: { ...READER, ReaderConfig: { InputType: 'CSV', CSVHeaderLocation } } },
          /'CSVHeaderLocation' must be FIRST_ROW; GIVEN is not run here/,
          `${AT}/ItemReader/ReaderConfig/CSVHeaderLocation`,
        ] as const,
    ),
    ...(['CSVDelimiter', 'MaxItems'] as const).map(
      (option) =>
        [
          `a reader's ${option}`,
          { ItemReader: { ...READER, ReaderConfig: { ...READER.ReaderConfig, [option]: 1 } } },
          new RegExp(`^Field '${option}' is not supported$`),
          `${AT}/ItemReader/ReaderConfig`,
        ] as const,
    ),
    [
      'bytes of a batch',
      { ItemBatcher: { MaxItemsPerBatch: 1, MaxInputBytesPerBatch: 9 } },
      /^Field 'MaxInputBytesPerBatch' is not supported$/,
      `${AT}/ItemBatcher`,
    ],
    [
      'a batcher without a limit',
      { ItemBatcher: { BatchInput: {} } },
      /needs 'MaxItems/,
      `${AT}/ItemBatcher`,
    ],
    [
      'a batch of nothing',
      { ItemBatcher: { MaxItemsPerBatch: 0 } },
      /^Minimum value is 1$/,
      `${AT}/ItemBatcher/MaxItemsPerBatch`,
    ],
    [
      'a writer without a bucket',
      { ResultWriter: { ...WRITER, Resource: undefined } },
      /'Resource' must be arn:aws:states:::s3:putObject/,
      `${AT}/ResultWriter/Resource`,
    ],
    ...[undefined, { OutputType: 'JSON' }, { OutputType: 'JSONL', Transformation: 'COMPACT' }].map(
      (WriterConfig) =>
        [
          `results written as ${JSON.stringify(WriterConfig)}`,
          { ResultWriter: { ...WRITER, WriterConfig } },
          WriterConfig === undefined ? /must be an object/ : /JSONL and the 'Transformation' FLATTEN; others/,
          `${AT}/ResultWriter/WriterConfig`,
        ] as const,
    ),
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
