import { STATE_MACHINES } from '@device-lifecycle/operator/stack.ts';
import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { GraphNode, StateGraph } from '../../../../src/contract/state-graph.ts';
import { readDefinition, type Scope } from '../../../../src/server/executions/graph/definition.ts';
import { layoutGraph } from '../../../../src/server/executions/graph/layout.ts';

const definitions = new Map<string, Scope>();

const namesIn = ({ States }: Scope): readonly string[] =>
  Object.entries(States).flatMap(([name, { ItemProcessor, Branches = [] }]) => [
    name,
    ...[...(ItemProcessor === undefined ? [] : [ItemProcessor]), ...Branches].flatMap(namesIn),
  ]);

const isApart = (one: GraphNode, other: GraphNode): boolean =>
  one.x + one.width <= other.x ||
  other.x + other.width <= one.x ||
  one.y + one.height <= other.y ||
  other.y + other.height <= one.y;

const isWithin = (inner: GraphNode, outer: Pick<GraphNode, 'x' | 'y' | 'width' | 'height'>): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** What is wrong with a drawing, a line each. */
function faultsOf({
  nodes,
  width,
  height,
}: Pick<StateGraph, 'nodes' | 'width' | 'height'>): readonly string[] {
  const outside = nodes.filter((node) => {
    const parent = nodes.find(({ name }) => name === node.parent);
    return !isWithin(node, parent ?? { x: 0, y: 0, width, height });
  });
  const overlapping = nodes.flatMap((one, index) =>
    nodes
      .slice(index + 1)
      .filter((other) => one.parent === other.parent && !isApart(one, other))
      .map((other) => `${one.name} overlaps ${other.name}`),
  );
  return [...outside.map(({ name }) => `${name} is not inside`), ...overlapping];
}

describe('layoutGraph', () => {
  beforeAll(async () => {
    for (const { properties } of (await packagedTemplate()).ofType('AWS::StepFunctions::StateMachine')) {
      const name = String(properties['StateMachineName']).replace('device-lifecycle-dev-', '');
      definitions.set(name, readDefinition(JSON.stringify(properties['Definition'])));
    }
  });

  it.each(STATE_MACHINES)('places every state of %s, none over another', (machine) => {
    const definition = definitions.get(machine);
    if (definition === undefined) throw new Error(`The template has no ${machine}.`);
    const drawing = layoutGraph(definition);
    expect(drawing.nodes.map(({ name }) => name).toSorted()).toEqual(namesIn(definition).toSorted());
    expect(drawing.nodes[0]?.name).toBe(definition.StartAt);
    expect(faultsOf(drawing)).toEqual([]);
  });

  it('draws the ways out of a choice with their conditions, and what is caught', () => {
    const task = { Type: 'Task', End: true };
    const { edges } = layoutGraph(
      readDefinition(
        JSON.stringify({
          StartAt: 'Try',
          States: {
            Try: { Type: 'Task', Next: 'Which', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Other' }] },
            Which: {
              Type: 'Choice',
              Choices: [{ Condition: '{% $states.input.x = 1 %}', Next: 'One' }],
              Default: 'Other',
            },
            One: task,
            Other: task,
          },
        }),
      ),
    );
    expect(edges.map(({ from, to, kind, label }) => [from, to, kind, label?.text])).toEqual([
      [undefined, 'Try', 'next', undefined],
      ['Try', 'Which', 'next', undefined],
      ['Try', 'Other', 'catch', 'States.ALL'],
      ['Which', 'One', 'choice', 'input.x = 1'],
      ['Which', 'Other', 'choice', undefined],
      ['One', undefined, 'next', undefined],
      ['Other', undefined, 'next', undefined],
    ]);
  });

  it('places branches side by side in their Parallel state', () => {
    const branch = (name: string) => ({ StartAt: name, States: { [name]: { Type: 'Pass', End: true } } });
    const drawing = layoutGraph(
      readDefinition(
        JSON.stringify({
          StartAt: 'Both',
          States: { Both: { Type: 'Parallel', Branches: [branch('Left'), branch('Right')], End: true } },
        }),
      ),
    );
    expect(drawing.nodes.map(({ name, parent }) => [name, parent])).toEqual([
      ['Both', undefined],
      ['Left', 'Both'],
      ['Right', 'Both'],
    ]);
    expect(faultsOf(drawing)).toEqual([]);
  });

  it('says so where there is no definition', () => {
    expect(() => readDefinition('{"StartAt": 1}')).toThrow('cannot be read');
  });
});
