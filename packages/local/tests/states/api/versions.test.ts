import {
  CreateStateMachineAliasCommand,
  type CreateStateMachineAliasInput,
  DeleteStateMachineAliasCommand,
  DeleteStateMachineVersionCommand,
  DescribeExecutionCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
  PublishStateMachineVersionCommand,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { MACHINE_ARN, statesApi } from '../states-api.ts';

/** What AWS has answered is in localstack's tests/aws/services/stepfunctions/v2/test_sfn_api_{versioning,aliasing}.snapshot.json. */
const api = statesApi();

const version = (number: number) => `${MACHINE_ARN}:${number}`;
const definitionOf = (output: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Done',
    States: { Done: { Type: 'Succeed', Output: output } },
  });
const update = (output: string, publish = false) =>
  api.client.send(
    new UpdateStateMachineCommand({
      stateMachineArn: MACHINE_ARN,
      definition: definitionOf(output),
      publish,
    }),
  );
const publish = (input: { revisionId?: string; description?: string } = {}) =>
  api.client.send(new PublishStateMachineVersionCommand({ stateMachineArn: MACHINE_ARN, ...input }));
const listVersions = async () => {
  const { stateMachineVersions = [] } = await api.client.send(
    new ListStateMachineVersionsCommand({ stateMachineArn: MACHINE_ARN }),
  );
  return stateMachineVersions.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
};
const deleteVersion = (number: number) =>
  api.client.send(new DeleteStateMachineVersionCommand({ stateMachineVersionArn: version(number) }));
const alias = (input: Partial<CreateStateMachineAliasInput> = {}) =>
  api.client.send(
    new CreateStateMachineAliasCommand({
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: version(1), weight: 100 }],
      ...input,
    }),
  );
const ended = async (stateMachineArn: string) => {
  const { executionArn } = await api.start(undefined, {}, stateMachineArn);
  await api.clock.advance(0);
  return api.client.send(new DescribeExecutionCommand({ executionArn }));
};

describe('versions', () => {
  it('are numbered, never twice, and published once', async () => {
    expect(await publish()).toMatchObject({ stateMachineVersionArn: version(1) });
    expect(await publish()).toMatchObject({ stateMachineVersionArn: version(1) });
    expect(await update('two', true)).toMatchObject({ stateMachineVersionArn: version(2) });
    await deleteVersion(2);
    await deleteVersion(2);
    expect(await listVersions()).toEqual([version(1)]);
    await update('three');
    expect(await publish({ description: 'The third.' })).toMatchObject({
      stateMachineVersionArn: version(3),
    });
    expect(await listVersions()).toEqual([version(3), version(1)]);
    const described = await api.client.send(new DescribeStateMachineCommand({ stateMachineArn: version(3) }));
    expect(described).toMatchObject({
      stateMachineArn: version(3),
      description: 'The third.',
      definition: definitionOf('three'),
      revisionId: expect.any(String),
    });
  });

  it('are of the revision that is asked for', async () => {
    const { revisionId } = await update('two');
    await expect(publish({ revisionId: 'INITIAL' })).rejects.toMatchObject({
      name: 'ConflictException',
      message: `Failed to publish the State Machine version for revision INITIAL. The current State Machine revision is ${revisionId}.`,
    });
    await expect(publish({ revisionId: revisionId ?? '' })).resolves.toMatchObject({
      stateMachineVersionArn: version(1),
    });
  });

  it('run as they were published', async () => {
    await update('one', true);
    await update('two');
    expect(await ended(version(1))).toMatchObject({
      output: '"one"',
      stateMachineArn: MACHINE_ARN,
      stateMachineVersionArn: version(1),
    });
    expect(await ended(MACHINE_ARN)).toMatchObject({ output: '"two"' });
    const { executions } = await api.client.send(new ListExecutionsCommand({ stateMachineArn: version(1) }));
    expect(executions).toMatchObject([{ stateMachineVersionArn: version(1) }]);
    await expect(ended(version(9))).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${version(9)}'`,
    });
  });
});

describe('aliases', () => {
  const live = `${MACHINE_ARN}:live`;
  beforeEach(async () => {
    await update('one', true);
    await update('two', true);
  });

  it('lead to versions', async () => {
    expect(await alias({ description: 'What is on.' })).toMatchObject({ stateMachineAliasArn: live });
    expect(await alias({ description: 'What is on.' })).toMatchObject({ stateMachineAliasArn: live });
    expect(await ended(live)).toMatchObject({
      output: '"one"',
      stateMachineAliasArn: live,
      stateMachineVersionArn: version(1),
    });
    const routingConfiguration = [{ stateMachineVersionArn: version(2), weight: 100 }];
    await api.client.send(
      new UpdateStateMachineAliasCommand({ stateMachineAliasArn: live, routingConfiguration }),
    );
    expect(await ended(live)).toMatchObject({ output: '"two"', stateMachineVersionArn: version(2) });
    const described = await api.client.send(
      new DescribeStateMachineAliasCommand({ stateMachineAliasArn: live }),
    );
    expect(described).toMatchObject({ name: 'live', description: 'What is on.', routingConfiguration });
    const { executions } = await api.client.send(new ListExecutionsCommand({ stateMachineArn: live }));
    expect(executions).toHaveLength(2);
  });

  it('share executions between two versions', async () => {
    await alias({
      routingConfiguration: [
        { stateMachineVersionArn: version(1), weight: 30 },
        { stateMachineVersionArn: version(2), weight: 70 },
      ],
    });
    const outputs = new Set<string | undefined>();
    for (let runs = 0; runs < 200 && outputs.size < 2; runs += 1) outputs.add((await ended(live)).output);
    expect(outputs).toEqual(new Set(['"one"', '"two"']));
  });

  it('keep their versions from being deleted, and are deleted themselves', async () => {
    await alias();
    await expect(deleteVersion(1)).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
    });
    const list = async () => {
      const command = new ListStateMachineAliasesCommand({ stateMachineArn: MACHINE_ARN });
      return (await api.client.send(command)).stateMachineAliases?.map(
        ({ stateMachineAliasArn }) => stateMachineAliasArn,
      );
    };
    expect(await list()).toEqual([live]);
    const remove = () => api.client.send(new DeleteStateMachineAliasCommand({ stateMachineAliasArn: live }));
    await remove();
    await remove();
    expect(await list()).toEqual([]);
    await deleteVersion(1);
    await expect(
      api.client.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: live })),
    ).rejects.toMatchObject({
      name: 'ResourceNotFound',
      message: 'Request references a resource that does not exist.',
    });
  });

  const route = (number: number | undefined, weight: number) => ({
    stateMachineVersionArn: number === undefined ? MACHINE_ARN : version(number),
    weight,
  });
  it.each<[string, Partial<CreateStateMachineAliasInput>, string, string | RegExp]>([
    [
      'a machine',
      { routingConfiguration: [route(undefined, 100)] },
      'ValidationException',
      `Routing configuration must contain state machine version ARNs. Received: [${MACHINE_ARN}]`,
    ],
    [
      'the same version twice',
      { routingConfiguration: [route(1, 50), route(1, 50)] },
      'ValidationException',
      `Routing configuration must contain distinct state machine version ARNs. Received: [${version(1)}, ${version(1)}]`,
    ],
    [
      'weights that are not 100',
      { routingConfiguration: [route(1, 70), route(2, 29)] },
      'ValidationException',
      'Sum of routing configuration weights must equal 100. Received: [70, 29]',
    ],
    [
      'three versions',
      { routingConfiguration: [route(1, 50), route(2, 30), route(3, 20)] },
      'ValidationException',
      /'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2$/,
    ],
    [
      'a weight of 101',
      { routingConfiguration: [route(1, 101)] },
      'ValidationException',
      /'routingConfiguration\.1\.member\.weight' failed to satisfy constraint: Member must have value less than or equal to 100$/,
    ],
    [
      'a number for a name',
      { name: '123' },
      'ValidationException',
      /'name' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [
      'a version that there is not',
      { routingConfiguration: [route(9, 100)] },
      'ResourceNotFound',
      /does not exist/,
    ],
  ])('refuse %s', async (_, input, name, message) => {
    await expect(alias(input)).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('are not made over others', async () => {
    await alias();
    await expect(alias({ description: 'Other.' })).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    });
  });
});
