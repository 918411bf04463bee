import './state-graph.css';
import { useState } from 'preact/hooks';
import type { ExecutionDetails } from '../../../contract/executions.ts';
import type { GraphNode, StateGraph } from '../../../contract/state-graph.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatPercent } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { GLYPHS, StateGraphImage } from './state-graph.tsx';
import { statusMessages } from './status-badge.tsx';

const messages = defineMessages({
  en: {
    title: 'State machine',
    image: 'The state machine as a graph; the list below says the same',
    drawing: 'Drawing',
    fit: 'Fit',
    larger: 'Larger',
    smaller: 'Smaller',
    list: 'As a list',
    visits: (count: number) => (count > 1 ? `, ${count} times` : ''),
    within: (parent: string) => ` (within ${parent})`,
    outdated: 'The state machine has been changed since: this is how it was when this execution started.',
    unknown: (names: string) =>
      `The execution has been in states that this state machine does not have: ${names}.`,
    zoom: 'Zoom',
  },
  ja: {
    title: 'ステートマシン',
    image: 'ステートマシンの図。下の一覧と同じ内容です',
    drawing: '図',
    fit: '幅に合わせる',
    larger: '拡大',
    smaller: '縮小',
    list: '一覧で見る',
    visits: (count: number) => (count > 1 ? `、${count} 回` : ''),
    within: (parent: string) => `（${parent} の中）`,
    outdated: 'このステートマシンはその後変更されています。図は、この実行の開始時点のものです。',
    unknown: (names: string) => `このステートマシンにないステートを実行しています：${names}`,
    zoom: '表示倍率',
  },
});

const [MIN_SCALE, MAX_SCALE, STEP] = [0.4, 2, 1.25];

interface GraphCardProps {
  readonly path: string;
  readonly execution: ExecutionDetails;
}

/** The state machine of an execution, with where it is and was; as an image and as a list. */
export function GraphCard({ path, execution: { states } }: GraphCardProps) {
  const text = useMessages(messages);
  // The definition with which it was started; it never changes.
  const graph = useResource<StateGraph>(path);
  const [scale, setScale] = useState<number>();
  const zoom = (factor: number) => setScale(Math.min(MAX_SCALE, Math.max(MIN_SCALE, (scale ?? 1) * factor)));
  return (
    <Card
      title={text.title}
      actions={
        // biome-ignore lint/a11y/useSemanticElements: a fieldset has a legend that is seen
        <div class="actions" role="group" aria-label={text.zoom}>
          <Button onClick={() => zoom(1 / STEP)} label={text.smaller}>
            −
          </Button>
          <Button onClick={() => setScale(undefined)} title={text.fit}>
            {scale === undefined ? text.fit : formatPercent(scale)}
          </Button>
          <Button onClick={() => zoom(STEP)} label={text.larger}>
            +
          </Button>
        </div>
      }
    >
      <Loaded resource={graph}>
        {(known) => (
          <>
            {known.isOutdated && <p class="note note-info">{text.outdated}</p>}
            <Unknown graph={known} states={states} />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
            <section class="graph-frame" aria-label={text.drawing} tabIndex={0}>
              <StateGraphImage graph={known} states={states} scale={scale} label={text.image} />
            </section>
            <Legend />
            <StateList graph={known} states={states} />
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface StatesProps {
  readonly graph: StateGraph;
  readonly states: ExecutionDetails['states'];
}

/** A definition that does not fit its execution would be drawn as if nothing had happened. */
function Unknown({ graph, states }: StatesProps) {
  const text = useMessages(messages);
  const known = new Set(graph.nodes.map(({ name }) => name));
  const unknown = Object.keys(states).filter((name) => !known.has(name));
  return unknown.length === 0 ? null : <p class="note note-refused">{text.unknown(unknown.join(', '))}</p>;
}

function Legend() {
  const text = useMessages(statusMessages);
  return (
    <ul class="graph-legend hint">
      {(Object.keys(text.states) as (keyof typeof text.states)[]).map((status) => (
        <li key={status}>
          <span aria-hidden="true">{GLYPHS[status]}</span> {text.states[status]}
        </li>
      ))}
    </ul>
  );
}

function StateList({ graph, states }: StatesProps) {
  const text = useMessages(messages);
  const statuses = useMessages(statusMessages);
  const wordsOf = ({ name, isOfChildren }: GraphNode): string => {
    const state = states[name];
    if (state !== undefined) return statuses.states[state.status] + text.visits(state.visits);
    return isOfChildren ? statuses.ofChildren : statuses.notReached;
  };
  return (
    <details>
      <summary>{text.list}</summary>
      <ol class="graph-list">
        {graph.nodes.map((node) => (
          <li key={node.name}>
            <strong>{node.name}</strong> <span class="quiet">{node.type}</span>
            {node.parent !== undefined && text.within(node.parent)}: {wordsOf(node)}
          </li>
        ))}
      </ol>
    </details>
  );
}
