import { useId } from 'preact/hooks';
import type { ExecutionDetails, StateStatus } from '../../../contract/executions.ts';
import type { GraphEdge, GraphNode, Point, StateGraph } from '../../../contract/state-graph.ts';
import { useMessages } from '../../i18n/locale.ts';
import { statusMessages } from './status-badge.tsx';

/** Beside the colours, for who does not see them. */
export const GLYPHS: Readonly<Record<StateStatus, string>> = {
  running: '●',
  succeeded: '✓',
  caught: '!',
  failed: '✕',
  stopped: '■',
};

/** Of Map and Parallel states, whose names stand above what is in them. */
const HEAD = 48;
const MARK = { x: 22, radius: 10 };
const POINT_RADIUS = 7;
/** Smaller, nobody could read it: then it is scrolled. */
const MIN_FIT = 0.7;

interface StateGraphImageProps {
  readonly graph: StateGraph;
  readonly states: ExecutionDetails['states'];
  /** 1 is a unit a pixel; without, it is no wider than where it stands. */
  readonly scale: number | undefined;
  readonly label: string;
}

/** The graph as an image, for who sees it. */
export function StateGraphImage({ graph, states, scale, label }: StateGraphImageProps) {
  const arrow = useId();
  const { width, height, nodes, edges, start, end } = graph;
  const size =
    scale === undefined
      ? { style: { width: '100%', minWidth: `${width * MIN_FIT}px`, maxWidth: `${width}px` } }
      : { width: width * scale, height: height * scale };
  return (
    <svg class="graph" role="img" aria-label={label} viewBox={`0 0 ${width} ${height}`} {...size}>
      <defs>
        <marker id={arrow} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path class="graph-arrow" d="M0 0 L8 4 L0 8 z" />
        </marker>
      </defs>
      {nodes.map((node) => (
        <StateBox key={node.name} node={node} status={states[node.name]?.status} />
      ))}
      <circle class="graph-point" cx={start.x} cy={start.y} r={POINT_RADIUS} />
      {end !== undefined && <End at={end} />}
      {edges.map((edge, index) => (
        // Two choices can lead to the same state.
        <Edge key={`${index} ${edge.from} ${edge.to}`} edge={edge} arrow={arrow} />
      ))}
    </svg>
  );
}

function StateBox({ node, status }: { readonly node: GraphNode; readonly status: StateStatus | undefined }) {
  const text = useMessages(statusMessages);
  const { name, type, x, y, width, height, isContainer, isOfChildren } = node;
  const unknown = isOfChildren ? text.ofChildren : text.notReached;
  const middle = y + (isContainer ? HEAD : height) / 2;
  return (
    <g class={status === undefined ? undefined : `graph-${status}`} data-state={name} data-status={status}>
      <title>{`${name}: ${status === undefined ? unknown : text.states[status]}`}</title>
      <rect
        class={isContainer ? 'graph-box graph-container' : 'graph-box'}
        x={x}
        y={y}
        width={width}
        height={height}
        rx="8"
      />
      <Mark at={{ x: x + MARK.x, y: middle }} glyph={status === undefined ? '' : GLYPHS[status]} />
      <text x={x + 2 * MARK.x - 4} y={middle - 2}>
        {name}
      </text>
      <text class="graph-type" x={x + 2 * MARK.x - 4} y={middle + 13}>
        {type}
      </text>
    </g>
  );
}

function Mark({ at: { x, y }, glyph }: { readonly at: Point; readonly glyph: string }) {
  return (
    <>
      <circle class="graph-mark" cx={x} cy={y} r={MARK.radius} />
      <text class="graph-glyph" x={x} y={y + 4}>
        {glyph}
      </text>
    </>
  );
}

function End({ at: { x, y } }: { readonly at: Point }) {
  return (
    <>
      <circle class="graph-edge" cx={x} cy={y} r={POINT_RADIUS} />
      <circle class="graph-point" cx={x} cy={y} r={POINT_RADIUS / 2} />
    </>
  );
}

function Edge({ edge, arrow }: { readonly edge: GraphEdge; readonly arrow: string }) {
  const { kind, points, label } = edge;
  return (
    <g>
      <path
        class={kind === 'catch' ? 'graph-edge graph-edge-catch' : 'graph-edge'}
        d={curveThrough(points)}
        marker-end={`url(#${arrow})`}
      />
      {label !== undefined && (
        <text class="graph-label" x={label.x} y={label.y + 4} text-anchor="middle">
          {label.text}
        </text>
      )}
    </g>
  );
}

/** Straight at both ends, round where it turns. */
function curveThrough(points: readonly Point[]): string {
  const [first, ...others] = points;
  const last = others.pop();
  if (first === undefined || last === undefined) return '';
  const turns = others.map((turn, index) => {
    const next = others[index + 1] ?? last;
    const isLastTurn = index === others.length - 1;
    const to = isLastTurn ? next : { x: (turn.x + next.x) / 2, y: (turn.y + next.y) / 2 };
    return `Q${turn.x} ${turn.y} ${to.x} ${to.y}`;
  });
  return `M${first.x} ${first.y} ${turns.length === 0 ? `L${last.x} ${last.y}` : turns.join(' ')}`;
}
