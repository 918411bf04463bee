import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

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

/** Where a function stands in the sources; `source` is a path or URL, and empty for what is V8's own. */
export interface SourcePosition {
  readonly source: string;
  /** From 1. */
  readonly line: number;
}

type Locate = (frame: CallFrame) => SourcePosition;

const asItIs: Locate = ({ url, lineNumber }) => ({ source: url, line: lineNumber + 1 });

/** The package of the service has the layer's source maps beside its code. */
function byMap(path: string): Locate | undefined {
  const mapFile = `${path.replace('/code/', '/source-maps/')}.map`;
  if (!path.includes('/code/') || !existsSync(mapFile)) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(mapFile, 'utf8')));
  return ({ lineNumber, columnNumber }) => {
    const entry = map.findEntry(lineNumber, columnNumber);
    if (!('originalSource' in entry)) return { source: path, line: lineNumber + 1 };
    return { source: entry.originalSource, line: entry.originalLine + 1 };
  };
}

/** esbuild writes a comment with its path above each file of a bundle. */
const FILE_COMMENT = /^\/\/ (\S+\/\S+)$/;

function byComments(path: string): Locate | undefined {
  if (!path.includes('/code/') || !existsSync(path)) return undefined;
  const lines = readFileSync(path, 'utf8').split('\n');
  return ({ lineNumber }) => {
    const at = lines.findLastIndex((line, index) => index <= lineNumber && FILE_COMMENT.test(line));
    return { source: FILE_COMMENT.exec(lines[at] ?? '')?.[1] ?? path, line: lineNumber - at };
  };
}

function locatorOf(url: string): Locate {
  if (!url.startsWith('file:')) return asItIs;
  const path = fileURLToPath(url);
  return byMap(path) ?? byComments(path) ?? asItIs;
}

/** Finds functions of the bundled service in its sources; those of anything else are where they say. */
export function createSourcePositions(): (frame: CallFrame) => SourcePosition {
  const locators = new Map<string, Locate>();
  return (frame) => {
    const locate = locators.get(frame.url) ?? locatorOf(frame.url);
    locators.set(frame.url, locate);
    return locate(frame);
  };
}

/** Of the AWS SDK's packages, whose names alone do not tell. */
const SDK_PARTS: readonly (readonly [part: string, of: RegExp])[] = [
  ['SDK: signing', /signature-v4|httpauth|auth-scheme|credential|\/auth\//i],
  [
    'SDK: serialization',
    /submodules\/(protocols|cbor|schema|serde|xml)\/|schemas|xml-builder|dynamodb-codec/,
  ],
  ['SDK: retries', /retry/i],
  ['SDK: endpoints', /endpoint/i],
  ['SDK: HTTP client', /node-http-handler/],
  ['SDK: values of DynamoDB', /util-dynamodb/],
  ['SDK: middleware and the rest', /./],
];
const SDK = /node_modules\/(@aws-sdk|@smithy|@aws-crypto)\/.*/;

/** The first that matches a function's place in the sources says whose work it is. */
const PARTS: typeof SDK_PARTS = [
  ['powertools', /@aws-lambda-powertools|node_modules\/lodash/],
  ['zod', /node_modules\/zod\//],
  ['middy', /@middy/],
  ['MQTT clients', /node_modules\/mqtt\//],
  ['broker', /node_modules\/(aedes|mqemitter|mqtt-packet)|local\/src\/mqtt\//],
  ['rules', /local\/src\/rules\//],
  ['environments of functions', /local\/src\/lambda\/|node:internal\/worker/],
  ['endpoint of the runtime', /local\/src\/(endpoint\/|json-operations|aws)/],
  ['AWS IoT of the runtime', /local\/src\/iot/],
  ['readers of streams', /local\/src\/(streams|engine|ttl)\//],
  ['state machines', /local\/src\/states\/|jsonata/],
  ['logs of the runtime', /local\/src\/logs\//],
  ['rest of the runtime', /packages\/local\/src\//],
  ['middleware of the service', /shared\/middleware\//],
  ['device store', /shared\/adapters\//],
  ['commands and domain', /shared\/|functions\//],
  [PROFILER, /node:inspector|bench\/fleet\/inspector/],
  ['the benchmark', /\/bench\//],
  ['TLS', /^node:(internal\/)?_?tls/],
  ['Node.js: HTTP, sockets', /^node:(_http|http|net|internal\/(http|net|stream_base|streams)|stream)/],
];

/** What V8 calls by a name in brackets. */
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage collector'],
  ['(program)', 'native code'],
]);

/** Tells parts by where functions are, once source maps have told it. */
export function createPartOf(positionOf: (frame: CallFrame) => SourcePosition): PartOf {
  return (frame) => {
    const special = SPECIAL.get(frame.functionName);
    if (special !== undefined) return special;
    const { source } = positionOf(frame);
    const ofSdk = SDK.exec(source)?.[0];
    const [parts, place] = ofSdk === undefined ? [PARTS, source] : [SDK_PARTS, ofSdk];
    return parts.find(([, pattern]) => pattern.test(place))?.[0];
  };
}
