import { forkChain } from './chain.ts';
import type { MapState, StatesContainer } from './definition.ts';
import { fanOut, type Job } from './fan-out.ts';
import type { Json, JsonDocument } from './json.ts';
import { documentOf, payloadOf } from './json.ts';
import { countOf, itemsOf } from './map-items.ts';
import { withRecovery } from './recovery.ts';
import { compileResults, exitWith } from './results.ts';
import type { CompiledStates } from './run-chain.ts';
import { runChain } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import { ChainAborted } from './states-error.ts';
import type { Template } from './template.ts';
import { compileOptional, evaluateTemplate } from './template.ts';

/** How many iterations of an inline Map run at once at most, whatever `MaxConcurrency` says. */
const MAX_INLINE_CONCURRENCY = 40;

interface CompiledMap {
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly processor: CompiledStates;
}

/** Map (inline): runs its processor once an item; the result is the array of the iterations' outputs. */
export function compileMap(
  state: MapState,
  compileStates: (container: StatesContainer) => CompiledStates,
): StateBody {
  const map: CompiledMap = {
    items: compileOptional(state.Items, 'Items'),
    itemSelector: compileOptional(state.ItemSelector, 'ItemSelector'),
    maxConcurrency: compileOptional(state.MaxConcurrency, 'MaxConcurrency'),
    processor: compileStates(state.ItemProcessor),
  };
  const results = compileResults(state, state.Next);
  return withRecovery(state, async (visit) => {
    const items = await itemsOf(visit, map.items);
    const limit = await concurrencyOf(visit, map.maxConcurrency);
    const outputs = await runIterations(visit, map, items, limit);
    const result = payloadOf(
      outputs.map((output) => output.value),
      visit.name,
    );
    visit.append('MapStateSucceeded');
    return exitWith(visit, results, visit.scope({ result: result.value }), result);
  });
}

async function concurrencyOf(visit: StateVisit, maxConcurrency: Template | undefined): Promise<number> {
  if (maxConcurrency === undefined) return MAX_INLINE_CONCURRENCY;
  const limit = await countOf(visit, maxConcurrency);
  // Zero means no limit of its own.
  return limit === 0 ? MAX_INLINE_CONCURRENCY : Math.min(limit, MAX_INLINE_CONCURRENCY);
}

async function runIterations(
  visit: StateVisit,
  map: CompiledMap,
  items: readonly Json[],
  limit: number,
): Promise<JsonDocument[]> {
  const { chain } = visit;
  const startedEventId = visit.append('MapStateStarted', { length: items.length });
  try {
    return await fanOut(chain.signal, items, limit, (job) => runIteration(visit, map, job, startedEventId));
  } catch (thrown) {
    const failure = visit.failure(thrown);
    visit.append('MapStateFailed');
    throw failure;
  }
}

async function runIteration(
  visit: StateVisit,
  map: CompiledMap,
  { index, item, signal }: Job<Json>,
  startedEventId: number,
): Promise<JsonDocument> {
  const { history } = visit.chain.run;
  const mapItem = { Item: { Index: index, Value: item } };
  const details = { name: visit.name, index };
  const chain = {
    ...forkChain(visit.chain, signal, `${visit.place}/${index}`, mapItem),
    previousEventId: history.append('MapIterationStarted', startedEventId, details),
  };
  try {
    const output = await runChain(map.processor, chain, await iterationInput(visit, map, mapItem));
    visit.chain.previousEventId = history.append('MapIterationSucceeded', chain.previousEventId, details);
    return output;
  } catch (thrown) {
    const aborted = thrown instanceof ChainAborted;
    const eventId = history.append(
      aborted ? 'MapIterationAborted' : 'MapIterationFailed',
      chain.previousEventId,
      details,
    );
    if (!aborted) visit.chain.previousEventId = eventId;
    throw thrown;
  }
}

async function iterationInput(
  visit: StateVisit,
  { itemSelector }: CompiledMap,
  mapItem: { Item: { Index: number; Value: Json } },
): Promise<JsonDocument> {
  if (itemSelector === undefined) return documentOf(mapItem.Item.Value);
  return payloadOf(await evaluateTemplate(itemSelector, visit.scope(undefined, mapItem)), visit.name);
}
