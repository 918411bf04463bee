import type { JsonObject } from '../json.ts';
import type { HttpAnswer } from './service-calls.ts';

/** The case that headers have on AWS; HTTP has none. */
const HEADER_NAMES: ReadonlyMap<string, string> = new Map([
  ['content-length', 'Content-Length'],
  ['content-type', 'Content-Type'],
  ['date', 'Date'],
  ['x-amzn-requestid', 'x-amzn-RequestId'],
]);

/** What an optimized integration tells of the answer besides its members. */
export function metadataOf({ statusCode, requestId, headers }: HttpAnswer): JsonObject {
  const told = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'keep-alive');
  const named = told.map(([name, value]) => [HEADER_NAMES.get(name.toLowerCase()) ?? name, value] as const);
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(named.map(([name, value]) => [name, [value]])),
      HttpHeaders: Object.fromEntries(named),
      HttpStatusCode: statusCode,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
