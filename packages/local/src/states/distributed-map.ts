import type { ExecutionRun } from './chain.ts';
import {
  type ExecutionType,
  type ItemProcessor,
  type MapState,
  processorOf,
  type QueryLanguageName,
  type StatesContainer,
} from './definition.ts';
import type { MapRun } from './distributed/map-run.ts';
import type { MapRunConfig, MapRunRecord, MapRunRequest } from './distributed/map-run-record.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import {
  compileSettings,
  evaluateConfig,
  evaluateLimits,
  labelOf,
  type MapSettings,
  sourceOf,
} from './distributed/settings.ts';
import type { DeployedMachine } from './execution-log.ts';
import { type Machine, timeoutSecondsOf } from './machine.ts';
import { contextItem, itemsOf } from './map-items.ts';
import type { QueryLanguage } from './query-language.ts';
import { withRecovery } from './recovery.ts';
import type { CompiledStates } from './run-chain.ts';
import type { StateBody, StateVisit } from './state-visit.ts';
import type { Template } from './template.ts';
import { ChainAborted, type Json, type JsonDocument, payloadOf } from './values.ts';

interface CompiledDistributedMap {
  readonly language: QueryLanguageName;
  readonly mapRuns: MapRuns;
  readonly label: string;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly settings: MapSettings;
  readonly processor: CompiledStates;
  readonly executionType: ExecutionType;
  readonly definitionText: string;
}

interface DistributedMapParts {
  readonly mapRuns: MapRuns;
  /** Of the state machine. */
  readonly queryLanguage: QueryLanguageName;
  compileStates(container: StatesContainer): CompiledStates;
}

/** Whether a Map runs its processor as executions of their own. */
export function isDistributed({ ProcessorConfig }: ItemProcessor): boolean {
  return ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/**
 * Map (distributed): a map run starts a child execution for each item, or batch of items.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function compileDistributedMap(
  stateName: string,
  state: MapState,
  language: QueryLanguage,
  { mapRuns, compileStates, queryLanguage }: DistributedMapParts,
): StateBody {
  const processor = processorOf(state);
  const config = processor.ProcessorConfig;
  const map: CompiledDistributedMap = {
    mapRuns,
    label: labelOf(stateName, state.Label),
    language: language.name,
    items: language.field(state, 'Items'),
    itemSelector: language.field(state, 'ItemSelector'),
    settings: compileSettings(state, language),
    processor: compileStates(processor),
    executionType: config?.Mode === 'DISTRIBUTED' ? config.ExecutionType : 'STANDARD',
    definitionText: JSON.stringify({ ...processor, QueryLanguage: queryLanguage }),
  };
  const exit = language.exit(state, state.Next);
  const attempt: StateBody = async (visit) => exit(visit, { result: await runMap(visit, map) });
  return withRecovery(state, language, attempt, (visit) => visit.append('MapStateFailed'));
}

async function runMap(visit: StateVisit, map: CompiledDistributedMap): Promise<JsonDocument> {
  const { progress, run } = visit.chain;
  const mapRun = await openMapRun(visit, map);
  const tellAborted = () => void visit.append('MapRunAborted');
  run.beforeEnd.add(tellAborted);
  try {
    const result = payloadOf(await map.mapRuns.run(mapRun), visit.name);
    visit.append('MapRunSucceeded');
    visit.note('MapStateSucceeded');
    progress?.mapRunDone();
    return result;
  } catch (thrown) {
    if (thrown instanceof ChainAborted) tellAborted();
    const failure = visit.failure(thrown);
    // AWS starts another map run in a redrive when it was the results that were too large.
    if (failure.error === 'States.DataLimitExceeded') progress?.mapRunDone();
    visit.append('MapRunFailed', failure.told());
    throw failure;
  } finally {
    run.beforeEnd.delete(tellAborted);
  }
}

/** Goes on with the map run that the state has left unfinished, or starts one. */
async function openMapRun(visit: StateVisit, map: CompiledDistributedMap): Promise<MapRun> {
  const { progress } = visit.chain;
  const { mapRuns } = map;
  const unfinished = visit.takeUnfinishedMapRun();
  const record = unfinished === undefined ? undefined : mapRuns.find(unfinished);
  if (record !== undefined && isToGoOn(record, visit.chain.run)) {
    const mapRun = mapRuns.goOn(await requestOf(visit, map, record.config), record);
    const { mapRunArn, redriveCount } = mapRun.record;
    if (redriveCount > record.redriveCount) visit.append('MapRunRedriven', { mapRunArn, redriveCount });
    return mapRun;
  }
  visit.append('MapStateStarted', { length: 0 });
  const mapRun = mapRuns.start(await requestOf(visit, map, await evaluateConfig(visit, map.settings)));
  const { mapRunArn } = mapRun.record;
  progress?.mapRunStarted(mapRunArn);
  visit.append('MapRunStarted', { mapRunArn });
  return mapRun;
}

/** One that had failed before the runtime ended was to be followed by another, of a retry. */
function isToGoOn({ status }: MapRunRecord, { isRedriven }: ExecutionRun): boolean {
  return isRedriven || status !== 'FAILED';
}

async function requestOf(
  visit: StateVisit,
  map: CompiledDistributedMap,
  config: MapRunConfig,
): Promise<MapRunRequest> {
  const { run, signal } = visit.chain;
  return {
    run,
    signal,
    machine: childMachine(run.machine, map),
    config,
    limits: await evaluateLimits(visit, map.settings),
    items: config.reader === undefined ? await itemsOf(visit, map.items) : [],
    select: selectorOf(visit, map, sourceOf(config.reader)),
  };
}

function selectorOf(visit: StateVisit, { itemSelector }: CompiledDistributedMap, source: string) {
  return async (item: Json, index: number): Promise<Json> => {
    if (itemSelector === undefined) return item;
    const Item = contextItem(index, item, source);
    return itemSelector.evaluate(visit.scope(undefined, { Item }));
  };
}

/** The item processor as the machine of the children: `{machine}/{label}`, logged where the machine is. */
function childMachine(machine: DeployedMachine, map: CompiledDistributedMap): Machine {
  return {
    ...machine,
    name: `${machine.name}/${map.label}`,
    arn: `${machine.arn}/${map.label}`,
    type: map.executionType,
    states: map.processor,
    definitionText: map.definitionText,
    timeoutSeconds: timeoutSecondsOf(map.executionType),
  };
}
