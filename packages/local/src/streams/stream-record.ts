import { createHash } from 'node:crypto';

/** Attributes by name, as the API has them: `{ id: { S: 'a' } }`. */
export type Attributes = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A record of a stream, as the API gives it. */
export interface EngineRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: {
    readonly SequenceNumber: string;
    /** Epoch seconds, by the engine's clock. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys?: Attributes;
    readonly OldImage?: Attributes;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A record on its way to a function. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** By the runtime's clock, in epoch milliseconds: what the age of the record counts from. */
  readonly arrivedAtMs: number;
  /** As the engine has it, in epoch milliseconds. */
  readonly createdAtMs: number;
  /** In the form of Lambda's events. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The event as JSON text. */
  readonly json: string;
  /** Of the JSON text. */
  readonly bytes: number;
}

/** What a record's event says of where it comes from. */
export interface RecordSource {
  /** As the template names it. */
  readonly streamArn: string;
  readonly region: string;
  /** As the engine names it: no other stream is called so, now or after a restart. */
  readonly engineStreamArn: string;
}

/** Reads the runtime's own knowledge into records of a stream of the engine: which of them are removals by TTL. */
export type StampRecords = (
  streamArn: string,
  records: readonly EngineRecord[],
) => Promise<readonly EngineRecord[]>;

/** What time it is, in epoch milliseconds. */
export interface Now {
  /** By the runtime's clock, which may have been moved. */
  readonly runtimeMs: number;
  /** For the engine, which stamps the records. */
  readonly engineMs: number;
}

/**
 * A record in the form that Lambda gives it to functions.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function toStreamRecord(record: EngineRecord, source: RecordSource, now: Now): StreamRecord {
  const { SequenceNumber: sequenceNumber, ApproximateCreationDateTime: createdAtSeconds } = record.dynamodb;
  const createdAtMs = createdAtSeconds * 1000;
  const event = {
    ...moveTime(record, now.runtimeMs - now.engineMs),
    ...userIdentity(record['userIdentity']),
    eventID: eventId(record.eventID, source.engineStreamArn),
    awsRegion: source.region,
    eventSourceARN: source.streamArn,
  };
  const json = JSON.stringify(event);
  return {
    sequenceNumber,
    arrivedAtMs: now.runtimeMs - Math.max(0, now.engineMs - createdAtMs),
    createdAtMs,
    event,
    json,
    bytes: Buffer.byteLength(json),
  };
}

/**
 * A record by a clock that is ahead of the engine's by `offsetMs`. The engine does not tell what that was when it wrote
 * the record: what is read after the clock was moved counts from then.
 */
export function moveTime(record: EngineRecord, offsetMs: number): EngineRecord {
  const offsetSeconds = Math.round(offsetMs / 1000);
  if (offsetSeconds === 0) return record;
  const { dynamodb } = record;
  const createdAtSeconds = dynamodb.ApproximateCreationDateTime + offsetSeconds;
  return { ...record, dynamodb: { ...dynamodb, ApproximateCreationDateTime: createdAtSeconds } };
}

/** Who made the change, where it was not a caller: the API capitalises what Lambda does not. */
function userIdentity(identity: unknown): object {
  if (typeof identity !== 'object' || identity === null) return {};
  const { type, Type = type, principalId, PrincipalId = principalId } = identity as Record<string, unknown>;
  return { userIdentity: { type: Type, principalId: PrincipalId } };
}

/** AWS's ids are unique over all streams, where an engine may count in each from one. */
function eventId(engineId: string, engineStreamArn: string): string {
  return createHash('md5').update(`${engineStreamArn}\n${engineId}`).digest('hex');
}
