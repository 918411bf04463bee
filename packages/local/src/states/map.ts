import { forkChain } from './chain.ts';
import { type MapState, processorOf, type QueryLanguageName, type StatesContainer } from './definition.ts';
import { compileSettings, type MapSettings } from './distributed/map-settings.ts';
import { fanOut } from './fan-out.ts';
import type { Json, JsonDocument } from './json.ts';
import { documentOf, payloadOf } from './json.ts';
import { countOf, itemsOf } from './map-items.ts';
import { runIteration } from './map-iteration.ts';
import type { QueryLanguage } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import type { CompiledStates } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import type { Template } from './template.ts';

/** How many iterations of an inline Map run at once at most, whatever `MaxConcurrency` says. */
const MAX_INLINE_CONCURRENCY = 40;

interface CompiledMap {
  readonly language: QueryLanguageName;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly settings: MapSettings;
  readonly processor: CompiledStates;
}

/** Map (inline): runs its processor once an item; the result is the array of the iterations' outputs. */
export function compileMap(
  state: MapState,
  language: QueryLanguage,
  compileStates: (container: StatesContainer) => CompiledStates,
): StateBody {
  const map: CompiledMap = {
    language: language.name,
    items: language.field(state, 'Items'),
    itemSelector: language.field(state, 'ItemSelector'),
    settings: compileSettings(state, language),
    processor: compileStates(processorOf(state)),
  };
  const exit = language.exit(state, state.Next);
  const attempt: StateBody = async (visit) => {
    const items = await itemsOf(visit, map.items);
    const limit = await concurrencyOf(visit, map.settings.maxConcurrency);
    const outputs = await runIterations(visit, map, items, limit);
    const result = payloadOf(
      outputs.map((output) => output.value),
      visit.name,
    );
    visit.note('MapStateSucceeded');
    return exit(visit, { result });
  };
  return withRecovery(state, language, attempt, (visit) => visit.append('MapStateFailed'));
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
  // An iteration that waited for another is linked to that one's last state.
  const before: number[] = [];
  return fanOut(chain.signal, items, limit, async (job) => {
    const { index, item, lane, signal } = job;
    const mapItem = { Item: { Index: index, Value: item } };
    const iteration = {
      visit,
      index,
      chain: forkChain(chain, signal, `${visit.place}/${index}`, mapItem),
      previousEventId: before[lane] ?? startedEventId,
      states: map.processor,
    };
    try {
      return await runIteration(iteration, () => iterationInput(visit, map, mapItem), job.endOthers);
    } finally {
      before[lane] = iteration.chain.previousEventId;
    }
  });
}

async function iterationInput(
  visit: StateVisit,
  { itemSelector }: CompiledMap,
  mapItem: { Item: { Index: number; Value: Json } },
): Promise<JsonDocument> {
  if (itemSelector === undefined) return documentOf(mapItem.Item.Value);
  return payloadOf(await itemSelector.evaluate(visit.scope(undefined, mapItem)), visit.name);
}
