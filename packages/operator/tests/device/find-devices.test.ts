import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { jsonAnswer, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { claimsOf, guardId } from '../../../../shared/domain/identifiers.ts';
import { findDevices } from '../../src/device/find-devices.ts';

const serialNumber = 'SN-1';
const macAddress = '02-00-5e-10-00-0a';
const TABLES = testStack.tables;

/** Guards as the functions write them: the tool has their form a second time. */
const guards = claimsOf({ serialNumber, macAddress }).map((claim) => ({
  id: guardId(claim),
  deviceId: 'dev-1',
}));
const items = new Map<string, object>([
  [`${TABLES.devices} dev-1`, { id: 'dev-1', serialNumber, macAddress }],
  [`${TABLES.invalidDevices} dev-2`, { id: 'dev-2' }],
  [`${TABLES.devices} serialNumber#dev-2`, { id: 'serialNumber#dev-2', deviceId: 'dev-3' }],
  ...guards.map((guard) => [`${TABLES.devices} ${guard.id}`, guard] as const),
]);

const asked: string[] = [];
const client = new DynamoDBClient(
  wireConfig(({ operation, input }) => {
    if (operation === 'Query') return jsonAnswer({ Items: [] });
    const { S = '' } = Object(input['Key']).id;
    asked.push(S);
    const item = items.get(`${String(input['TableName'])} ${S}`);
    return jsonAnswer(item === undefined ? {} : { Item: marshall(item) });
  }),
);

describe('finding devices', () => {
  it.each([
    ['dev-1', [{ deviceId: 'dev-1', by: 'deviceId' }]],
    [' SN-1 ', [{ deviceId: 'dev-1', by: 'serialNumber' }]],
    ['02:00:5E:10:00:0A', [{ deviceId: 'dev-1', by: 'macAddress' }]],
    ['0200.5e10.000a', [{ deviceId: 'dev-1', by: 'macAddress' }]],
    ['02005e10000A', [{ deviceId: 'dev-1', by: 'macAddress' }]],
    ['dev-3', []],
    ['', []],
    ['x'.repeat(3_000), []],
  ])('by %s finds those that it is of', async (text, found) => {
    expect(await findDevices(client, TABLES, text)).toEqual(found);
  });

  it('finds one by its id, out of service too, and another by the same text as its serial number', async () => {
    expect(await findDevices(client, TABLES, 'dev-2')).toEqual([
      { deviceId: 'dev-2', by: 'deviceId' },
      { deviceId: 'dev-3', by: 'serialNumber' },
    ]);
  });

  it('never takes a guard for a device, nor another text for a MAC address', async () => {
    asked.length = 0;
    expect(await findDevices(client, TABLES, 'serialNumber#SN-1')).toEqual([]);
    expect(await findDevices(client, TABLES, 'abc')).toEqual([]);
    expect(asked.filter((id) => id.startsWith('macAddress#'))).toEqual([]);
  });
});
