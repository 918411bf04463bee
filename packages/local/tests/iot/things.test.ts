import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DescribeThingCommand,
  ListThingGroupsForThingCommand,
  ListThingsInThingGroupCommand,
  RemoveThingFromThingGroupCommand,
} from '@aws-sdk/client-iot';
import { FakeClock } from '@device-lifecycle/test-kit/fake-clock.ts';
import { expectError, type IotHarness, startIotHarness } from '@device-lifecycle/test-kit/iot-harness.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const clock = new FakeClock();
let iot: IotHarness;

beforeAll(async () => {
  iot = await startIotHarness({ clock });
});

afterAll(() => iot.close());

describe('a thing', () => {
  it('is described as it was created', async () => {
    const attributes = { building: 'b/1' };
    const created = await iot.client.send(
      new CreateThingCommand({ thingName: 'lamp:1', attributePayload: { attributes } }),
    );
    expect(created).toMatchObject({
      thingName: 'lamp:1',
      thingArn: 'arn:aws:iot:us-east-1:000000000000:thing/lamp:1',
      thingId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
    expect(await iot.client.send(new DescribeThingCommand({ thingName: 'lamp:1' }))).toMatchObject({
      thingName: 'lamp:1',
      thingId: created.thingId,
      defaultClientId: 'lamp:1',
      attributes,
      version: 1,
    });
  });

  it('can be created again as it is, and not otherwise', async () => {
    const input = { thingName: 'again', attributePayload: { attributes: { a: '1' } } };
    const { thingId } = await iot.client.send(new CreateThingCommand(input));
    expect((await iot.client.send(new CreateThingCommand(input))).thingId).toBe(thingId);
    const other = iot.client.send(new CreateThingCommand({ thingName: 'again' }));
    await expectError(other, 'ResourceAlreadyExistsException', 409);
    await expect(other).rejects.toMatchObject({ resourceId: thingId });
  });

  it('is deleted when it was never there', async () => {
    await iot.client.send(new DeleteThingCommand({ thingName: 'never' }));
  });

  it.each([
    ['a name with a slash', { thingName: 'a/b' }, 'thingName'],
    [
      'four attributes',
      { thingName: 'x', attributePayload: { attributes: { a: '1', b: '1', c: '1', d: '1' } } },
      '3 at most',
    ],
    [
      'an attribute with a space',
      { thingName: 'x', attributePayload: { attributes: { a: 'b c' } } },
      'value of the attribute a',
    ],
    ['a billing group', { thingName: 'x', billingGroupName: 'b' }, 'takes no billingGroupName'],
  ])('is refused with %s', async (_, input, part) => {
    await expectError(iot.client.send(new CreateThingCommand(input)), 'InvalidRequestException', 400, part);
  });
});

describe('a thing group', () => {
  const create = (thingGroupName: string) => iot.client.send(new CreateThingGroupCommand({ thingGroupName }));

  it('is created once', async () => {
    const { thingGroupId } = await create('once');
    expect((await create('once')).thingGroupId).toBe(thingGroupId);
    await expectError(create('a/b'), 'InvalidRequestException', 400, 'thingGroupName');
  });

  it('is one of ten that a thing may be in', async () => {
    await iot.client.send(new CreateThingCommand({ thingName: 'sociable' }));
    const add = (thingGroupName: string) =>
      iot.client.send(new AddThingToThingGroupCommand({ thingName: 'sociable', thingGroupName }));
    for (let index = 0; index < 10; index += 1) {
      await create(`of-ten-${index}`);
      await add(`of-ten-${index}`);
    }
    await create('eleventh');
    await expectError(add('eleventh'), 'InvalidRequestException', 400, '10 thing groups');
  });

  it('lists its things, and a thing its groups, by pages', async () => {
    await create('paged');
    for (const thingName of ['p1', 'p2', 'p3']) {
      await iot.client.send(new CreateThingCommand({ thingName }));
      await iot.client.send(new AddThingToThingGroupCommand({ thingName, thingGroupName: 'paged' }));
    }
    const page = (nextToken?: string) =>
      iot.client.send(
        new ListThingsInThingGroupCommand({ thingGroupName: 'paged', maxResults: 2, nextToken }),
      );
    const first = await page();
    expect(first.things).toEqual(['p1', 'p2']);
    const last = await page(first.nextToken);
    expect([last.things, last.nextToken]).toEqual([['p3'], undefined]);
    await expectError(page('made-up'), 'InvalidRequestException', 400, 'nextToken');
  });

  it('loses its things with itself, and a thing its groups', async () => {
    await create('ward');
    await create('lift');
    await iot.client.send(new CreateThingCommand({ thingName: 'bed' }));
    const groups = async () => {
      const answer = await iot.client.send(new ListThingGroupsForThingCommand({ thingName: 'bed' }));
      return answer.thingGroups?.map(({ groupName }) => groupName);
    };
    for (const thingGroupName of ['ward', 'lift', 'ward']) {
      await iot.client.send(new AddThingToThingGroupCommand({ thingName: 'bed', thingGroupName }));
    }
    expect(await groups()).toEqual(['lift', 'ward']);
    await iot.client.send(new DeleteThingGroupCommand({ thingGroupName: 'ward' }));
    expect(await groups()).toEqual(['lift']);
    await iot.client.send(new DeleteThingCommand({ thingName: 'bed' }));
    const left = await iot.client.send(new ListThingsInThingGroupCommand({ thingGroupName: 'lift' }));
    expect(left.things).toEqual([]);
  });

  it('is left by a thing once and again', async () => {
    await create('temporary');
    const { thingArn } = await iot.client.send(new CreateThingCommand({ thingName: 'guest' }));
    const member = { thingArn, thingGroupName: 'temporary' };
    await iot.client.send(new AddThingToThingGroupCommand(member));
    expect(iot.registry.thingGroups.thingsIn('temporary')).toEqual(['guest']);
    await iot.client.send(new RemoveThingFromThingGroupCommand(member));
    await iot.client.send(new RemoveThingFromThingGroupCommand(member));
    expect(iot.registry.thingGroups.thingsIn('temporary')).toEqual([]);
  });
});
