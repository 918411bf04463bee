import { type CallFrame, type PartOf, PROFILER } from './cpu-profile.ts';
import type { SourcePosition } from './source-positions.ts';

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
