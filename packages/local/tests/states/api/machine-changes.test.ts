import {
  CreateStateMachineCommand,
  type CreateStateMachineInput,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  type UpdateStateMachineInput,
} from '@aws-sdk/client-sfn';
import { ACCOUNT_ID } from '@device-lifecycle/test-kit/states-under-test.ts';
import { describe, expect, it } from '@jest/globals';
import { MACHINE_ARN, PREFIX, statesApi } from '../states-api.ts';

/** What AWS has answered is in localstack's tests/aws/services/stepfunctions/v2, in the files that the tests name. */
const api = statesApi();

const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/machine`;
const NEW_ARN = `${PREFIX}:stateMachine:new`;
const definitionOf = (output: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' },
      Done: { Type: 'Succeed', Output: output },
    },
  });
const ONE = definitionOf('one');
const TWO = definitionOf('two');

const create = (input: Partial<CreateStateMachineInput> = {}) =>
  api.client.send(new CreateStateMachineCommand({ name: 'new', definition: ONE, roleArn: ROLE, ...input }));
const update = (input: Partial<UpdateStateMachineInput>) =>
  api.client.send(new UpdateStateMachineCommand({ stateMachineArn: NEW_ARN, ...input }));
const describeMachine = (stateMachineArn = NEW_ARN) =>
  api.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
const run = async () => {
  const { executionArn } = await api.client.send(new StartExecutionCommand({ stateMachineArn: NEW_ARN }));
  return executionArn ?? '';
};
const describeExecution = (executionArn: string) =>
  api.client.send(new DescribeExecutionCommand({ executionArn }));

describe('CreateStateMachine', () => {
  /** test_sfn_api.snapshot.json, test_create_delete_valid_sm and test_create_exact_duplicate_sm */
  it('makes a machine, which runs', async () => {
    const made = await create({ tags: [{ key: 'a', value: 'b' }] });
    expect(made).toMatchObject({ stateMachineArn: NEW_ARN, creationDate: new Date('2026-01-01') });
    expect(made.stateMachineVersionArn).toBeUndefined();
    const { $metadata: _, ...described } = await describeMachine();
    expect(described).toEqual({
      stateMachineArn: NEW_ARN,
      name: 'new',
      definition: ONE,
      roleArn: ROLE,
      status: 'ACTIVE',
      type: 'STANDARD',
      creationDate: new Date('2026-01-01'),
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
    const { stateMachines = [] } = await api.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines.map(({ name }) => name)).toEqual(['machine', 'express', 'new']);
    const executionArn = await run();
    await api.clock.advance(60_000);
    expect(await describeExecution(executionArn)).toMatchObject({ output: '"one"' });
  });

  it('makes the same machine once, whatever its role and tags', async () => {
    await create();
    await api.clock.advance(1_000);
    const again = await create({ roleArn: `${ROLE}2`, tags: [{ key: 'x', value: 'y' }] });
    expect(again.creationDate).toEqual(new Date('2026-01-01'));
    expect((await describeMachine()).roleArn).toBe(ROLE);
  });

  it.each<[string, Partial<CreateStateMachineInput>, string, string | RegExp]>([
    // test_sfn_api.snapshot.json, test_create_duplicate_definition_format_sm
    [
      'the same name with another text',
      { name: 'machine', definition: `${ONE} ` },
      'StateMachineAlreadyExists',
      `State Machine Already Exists: '${MACHINE_ARN}'`,
    ],
    // test_sfn_api.snapshot.json, test_create_delete_invalid_sm
    [
      'no states',
      { definition: '{"QueryLanguage":"JSONata","StartAt":"A"}' },
      'InvalidDefinition',
      /^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .* at \//,
    ],
    [
      'what is not JSON',
      { definition: '{' },
      'InvalidDefinition',
      /^Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: /,
    ],
    [
      'what is nested too deeply',
      { definition: `{"QueryLanguage":"JSONata","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
      'InvalidDefinition',
      /nested too deeply/,
    ],
    // test_sfn_api_express.snapshot.json, test_illegal_callbacks
    [
      'callbacks in an Express workflow',
      {
        type: 'EXPRESS',
        definition:
          '{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Arguments":{"FunctionName":"f"},"End":true}}}',
      },
      'InvalidDefinition',
      /SCHEMA_VALIDATION_FAILED: .*Express state machine does not support '\.waitForTaskToken' service integration.* at \/States\/A\/Resource'/,
    ],
    // test_sfn_api_activities.snapshot.json, of activities
    ['a name with spaces', { name: 'a b' }, 'InvalidName', "Invalid Name: 'a b'"],
    ['no role', { roleArn: 'me' }, 'InvalidArn', "Invalid Role Arn: 'me'"],
    // test_sfn_api_logs.snapshot.json
    [
      'logs without a group',
      { loggingConfiguration: { level: 'ALL' } },
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    ],
    [
      'a key of KMS',
      { encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'k' } },
      'InvalidEncryptionConfiguration',
      /no AWS KMS/,
    ],
    ['a version', { publish: true }, 'ValidationException', /has no versions: leave out publish/],
  ])('refuses %s', async (_, input, name, message) => {
    await expect(create(input)).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect((await api.client.send(new ListStateMachinesCommand({}))).stateMachines).toHaveLength(2);
  });
});

describe('DescribeStateMachine', () => {
  /** test_sfn_api_variable_references.snapshot.json, of JSONPath */
  it('tells which variables the states refer to', async () => {
    const Inner = {
      StartAt: 'Sum',
      States: {
        Sum: { Type: 'Pass', Output: '{% $bias + $sum($y) + $own %}', Assign: { own: 1 }, End: true },
      },
    };
    const definition = JSON.stringify({
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { y: [1], bias: '{% $states.input.bias %}' }, Next: 'Pick' },
        Pick: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $y[0] = 1 %}', Assign: { z: 1 }, Next: 'Each' }],
          Default: 'Each',
        },
        Each: { Type: 'Map', Items: '{% $y %}', ItemProcessor: Inner, End: true },
      },
    });
    await create({ definition });
    expect((await describeMachine()).variableReferences).toEqual({
      Each: ['y'],
      Pick: ['y'],
      Sum: ['bias', 'own', 'y'],
    });
  });
});

describe('DescribeStateMachine of JSONPath', () => {
  /** test_sfn_api_variable_references.snapshot.json, BASE_REFERENCE_IN_CHOICE, …_IN_WAIT and …_IN_ITERATOR_OUTER_SCOPE */
  it('tells which variables the states refer to', async () => {
    const Inner = {
      StartAt: 'Summate',
      States: {
        Summate: {
          Type: 'Pass',
          Assign: { 'Sum.$': 'States.MathAdd($guess, $$.Map.Item.Index)' },
          End: true,
        },
      },
    };
    const States = {
      Setup: {
        Type: 'Pass',
        Result: '{% (',
        Assign: { guess: 1, 'answer.$': '$.answer', waitTime: 0 },
        Next: 'Check',
      },
      Check: {
        Type: 'Choice',
        Choices: [{ Variable: '$guess', NumericEqualsPath: '$answer', Next: 'Wait' }],
        Default: 'Wait',
      },
      Wait: { Type: 'Wait', SecondsPath: '$waitTime', Next: 'Each' },
      Each: { Type: 'Map', ItemProcessor: Inner, End: true },
    };
    await create({ definition: JSON.stringify({ StartAt: 'Setup', States }) });
    expect((await describeMachine()).variableReferences).toEqual({
      Check: ['answer', 'guess'],
      Wait: ['waitTime'],
      Summate: ['guess'],
    });
  });
});

describe('UpdateStateMachine', () => {
  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachine.html */
  it('is for executions that start from then on', async () => {
    await create();
    const before = await run();
    await api.clock.advance(10_000);
    const { revisionId, updateDate } = await update({ definition: TWO });
    expect(revisionId).toMatch(/^[-0-9a-f]{36}$/);
    expect(updateDate).toEqual(new Date('2026-01-01T00:00:10Z'));
    expect(await describeMachine()).toMatchObject({ definition: TWO, revisionId });
    const after = await run();
    await api.clock.advance(60_000);
    expect(await describeExecution(before)).toMatchObject({ output: '"one"' });
    expect(await describeExecution(after)).toMatchObject({ output: '"two"' });
    const of = (executionArn: string) =>
      api.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect((await of(before)).definition).toBe(ONE);
    expect(await of(after)).toMatchObject({ definition: TWO, revisionId });
  });

  it('changes what it is given, and nothing else', async () => {
    await create({ tracingConfiguration: { enabled: true } });
    await update({ roleArn: `${ROLE}2` });
    expect(await describeMachine()).toMatchObject({
      definition: ONE,
      roleArn: `${ROLE}2`,
      tracingConfiguration: { enabled: true },
    });
  });

  it.each<[string, Partial<UpdateStateMachineInput>, string]>([
    ['nothing', {}, 'MissingRequiredParameter'],
    ['a definition that is not valid', { definition: '{}' }, 'InvalidDefinition'],
    [
      'no machine',
      { stateMachineArn: `${PREFIX}:stateMachine:other`, roleArn: ROLE },
      'StateMachineDoesNotExist',
    ],
    ['a version', { stateMachineArn: `${NEW_ARN}:1`, roleArn: ROLE }, 'StateMachineDoesNotExist'],
    ['no ARN', { stateMachineArn: 'new', roleArn: ROLE }, 'InvalidArn'],
  ])('refuses %s', async (_, input, name) => {
    await create();
    await expect(update(input)).rejects.toMatchObject({ name });
    expect((await describeMachine()).definition).toBe(ONE);
  });
});

describe('DeleteStateMachine', () => {
  const remove = () => api.client.send(new DeleteStateMachineCommand({ stateMachineArn: NEW_ARN }));

  /** test_sfn_api.snapshot.json, test_delete_nonexistent_sm */
  it('takes a machine that there is not for deleted', async () => {
    await expect(remove()).resolves.toBeDefined();
  });

  it('deletes one without executions at once', async () => {
    await create();
    await remove();
    await api.clock.advance(0);
    await expect(describeMachine()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await create({ definition: TWO });
    expect((await describeMachine()).definition).toBe(TWO);
  });

  /** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html */
  it('lets executions come to their next transition', async () => {
    await create();
    const executionArn = await run();
    await remove();
    expect(await describeMachine()).toMatchObject({ status: 'DELETING' });
    await expect(run()).rejects.toMatchObject({ name: 'StateMachineDeleting' });
    await expect(create()).rejects.toMatchObject({ name: 'StateMachineDeleting' });
    expect((await describeExecution(executionArn)).status).toBe('RUNNING');
    await api.clock.advance(60_000);
    expect((await describeExecution(executionArn)).status).toBe('ABORTED');
    await expect(describeMachine()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  it('ends with the last execution that is stopped', async () => {
    await create();
    const executionArn = await run();
    await remove();
    await api.client.send(new StopExecutionCommand({ executionArn }));
    await api.clock.advance(0);
    await expect(describeMachine()).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});
