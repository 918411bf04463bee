import { packagedTemplate } from '@device-lifecycle/test-kit/packaged-template.ts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Statement, statementsOf } from './statements.ts';

const IOT = 'arn:aws:iot:us-east-1:123456789012';
const OWN = '${iot:Connection.Thing.ThingName}';

/** What a resource of AWS IoT's policies covers: `*` is anything, with slashes; `+` and `#` are themselves. */
function covers(resource: string, name: string): boolean {
  const [start = resource, ...more] = resource.split('*');
  if (more.length === 0) return name === resource;
  expect(more).toEqual(['']); // a wildcard at the end is all that the policy uses
  return name.startsWith(start);
}

describe('the policy for devices', () => {
  let statements: readonly Statement[];
  let topics: readonly string[];

  beforeAll(async () => {
    const template = await packagedTemplate();
    statements = statementsOf(template).filter(({ owner }) => owner === 'DevicePolicy');
    topics = template.stack.rules.flatMap(({ sql }) => /FROM 'devices\/\+\/(\w+)'/.exec(sql)?.[1] ?? []);
  });

  /** Whether `sensor-1` may, with its own certificate. */
  const mayOwner = (action: string, resource: string) =>
    statements.some(
      ({ effect, actions, resources }) =>
        effect === 'Allow' &&
        actions.includes(action) &&
        resources.some((own) => covers(own.replaceAll(OWN, 'sensor-1'), `${IOT}:${resource}`)),
    );

  it('says just this', () => {
    const said = statements.map(({ effect, actions, resources, condition }) => ({
      effect,
      actions,
      resources,
      condition,
    }));
    const operations = ['register', 'update', 'heartbeat', 'decommission'];
    expect(said).toEqual([
      {
        effect: 'Allow',
        actions: ['iot:Connect'],
        resources: [`${IOT}:client/${OWN}`],
        condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
      },
      {
        effect: 'Allow',
        actions: ['iot:Publish'],
        resources: operations.map((operation) => `${IOT}:topic/devices/${OWN}/${operation}`),
        condition: {},
      },
      {
        effect: 'Allow',
        actions: ['iot:Subscribe'],
        resources: [`${IOT}:topicfilter/devices/${OWN}/*`],
        condition: {},
      },
      {
        effect: 'Allow',
        actions: ['iot:Receive'],
        resources: [`${IOT}:topic/devices/${OWN}/*`],
        condition: {},
      },
    ]);
  });

  it('lets a device publish what the rules take from devices, and hear the answers', () => {
    expect(topics).toHaveLength(4);
    for (const operation of topics) {
      expect(mayOwner('iot:Publish', `topic/devices/sensor-1/${operation}`)).toBe(true);
      expect(mayOwner('iot:Subscribe', `topicfilter/devices/sensor-1/${operation}/accepted`)).toBe(true);
      expect(mayOwner('iot:Receive', `topic/devices/sensor-1/${operation}/rejected`)).toBe(true);
    }
    for (const filter of [
      'devices/sensor-1/+/accepted',
      'devices/sensor-1/+/rejected',
      'devices/sensor-1/#',
    ]) {
      expect(mayOwner('iot:Subscribe', `topicfilter/${filter}`)).toBe(true);
    }
  });

  it.each([
    ['iot:Connect', 'client/sensor-2'],
    ['iot:Connect', 'client/sensor-10'],
    ['iot:Publish', 'topic/devices/sensor-2/decommission'],
    ['iot:Publish', 'topic/devices/sensor-10/decommission'],
    ['iot:Publish', 'topic/devices/sensor-1/decommission/accepted'],
    ['iot:Publish', 'topic/$aws/rules/anything'],
    ['iot:Subscribe', 'topicfilter/#'],
    ['iot:Subscribe', 'topicfilter/devices/#'],
    ['iot:Subscribe', 'topicfilter/devices/+/decommission/accepted'],
    ['iot:Subscribe', 'topicfilter/devices/sensor-2/+/accepted'],
    ['iot:Subscribe', 'topicfilter/devices/sensor-10/#'],
    ['iot:Subscribe', 'topicfilter/$aws/things/sensor-1/shadow/#'],
    ['iot:Receive', 'topic/devices/sensor-2/decommission/accepted'],
    ['iot:Receive', 'topic/devices/sensor-10/decommission/accepted'],
    ['iot:RetainPublish', 'topic/devices/sensor-1/heartbeat'],
  ])('lets no device %s on %s', (action, resource) => {
    expect(mayOwner(action, resource)).toBe(false);
  });

  it('is named after the stage', async () => {
    const [policy] = (await packagedTemplate('prod')).ofType('AWS::IoT::Policy');
    expect(policy?.properties['PolicyName']).toBe('device-lifecycle-prod-device');
  });
});
