import { type PackagedTemplate, packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';

describe('the tables of the packaged template', () => {
  let template: PackagedTemplate;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  it('are the devices and the invalid devices', () => {
    expect(template.stack.tables.map(({ logicalId }) => logicalId)).toEqual([
      'DevicesTable',
      'InvalidDevicesTable',
    ]);
  });

  it('all expire items by the attribute ttl', () => {
    for (const table of template.stack.tables) expect(table.ttlAttribute).toBe('ttl');
  });

  it('all have backups, encryption, a stream of both images and capacity on demand', () => {
    for (const { properties } of template.ofType('AWS::DynamoDB::Table')) {
      expect(properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      });
    }
  });

  it('all have a sparse index of keys alone, over what is to be done to certificates, the oldest first', () => {
    for (const { properties } of template.ofType('AWS::DynamoDB::Table')) {
      expect(properties).toMatchObject({
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'pendingCredentials', AttributeType: 'S' },
          { AttributeName: 'pendingSince', AttributeType: 'N' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'pending-credentials',
            KeySchema: [
              { AttributeName: 'pendingCredentials', KeyType: 'HASH' },
              { AttributeName: 'pendingSince', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      });
    }
  });

  it('can be deleted in dev, and in no other stage', async () => {
    const production = await packagedTemplate('prod');

    const isProtected = ({ stack }: PackagedTemplate) =>
      stack.tables.map(({ createTable }) => createTable['DeletionProtectionEnabled']);

    expect(isProtected(template)).toEqual([false, false]);
    expect(isProtected(production)).toEqual([true, true]);
  });
});
