import { describe, expect, it } from '@jest/globals';
import type { AwsRequest, AwsResponse } from '../../../../local/aws.ts';
import { createMappingsApi, type MappingState } from '../../../../local/streams/api.ts';
import { functionArn, mapping, queueArn } from './consume.ts';

const other = {
  ...mapping,
  uuid: '00000000-0000-0000-0000-000000000002',
  functionArn: `${functionArn}-2`,
  enabled: false,
  filters: ['{"eventName":["INSERT"]}'],
  onFailure: queueArn,
};

const states: readonly MappingState[] = [
  { mapping, lastModifiedMs: 1_767_225_600_000, lastSucceeded: true },
  { mapping: other, lastModifiedMs: 1_767_225_600_000 },
];

const next = async (): Promise<AwsResponse> => ({ status: 299, headers: {}, body: '"next"' });

async function call(path: string, query = '', method = 'GET') {
  const request: AwsRequest = {
    service: 'lambda',
    method,
    path,
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.alloc(0),
  };
  return JSON.parse(String((await createMappingsApi(states, next)(request)).body));
}

const uuids = ({ EventSourceMappings: list }: { EventSourceMappings: { UUID: string }[] }) =>
  list.map(({ UUID }) => UUID.slice(-1));

describe('the API of event source mappings', () => {
  it('describes one', async () => {
    expect(await call(`/2015-03-31/event-source-mappings/${mapping.uuid}`)).toEqual({
      UUID: mapping.uuid,
      EventSourceMappingArn: mapping.arn,
      EventSourceArn: mapping.streamArn,
      FunctionArn: functionArn,
      State: 'Enabled',
      StateTransitionReason: 'User action',
      LastModified: 1_767_225_600,
      LastProcessingResult: 'OK',
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 1,
      TumblingWindowInSeconds: 0,
      BisectBatchOnFunctionError: false,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      FunctionResponseTypes: [],
      DestinationConfig: { OnFailure: {} },
    });
    expect(await call(`/2015-03-31/event-source-mappings/${other.uuid}`)).toMatchObject({
      State: 'Disabled',
      LastProcessingResult: 'No records processed',
      DestinationConfig: { OnFailure: { Destination: queueArn } },
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
    });
  });

  it('lists them all, or those of a function or a stream, page by page', async () => {
    const path = '/2015-03-31/event-source-mappings/';

    expect(uuids(await call(path))).toEqual(['1', '2']);
    expect(uuids(await call(path, 'FunctionName=on-order'))).toEqual(['1']);
    expect(uuids(await call(path, `FunctionName=${functionArn}-2`))).toEqual(['2']);
    expect(uuids(await call(path, 'EventSourceArn=arn:other'))).toEqual([]);
    const first = await call(path, 'MaxItems=1');
    expect(first.NextMarker).toBe(mapping.uuid);
    const last = await call(path, `MaxItems=1&Marker=${first.NextMarker}`);
    expect(uuids(last)).toEqual(['2']);
    expect(last).not.toHaveProperty('NextMarker');
  });

  it('refuses what is not there, not valid, or not to be changed', async () => {
    await expect(call('/2015-03-31/event-source-mappings/x')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
    });
    await expect(call('/2015-03-31/event-source-mappings/', 'MaxItems=0')).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    await expect(call('/2015-03-31/event-source-mappings/', '', 'POST')).rejects.toThrow(
      'change event source mappings in the template',
    );
  });

  it('leaves everything else to the rest of the Lambda API', async () => {
    expect(await call('/2015-03-31/functions/')).toBe('next');
  });
});
