import { type Chain, forkChain } from './chain.ts';
import {
  type MapState,
  type ParallelState,
  processorOf,
  type QueryLanguageName,
  type StatesContainer,
} from './definition.ts';
import { compileSettings, type MapSettings } from './distributed/settings.ts';
import { linkController } from './interruption.ts';
import { countOf, itemsOf } from './map-items.ts';
import type { QueryLanguage } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import { type CompiledStates, runChain } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import type { Template } from './template.ts';
import { ChainAborted, documentOf, type Json, type JsonDocument, payloadOf } from './values.ts';
import { releaseVariables } from './variables.ts';

/** One of the jobs. */
export interface Job<Item> {
  readonly item: Item;
  /** Its place among them. */
  readonly index: number;
  /** Which of those that run at once it is: one job follows another in the same lane. */
  readonly lane: number;
  /** Ends the job. */
  readonly signal: AbortSignal;
  /** Ends the others, for the job fails; `eventId` is the event that tells why. */
  endOthers(eventId: number): void;
}

/**
 * Runs a job an item, at most `limit` at a time, and gives their results in order.
 * The first that fails aborts the others; once all have ended, its error is thrown.
 */
export async function fanOut<Item, Result>(
  parent: AbortSignal,
  items: readonly Item[],
  limit: number,
  runJob: (job: Job<Item>) => Promise<Result>,
): Promise<Result[]> {
  const siblings = linkController(parent);
  const { signal } = siblings;
  const results = new Array<Result>(items.length);
  const failures: unknown[] = [];
  const endOthers = (eventId: number) => siblings.abort(eventId);
  // Shared by all lanes: each takes the next item that none has taken.
  const queue = items.entries();
  const work = async (_: unknown, lane: number) => {
    for (const [index, item] of queue) {
      try {
        results[index] = await runJob({ item, index, lane, signal, endOthers });
      } catch (error) {
        failures.push(error);
        siblings.abort();
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  siblings.unlink();
  if (failures.length > 0) throw failures[0];
  return results;
}

/** Parallel: every branch gets the same input; the result is the array of their outputs. */
export function compileParallel(
  state: ParallelState,
  language: QueryLanguage,
  compileStates: (container: StatesContainer) => CompiledStates,
): StateBody {
  const branches = state.Branches.map(compileStates);
  const work = language.work(state);
  const exit = language.exit(state, state.Next);
  const attempt: StateBody = async (visit) => {
    const input = await work(visit);
    const outputs = await runBranches(visit, branches, input);
    const result = payloadOf(
      outputs.map((output) => output.value),
      visit.name,
    );
    visit.note('ParallelStateSucceeded');
    return exit(visit, { result });
  };
  return withRecovery(state, language, attempt, (visit) => visit.append('ParallelStateFailed'));
}

async function runBranches(
  visit: StateVisit,
  branches: readonly CompiledStates[],
  input: JsonDocument,
): Promise<JsonDocument[]> {
  visit.append('ParallelStateStarted');
  const { chain } = visit;
  const startedEventId = chain.previousEventId;
  return fanOut(chain.signal, branches, branches.length, async ({ item, index, signal, endOthers }) => {
    const branch: Chain = {
      ...forkChain(chain, signal, `${visit.place}/${index}`),
      previousEventId: startedEventId,
    };
    try {
      const output = await runChain(item, branch, input);
      // What follows the branches is linked to the one that ended last.
      chain.previousEventId = branch.previousEventId;
      return output;
    } catch (thrown) {
      if (!(thrown instanceof ChainAborted)) {
        chain.previousEventId = branch.previousEventId;
        endOthers(branch.previousEventId);
      }
      throw thrown;
    } finally {
      releaseVariables(branch);
    }
  });
}

/** An iteration of an inline Map. */
export interface Iteration {
  /** Of the Map. */
  readonly visit: StateVisit;
  readonly index: number;
  readonly chain: Chain;
  /** The event that it follows. */
  readonly previousEventId: number;
  readonly states: CompiledStates;
}

/**
 * Runs an iteration to its output, and tells of it in the history. The events of its end stand beside the chain: what
 * follows it is linked to its last state's, but for the success of the Map, which is linked to that of the iteration.
 * Throws `StatesError`, after it has ended the others.
 */
export async function runIteration(
  { visit, index, chain, previousEventId, states }: Iteration,
  input: () => Promise<JsonDocument>,
  endOthers: (eventId: number) => void,
): Promise<JsonDocument> {
  const { history } = visit.chain.run;
  const details = { name: visit.name, index };
  chain.previousEventId = history.append('MapIterationStarted', previousEventId, details);
  const tellOuterAborted = chain.beforeAbort;
  let isTold = false;
  const tellAborted = () => {
    // Branches inside it end each other without ending it.
    if (isTold || !chain.signal.aborted) return;
    tellOuterAborted?.();
    isTold = true;
    const { reason } = chain.signal;
    const failedEventId = typeof reason === 'number' ? reason : chain.previousEventId;
    history.append('MapIterationAborted', failedEventId, details);
  };
  try {
    chain.beforeAbort = tellAborted;
    const output = await runChain(states, chain, await input());
    visit.chain.previousEventId = history.append('MapIterationSucceeded', chain.previousEventId, details);
    return output;
  } catch (thrown) {
    if (thrown instanceof ChainAborted) tellAborted();
    else {
      const failedEventId = chain.previousEventId;
      visit.chain.previousEventId = failedEventId;
      history.append('MapIterationFailed', failedEventId, details);
      if (chain.failedIn === 'Task') history.append('TaskStateAborted', failedEventId);
      endOthers(failedEventId);
    }
    throw thrown;
  } finally {
    releaseVariables(chain);
  }
}

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
