import {
  DynamoDBStreamsClient,
  GetShardIteratorCommand,
  type _Record as StreamsRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createStreamRecords } from '../../src/dead-letters/stream-records.ts';
import { RefusedLetter } from '../../src/errors.ts';

const MAPPED = 'arn:aws:dynamodb:eu-west-1:123456789012:table/devices/stream/of-the-template';
const batch = {
  streamArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/devices/stream/of-the-engine',
  shardId: 'shard-1',
  startSequenceNumber: '9',
  endSequenceNumber: '11',
  batchSize: 2,
};

const record = (sequenceNumber: string, eventName: 'INSERT' | 'MODIFY' = 'INSERT'): StreamsRecord => ({
  eventID: `id-${sequenceNumber}`,
  eventName,
  dynamodb: {
    SequenceNumber: sequenceNumber,
    ApproximateCreationDateTime: new Date(1_780_000_000_000),
    Keys: { id: { S: 'dev-1' } },
    NewImage: { id: { S: 'dev-1' }, key: { M: { bytes: { B: Uint8Array.from([1, 2]) } } } },
  },
});

interface Answers {
  readonly pages?: readonly (readonly StreamsRecord[])[];
  readonly mappings?: readonly EventSourceMappingConfiguration[];
  readonly iteratorError?: string;
}

const mapping: EventSourceMappingConfiguration = {
  EventSourceArn: MAPPED,
  FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
};

/** The SDK's clients, answering without a network. */
function reading({ pages = [], mappings = [mapping], iteratorError }: Answers) {
  const left = [...pages];
  const streams = new DynamoDBStreamsClient({ region: 'eu-west-1' });
  const lambda = new LambdaClient({ region: 'eu-west-1' });
  streams.send = async (command: object) => {
    if (command instanceof GetShardIteratorCommand) {
      if (iteratorError !== undefined) throw Object.assign(new Error('no'), { name: iteratorError });
      return { ShardIterator: 'first' };
    }
    const Records = left.shift();
    return { Records: Records ?? [], ...(left.length > 0 && { NextShardIterator: 'next' }) };
  };
  lambda.send = async () => ({ EventSourceMappings: mappings });
  return createStreamRecords({ streams, lambda }, testStack).read('settle-moved-devices', batch);
}

describe('the records of a batch', () => {
  it('are those from the first to the last that the mapping lets through, in the form of events', async () => {
    const events = await reading({
      pages: [[record('9')], [], [record('10', 'MODIFY'), record('11'), record('12')]],
    });
    expect(events).toMatchObject([{ eventID: 'id-9' }, { eventID: 'id-11' }]);
    expect(events[0]).toEqual({
      eventID: 'id-9',
      eventName: 'INSERT',
      eventSourceARN: MAPPED,
      dynamodb: {
        SequenceNumber: '9',
        ApproximateCreationDateTime: 1_780_000_000,
        Keys: { id: { S: 'dev-1' } },
        NewImage: { id: { S: 'dev-1' }, key: { M: { bytes: { B: 'AQI=' } } } },
      },
    });
  });

  it('tell who deleted a record, in the words of events', async () => {
    const expired = {
      ...record('9'),
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
    };
    const [event] = await reading({ pages: [[expired, record('11')]] });
    expect(event).toMatchObject({ userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } });
  });

  it.each([
    ['the stream begins later', { pages: [[record('10'), record('11')]] }],
    ['the shard ends earlier', { pages: [[record('9'), record('10')]] }],
    ['there is nothing', { pages: [[]] }],
    ['the position is trimmed', { iteratorError: 'TrimmedDataAccessException' }],
    ['the shard is gone', { iteratorError: 'ResourceNotFoundException' }],
  ])('are refused when %s', async (_, answers) => {
    const error = await reading(answers).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedLetter);
    expect(String(error)).toContain('24 hours');
  });

  it.each([
    ['does not read the stream any more', { mappings: [] }],
    ['takes none of them any more', { pages: [[record('9', 'MODIFY'), record('11', 'MODIFY')]] }],
  ])('are refused when the function %s', async (_, answers) => {
    await expect(reading(answers)).rejects.toThrow(/discard it$/);
  });

  it('are not taken for trimmed when AWS fails otherwise', async () => {
    await expect(reading({ iteratorError: 'AccessDeniedException' })).rejects.not.toBeInstanceOf(
      RefusedLetter,
    );
  });
});
