import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../aws.ts';
import { isTooDeepJson } from '../protocol/json.ts';
import { invalidRequest } from './errors.ts';

type ShadowValue = string | number | boolean | null | ShadowState | readonly ShadowValue[];

/** A section of a shadow's state, or of its metadata. */
export interface ShadowState {
  readonly [name: string]: ShadowValue;
}

export const SECTIONS = ['desired', 'reported'] as const;
export type Section = (typeof SECTIONS)[number];

/** What an update asks for. A section that is null is taken away. */
export interface ShadowUpdate {
  readonly state: Readonly<Partial<Record<Section, ShadowState | null>>>;
  readonly version?: number;
  readonly clientToken?: string;
}

/** AWS IoT's quotas for a shadow's document. */
const MAX_BYTES = 8 * 1024;
const MAX_DEPTH = 8;
const MAX_CLIENT_TOKEN_BYTES = 64;

/**
 * Reads the request of UpdateThingShadow. Throws `InvalidRequestException` and `RequestEntityTooLargeException`.
 * Source: AWS IoT developer guide, "Device Shadow service documents".
 */
export function parseShadowUpdate(payload: Buffer): ShadowUpdate {
  if (payload.length > MAX_BYTES) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `The payload exceeds the maximum size allowed, ${MAX_BYTES} bytes`,
      413,
    );
  }
  const document = objectOf(parseJson(payload), 'Invalid JSON: the document');
  const { state, version, clientToken } = document;
  if (state === undefined) throw invalidRequest('Missing required node: state');
  return {
    state: parseState(objectOf(state, 'State node')),
    ...(version === undefined || version === null ? {} : { version: versionOf(version) }),
    ...(clientToken === undefined ? {} : { clientToken: clientTokenOf(clientToken) }),
  };
}

/** The client token of a message, which its answer carries; of one that is no document, nothing. */
export function clientTokenIn(payload: Buffer): { readonly clientToken?: string } {
  if (payload.length > MAX_BYTES || isTooDeepJson(payload)) return {};
  try {
    const { clientToken } = Object(JSON.parse(payload.toString('utf8')));
    return isClientToken(clientToken) ? { clientToken } : {};
  } catch {
    // The content of such a message does not matter, or is answered with an error of its own.
    return {};
  }
}

function parseState(state: ShadowState): ShadowUpdate['state'] {
  const unknown = Object.keys(state).find((name) => !SECTIONS.some((section) => section === name));
  if (unknown !== undefined) throw invalidRequest(`State contains an invalid node: '${unknown}'`);
  const sections = SECTIONS.flatMap((section) => {
    const value = state[section];
    if (value === undefined) return [];
    return [[section, value === null ? null : sectionOf(value, section)] as const];
  });
  return Object.fromEntries(sections);
}

function sectionOf(value: ShadowValue, section: Section): ShadowState {
  const found = objectOf(value, `${section === 'desired' ? 'Desired' : 'Reported'} node`);
  if (depthOf(found) > MAX_DEPTH) {
    throw tooDeep();
  }
  return found;
}

const tooDeep = () => invalidRequest(`JSON contains too many levels of nesting; maximum is ${MAX_DEPTH}`);

function parseJson(payload: Buffer): ShadowValue {
  if (isTooDeepJson(payload)) throw tooDeep();
  try {
    return JSON.parse(payload.toString('utf8')) as ShadowValue;
  } catch (error) {
    throw invalidRequest(`Invalid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function objectOf(value: ShadowValue, what: string): ShadowState {
  if (isState(value)) return value;
  throw invalidRequest(`${what} must be an object`);
}

function versionOf(value: ShadowValue): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalidRequest('Invalid version: it must be a whole number');
}

function clientTokenOf(value: ShadowValue): string {
  if (isClientToken(value)) return value;
  throw invalidRequest(`Invalid clientToken: it must be text of ${MAX_CLIENT_TOKEN_BYTES} bytes at most`);
}

function isClientToken(value: unknown): value is string {
  return typeof value === 'string' && Buffer.byteLength(value) <= MAX_CLIENT_TOKEN_BYTES;
}

function depthOf(value: ShadowValue): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function isState(value: ShadowValue | undefined): value is ShadowState {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
