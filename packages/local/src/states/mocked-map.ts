import type { QueryLanguageName } from './definition.ts';
import { batchItems } from './distributed/item-batcher.ts';
import { evaluateConfig, evaluateLimits, type MapSettings } from './distributed/map-settings.ts';
import { exceedsTolerance, thresholdExceeded } from './distributed/tolerance.ts';
import type { Inspector, Mock } from './inspector.ts';
import type { Json, JsonDocument } from './json.ts';
import { contextItem } from './map-items.ts';
import type { StateVisit } from './state-visit.ts';
import type { Template } from './template.ts';

/** What a Map evaluates before its iterations. */
interface MapFields {
  readonly language: QueryLanguageName;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly settings: MapSettings;
}

/**
 * Evaluates the fields of a Map that is tested, and gives what stands for its iterations; undefined where nothing does.
 * Throws `StatesError`.
 */
export async function mockedMap(
  visit: StateVisit,
  fields: MapFields,
  itemsOf: (visit: StateVisit, items: Template | undefined) => Promise<readonly Json[]>,
): Promise<JsonDocument | undefined> {
  const { inspector } = visit.chain.run;
  if (inspector?.mock === undefined) return undefined;
  const { settings, itemSelector } = fields;
  const { readerItems } = inspector.mock;
  const items = settings.reader === undefined ? await itemsOf(visit, fields.items) : (readerItems ?? []);
  if (fields.language === 'JSONPath') inspector.note('afterItemsPath', JSON.stringify(items));
  const limits = await evaluateLimits(visit, settings);
  for (const [name, limit] of Object.entries(limits)) if (limit !== undefined) inspector.note(name, limit);
  const config = await evaluateConfig(visit, settings);
  const selected = await selectedItems(visit, itemSelector, items);
  if (itemSelector !== undefined) inspector.note('afterItemSelector', JSON.stringify(selected));
  if (config.batcher !== undefined)
    await noteBatches(inspector, batchItems(eachOf(selected), config.batcher));
  failAboveTolerance(inspector.mock, limits, items.length);
  return inspector.mock.result();
}

async function selectedItems(
  visit: StateVisit,
  itemSelector: Template | undefined,
  items: readonly Json[],
): Promise<readonly Json[]> {
  if (itemSelector === undefined) return items;
  const selected: Json[] = [];
  for (const [index, item] of items.entries()) {
    const Item = contextItem(index, item);
    selected.push(await itemSelector.evaluate(visit.scope(undefined, { Item })));
  }
  return selected;
}

async function noteBatches(
  inspector: Inspector,
  batches: AsyncIterable<{ readonly input: JsonDocument }>,
): Promise<void> {
  const texts: string[] = [];
  for await (const { input } of batches) texts.push(input.text);
  inspector.note('afterItemBatcher', `[${texts.join(',')}]`);
}

/** Without a tolerance of its own, a Map is said to fail by an error that stands for its work. */
function failAboveTolerance(
  { failedIterations }: Mock,
  limits: Awaited<ReturnType<typeof evaluateLimits>>,
  total: number | undefined,
): void {
  const { toleratedFailureCount, toleratedFailurePercentage } = limits;
  if (toleratedFailureCount === undefined && toleratedFailurePercentage === undefined) return;
  if (exceedsTolerance(limits, failedIterations, total)) throw thresholdExceeded();
}

async function* eachOf(items: readonly Json[]): AsyncGenerator<Json> {
  yield* items;
}
