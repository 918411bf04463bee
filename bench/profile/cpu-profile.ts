/** Where a function is, as V8's profiler tells it; lines and columns count from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * What `Profiler.stop` gives, and what a `.cpuprofile` file holds.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Profiler/
 */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** Ids of nodes, one a sample. */
  readonly samples: readonly number[];
  /** In microseconds, between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

/** Whose work a function is, as far as its own place tells. */
export type PartOf = (frame: CallFrame) => string | undefined;

const IDLE = '(idle)';
/** What {@link PartOf} calls the work of the profiler itself, which is no part of anything. */
export const PROFILER = 'the profiler';
const UNKNOWN = 'other';

/** Each node's part: its own, or that of whoever called it, so that what Node.js does is its caller's. */
function partsByNode({ nodes }: CpuProfile, partOf: PartOf): ReadonlyMap<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, string>();
  const pending = nodes.slice(0, 1).map(({ id }) => ({ id, callersPart: UNKNOWN }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const node = byId.get(next.id);
    if (node === undefined) continue;
    const part = node.callFrame.functionName === IDLE ? IDLE : (partOf(node.callFrame) ?? next.callersPart);
    parts.set(node.id, part);
    for (const id of node.children ?? []) pending.push({ id, callersPart: part });
  }
  return parts;
}

/** How much of the time in which a thread did something went into each part; the sum is 1. */
export function sharesByPart(profile: CpuProfile, partOf: PartOf): ReadonlyMap<string, number> {
  const parts = partsByNode(profile, partOf);
  const spent = new Map<string, number>();
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const part = parts.get(id) ?? UNKNOWN;
    if (part === IDLE || part === PROFILER) continue;
    const microseconds = profile.timeDeltas[index] ?? 0;
    busy += microseconds;
    spent.set(part, (spent.get(part) ?? 0) + microseconds);
  }
  return new Map([...spent].map(([part, microseconds]) => [part, microseconds / busy]));
}
