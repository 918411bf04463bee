import { Graph, layout } from '@dagrejs/dagre';
import type { GraphEdge, GraphNode, Point, StateGraph } from '../../../contract/state-graph.ts';
import type { Processor, Scope, State } from './definition.ts';
import { edgesOf, type ScopeEdge } from './edges.ts';

/** Of texts of 13 pixels, which the page draws; wide enough for every font. */
const CHARACTER_WIDTH = 7.8;
const LABEL_CHARACTER_WIDTH = 6.4;
const LABEL_HEIGHT = 18;
const NODE = { minWidth: 150, height: 48, besideName: 54 };
const CONTAINER = { head: 48, padding: 16, betweenBranches: 24 };
const POINT_SIZE = 20;
const MARGIN = 8;
const SPACE = { rankdir: 'TB', nodesep: 36, ranksep: 44, edgesep: 20 } as const;
const START = '\u0000start';
const END = '\u0000end';

type Drawing = Pick<StateGraph, 'width' | 'height' | 'nodes' | 'edges'>;
type Placed = Drawing & { readonly start: Point; readonly end?: Point };

/** Places the states of a definition, from the top down, those within others inside them. */
export function layoutGraph(definition: Scope): Placed {
  return place(definition, { hasPoints: true, isOfChildren: false });
}

interface PlaceOptions {
  /** Whether start and end are drawn. */
  readonly hasPoints: boolean;
  readonly isOfChildren: boolean;
  readonly parent?: string;
}

function place(scope: Scope, options: PlaceOptions): Placed {
  const { hasPoints } = options;
  const inner = new Map(
    Object.entries(scope.States).map(([name, state]) => [name, placeWithin(name, state, options)] as const),
  );
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ ...SPACE, marginx: MARGIN, marginy: MARGIN });
  for (const [name, state] of Object.entries(scope.States)) {
    graph.setNode(name, sizeOf(name, state, inner.get(name)));
  }
  const edges = edgesOf(scope).filter(
    ({ from, to }) => hasPoints || (from !== undefined && to !== undefined),
  );
  if (hasPoints) graph.setNode(START, { width: POINT_SIZE, height: POINT_SIZE });
  if (edges.some(({ to }) => to === undefined)) {
    graph.setNode(END, { width: POINT_SIZE, height: POINT_SIZE });
  }
  for (const [index, { from = START, to = END, label }] of edges.entries()) {
    const size =
      label === undefined ? {} : { width: label.length * LABEL_CHARACTER_WIDTH, height: LABEL_HEIGHT };
    graph.setEdge(from, to, { ...size, labelpos: 'c' }, String(index));
  }
  layout(graph);
  return drawn(graph, scope, { edges, inner, options });
}

/** What is within a Map or Parallel state, its branches side by side; nothing for others. */
function placeWithin(name: string, state: State, { isOfChildren }: PlaceOptions): Drawing | undefined {
  const processor: Processor | undefined = state.ItemProcessor ?? state.Iterator;
  const scopes = processor === undefined ? (state.Branches ?? []) : [processor];
  if (scopes.length === 0) return undefined;
  const isDistributed = processor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const options = { hasPoints: false, isOfChildren: isOfChildren || isDistributed, parent: name };
  let width = 0;
  const drawings = scopes.map((branch) => {
    const drawing = moved(place(branch, options), { x: width, y: 0 });
    width += drawing.width + CONTAINER.betweenBranches;
    return drawing;
  });
  return {
    width: width - CONTAINER.betweenBranches,
    height: Math.max(...drawings.map(({ height }) => height)),
    nodes: drawings.flatMap(({ nodes }) => nodes),
    edges: drawings.flatMap(({ edges }) => edges),
  };
}

function sizeOf(name: string, state: State, inner: Drawing | undefined) {
  const texts = Math.max(name.length, state.Type.length) * CHARACTER_WIDTH + NODE.besideName;
  const width = Math.max(NODE.minWidth, Math.ceil(texts));
  if (inner === undefined) return { width, height: NODE.height };
  const { padding, head } = CONTAINER;
  return { width: Math.max(width, inner.width + 2 * padding), height: head + inner.height + padding };
}

interface Placing {
  readonly edges: readonly ScopeEdge[];
  readonly inner: ReadonlyMap<string, Drawing | undefined>;
  readonly options: PlaceOptions;
}

function drawn(graph: Graph, scope: Scope, { edges, inner, options }: Placing): Placed {
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const names = reachedFirst(scope, edges);
  const parts = names.map((name) => nodeParts(graph, name, scope.States[name], inner.get(name), options));
  return {
    width,
    height,
    nodes: parts.flatMap(({ nodes }) => nodes),
    edges: [
      ...edges.map((edge, index) => drawnEdge(graph, edge, index)),
      ...parts.flatMap((part) => part.edges),
    ],
    start: options.hasPoints ? pointOf(graph.node(START)) : { x: 0, y: 0 },
    ...(graph.hasNode(END) && { end: pointOf(graph.node(END)) }),
  };
}

/** A state, and what is within it. */
function nodeParts(
  graph: Graph,
  name: string,
  state: State | undefined,
  inner: Drawing | undefined,
  { parent, isOfChildren }: PlaceOptions,
): Pick<Drawing, 'nodes' | 'edges'> {
  const { x, y, width, height } = graph.node(name) as Point & { width: number; height: number };
  const corner = { x: x - width / 2, y: y - height / 2 };
  const node: GraphNode = {
    name,
    type: state?.Type ?? '',
    ...corner,
    width,
    height,
    ...(parent !== undefined && { parent }),
    isContainer: inner !== undefined,
    isOfChildren,
  };
  if (inner === undefined) return { nodes: [node], edges: [] };
  const beside = (width - inner.width) / 2;
  const within = moved(inner, { x: corner.x + beside, y: corner.y + CONTAINER.head });
  return { nodes: [node, ...within.nodes], edges: within.edges };
}

function drawnEdge(graph: Graph, { from, to, kind, label }: ScopeEdge, index: number): GraphEdge {
  const placed = graph.edge({ v: from ?? START, w: to ?? END, name: String(index) }) as Point & {
    points: readonly Point[];
  };
  return {
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    kind,
    points: placed.points.map(pointOf),
    ...(label !== undefined && { label: { ...pointOf(placed), text: label } }),
  };
}

const pointOf = ({ x, y }: Point): Point => ({ x, y });

function moved(drawing: Drawing, by: Point): Drawing {
  const at = <P extends Point>(point: P): P => ({ ...point, x: point.x + by.x, y: point.y + by.y });
  return {
    ...drawing,
    nodes: drawing.nodes.map(at),
    edges: drawing.edges.map(({ points, label, ...edge }) => ({
      ...edge,
      points: points.map(at),
      ...(label !== undefined && { label: at(label) }),
    })),
  };
}

/** In the order in which an execution comes to them; then those that none comes to. */
function reachedFirst({ StartAt, States }: Scope, edges: readonly ScopeEdge[]): readonly string[] {
  const names = new Set([StartAt]);
  for (const name of names) {
    for (const { from, to } of edges) if (from === name && to !== undefined) names.add(to);
  }
  return [...names.union(new Set(Object.keys(States)))];
}
