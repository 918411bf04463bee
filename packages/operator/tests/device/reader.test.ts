import { marshall } from '@aws-sdk/util-dynamodb';
import { jsonAnswer, type WireRequest, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { pendingAttributes } from '../../../../shared/adapters/device-store/records.ts';
import { readDevice } from '../../src/device/reader.ts';

/** A stack whose tables hold these items, by table and id. */
function stackWith(items: Readonly<Record<string, object>>, pending: readonly string[] = []) {
  const requests: WireRequest[] = [];
  const clientConfig = wireConfig((request) => {
    requests.push(request);
    const { operation, input } = request;
    if (operation === 'Query') return jsonAnswer({ Items: pending.map((id) => marshall({ id })) });
    const { S = '' } = Object(input['Key']).id;
    const item = items[`${String(input['TableName']).replace('device-lifecycle-dev-', '')} ${S}`];
    return jsonAnswer(item === undefined ? {} : { Item: marshall(item) });
  });
  return { stack: { ...testStack, clientConfig }, requests };
}

describe('the records of a device', () => {
  it('are read from both tables as they are now, with the guards of its values', async () => {
    const device = { id: 'dev-1', serialNumber: 'SN-1', macAddress: '02-00-5e-10-00-0a' };
    const guard = { id: 'serialNumber#SN-1', deviceId: 'dev-1' };
    const { stack, requests } = stackWith({ 'devices dev-1': device, 'devices serialNumber#SN-1': guard });
    expect(await readDevice(stack, 'dev-1')).toEqual({
      device,
      invalidDevice: undefined,
      guards: [
        { id: 'serialNumber#SN-1', guard },
        { id: 'macAddress#02:00:5E:10:00:0A', guard: undefined },
      ],
      purge: undefined,
    });
    const gets = requests.filter(({ operation }) => operation === 'GetItem');
    expect(gets.map(({ input }) => input['ConsistentRead'])).toEqual([true, true, true, true]);
  });

  // Several, since the tool has the hash of the functions' index a second time: imports do not lead out of cli/.
  it.each(['dev-1', 'dev-2', 'Pump:7_a', 'x'.repeat(128)])(
    'are those of a purge that is not done, by the index of what is pending: %s',
    async (deviceId) => {
      const purge = { id: `purge#${deviceId}#ttl#1`, deviceId, pendingSince: 1 };
      const { stack, requests } = stackWith({ [`invalid-devices ${purge.id}`]: purge }, [purge.id]);
      expect(await readDevice(stack, deviceId)).toMatchObject({ device: undefined, purge });
      const query = requests.find(({ operation }) => operation === 'Query')?.input;
      expect(query).toMatchObject({
        TableName: 'device-lifecycle-dev-invalid-devices',
        IndexName: 'pending-credentials',
        ExpressionAttributeValues: {
          ':purge': { S: `purge#${deviceId}#` },
          ':partition': { S: pendingAttributes(deviceId, 1, 'purge').pendingCredentials },
        },
      });
    },
  );
});
