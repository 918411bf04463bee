import { SFNClient } from '@aws-sdk/client-sfn';
import {
  jsonAnswer,
  jsonError,
  type WireAnswer,
  wireConfig,
} from '@device-lifecycle/test-kit/sdk-answers.ts';
import { describe, expect, it } from '@jest/globals';
import { readGraph } from '../../../../src/server/executions/graph/read-graph.ts';

const definitionOf = (name: string): string =>
  JSON.stringify({ StartAt: name, States: { [name]: { Type: 'Succeed' } } });

const [THEN, NOW] = [definitionOf('Then'), definitionOf('Now')];

const graphWith = (ofExecution: WireAnswer, current: WireAnswer) =>
  readGraph(
    new SFNClient(
      wireConfig(({ operation }) =>
        operation === 'DescribeStateMachineForExecution' ? ofExecution : current,
      ),
    ),
    'arn',
  );

const machine = (definition: string): WireAnswer => jsonAnswer({ definition, stateMachineArn: 'arn' });

describe('readGraph', () => {
  it('draws the machine as it was, and says whether it is still so', async () => {
    const { nodes, isOutdated } = await graphWith(machine(THEN), machine(NOW));
    expect([nodes.map(({ name }) => name), isOutdated]).toEqual([['Then'], true]);
    expect((await graphWith(machine(NOW), machine(NOW))).isOutdated).toBe(false);
  });

  it('draws a machine that has been deleted since', async () => {
    const deleted = jsonError('StateMachineDoesNotExist', 'It does not exist.');
    expect((await graphWith(machine(THEN), deleted)).isOutdated).toBe(true);
    await expect(graphWith(deleted, deleted)).rejects.toMatchObject({
      kind: 'notFound',
      message: expect.stringContaining('cannot be drawn'),
    });
  });

  it('is there for who may not see how the machine is now, and hides no other failure', async () => {
    const forbidden = jsonError('AccessDeniedException', 'no');
    expect((await graphWith(machine(THEN), forbidden)).isOutdated).toBe(false);
    const throttled = jsonError('ThrottlingException', 'slow');
    await expect(graphWith(machine(THEN), throttled)).rejects.toThrow('slow');
  });
});
