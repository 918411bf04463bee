import type { GraphEdge } from '../../../contract/state-graph.ts';
import type { Scope, State } from './definition.ts';

const MAX_LABEL = 40;

/** A way from a state to another; from the start without `from`, to the end without `to`. */
export interface ScopeEdge {
  readonly from?: string;
  readonly to?: string;
  readonly kind: GraphEdge['kind'];
  readonly label?: string;
}

/** The ways between the states of a scope. */
export function edgesOf({ StartAt, States }: Scope): readonly ScopeEdge[] {
  const ways = Object.entries(States).flatMap(([from, state]) =>
    waysOut(state).map((way): ScopeEdge => ({ from, ...way })),
  );
  return [{ to: StartAt, kind: 'next' }, ...ways];
}

function waysOut({ Next, Default, Choices = [], Catch = [] }: State): readonly Omit<ScopeEdge, 'from'>[] {
  const choices = Choices.map(({ Next: to, Condition }) => ({
    to,
    kind: 'choice' as const,
    ...labelOf(Condition),
  }));
  const others = Default === undefined ? [] : [{ to: Default, kind: 'choice' as const }];
  const caught = Catch.map(({ Next: to, ErrorEquals }) => ({
    to,
    kind: 'catch' as const,
    label: shortened(ErrorEquals.join(', ')),
  }));
  const onwards = Next === undefined ? [] : [{ to: Next, kind: 'next' as const }];
  const ways = [...choices, ...others, ...onwards];
  return [...(ways.length === 0 ? [{ kind: 'next' as const }] : ways), ...caught];
}

/** Of JSONata, without what marks it as such; rules of JSONPath have no condition that could be told in short. */
function labelOf(condition: unknown): { readonly label?: string } {
  if (typeof condition !== 'string') return {};
  const text = condition.replace(/^\{%|%\}$/g, '').replaceAll('$states.', '');
  return { label: shortened(text.replaceAll(/\s+/g, ' ').trim()) };
}

const shortened = (text: string): string =>
  text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`;
