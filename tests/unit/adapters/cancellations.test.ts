import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { describeCancellation } from '../../../shared/adapters/device-store/cancellations.ts';

const ITEMS: TransactWriteItem[] = [
  { Put: { TableName: 'invalid', Item: { id: { S: 'sensor-1' } } } },
  { Delete: { TableName: 'devices', Key: { id: { S: 'sensor-1' } } } },
  {
    Update: { TableName: 'devices', Key: { id: { S: 'serialNumber#SN#1' } }, UpdateExpression: 'SET a = :a' },
  },
  {
    ConditionCheck: {
      TableName: 'devices',
      Key: { id: { S: 'macAddress#00:11' } },
      ConditionExpression: 'attribute_exists(id)',
    },
  },
];

const describeCodes = (...codes: string[]) =>
  describeCancellation(
    codes.map((Code) => ({ Code })),
    ITEMS,
    'invalid',
  );

describe('what is said of a cancelled transaction', () => {
  it('names every item for which the reason was given, by what it is', () => {
    const code = 'ConditionalCheckFailed';
    expect(describeCodes(code, code, code, code)).toEqual({
      reason: 'ConditionalCheckFailed',
      items: ['invalidDevice', 'device', 'serialNumber', 'macAddress'],
    });
  });

  it('is the reason that decides: a conflict before a throttle before a failed condition', () => {
    expect(describeCodes('ConditionalCheckFailed', 'ThrottlingError', 'TransactionConflict', 'None')).toEqual(
      {
        reason: 'TransactionConflict',
        items: ['serialNumber'],
      },
    );
    expect(describeCodes('ConditionalCheckFailed', 'None', 'None', 'ProvisionedThroughputExceeded')).toEqual({
      reason: 'Throttled',
      items: ['macAddress'],
    });
  });

  it("is DynamoDB's own code for anything else", () => {
    expect(describeCodes('None', 'ItemCollectionSizeLimitExceeded', 'None', 'None')).toEqual({
      reason: 'ItemCollectionSizeLimitExceeded',
      items: ['device'],
    });
  });
});
