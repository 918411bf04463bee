import { isDeepStrictEqual } from 'node:util';
import { isState, type ShadowState, type ShadowValue } from './shadow-document.ts';

/** Objects are merged, null takes away, everything else replaces: "Device Shadow service documents". */
export function merged(before: ShadowState, change: ShadowState): ShadowState {
  return combine(before, change, (value) => value);
}

/** When each value was last set: metadata has a time, in epoch seconds, where the state has a value. */
export function stamped(before: ShadowState, change: ShadowState, timestamp: number): ShadowState {
  return combine(before, change, (value) => stamp(value, timestamp));
}

function stamp(value: ShadowValue, timestamp: number): ShadowValue {
  if (Array.isArray(value)) return value.map((item) => stamp(item, timestamp));
  if (!isState(value)) return { timestamp };
  return mapValues(value, (item) => stamp(item, timestamp));
}

function combine(
  before: ShadowState,
  change: ShadowState,
  leaf: (value: ShadowValue) => ShadowValue,
): ShadowState {
  const result = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(change)) {
    const old = result.get(name);
    if (value === null) result.delete(name);
    else if (isState(value)) result.set(name, combine(isState(old) ? old : {}, value, leaf));
    else result.set(name, leaf(value));
  }
  return Object.fromEntries(result);
}

/** What is desired and not reported so; nothing when there is no difference. Arrays are taken whole. */
export function deltaOf(desired: ShadowState, reported: ShadowState): ShadowState | undefined {
  const delta = new Map<string, ShadowValue>();
  for (const [name, value] of Object.entries(desired)) {
    const other = Object.hasOwn(reported, name) ? reported[name] : undefined;
    if (isState(value) && isState(other)) {
      const below = deltaOf(value, other);
      if (below !== undefined) delta.set(name, below);
    } else if (!isDeepStrictEqual(value, other)) delta.set(name, value);
  }
  return delta.size === 0 ? undefined : Object.fromEntries(delta);
}

/** The parts of the metadata that belong to a part of the state. */
export function metadataFor(state: ShadowState, metadata: ShadowState): ShadowState {
  const names = Object.keys(state).filter((name) => Object.hasOwn(metadata, name));
  return Object.fromEntries(
    names.map((name) => {
      const [value, times] = [state[name], metadata[name] ?? {}];
      return [name, isState(value) && isState(times) ? metadataFor(value, times) : times];
    }),
  );
}

function mapValues(state: ShadowState, map: (value: ShadowValue) => ShadowValue): ShadowState {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, map(value)]));
}
