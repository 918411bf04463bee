import {
  AddThingToThingGroupCommand,
  CreateThingCommand,
  CreateThingGroupCommand,
  CreateThingTypeCommand,
  DeleteThingCommand,
  DeleteThingGroupCommand,
  DeleteThingTypeCommand,
  DeprecateThingTypeCommand,
  DescribeThingCommand,
  DescribeThingGroupCommand,
  DescribeThingTypeCommand,
  ListThingGroupsCommand,
  ListThingGroupsForThingCommand,
  ListThingsCommand,
  ListThingsInThingGroupCommand,
  ListThingTypesCommand,
  paginateListThings,
  RemoveThingFromThingGroupCommand,
  UpdateThingCommand,
  UpdateThingGroupCommand,
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

  it('merges attributes or replaces them, takes away empty ones, and counts its versions', async () => {
    const thingName = 'changing';
    const update = (attributes: Record<string, string>, merge: boolean) =>
      iot.client.send(new UpdateThingCommand({ thingName, attributePayload: { attributes, merge } }));
    await iot.client.send(
      new CreateThingCommand({ thingName, attributePayload: { attributes: { a: '1' } } }),
    );
    await update({ b: '2' }, true);
    expect(iot.registry.findThing(thingName)).toMatchObject({ attributes: { a: '1', b: '2' }, version: 2 });
    await update({ a: '' }, true);
    expect(iot.registry.findThing(thingName)?.attributes).toEqual({ b: '2' });
    await update({ c: '3' }, false);
    expect(iot.registry.findThing(thingName)?.attributes).toEqual({ c: '3' });
  });

  it('is not changed or deleted when it is not of the expected version', async () => {
    const thingName = 'versioned';
    await iot.client.send(new CreateThingCommand({ thingName }));
    await iot.client.send(new UpdateThingCommand({ thingName, expectedVersion: 1 }));
    await expectError(
      iot.client.send(new UpdateThingCommand({ thingName, expectedVersion: 1 })),
      'VersionConflictException',
      409,
    );
    await expectError(
      iot.client.send(new DeleteThingCommand({ thingName, expectedVersion: 1 })),
      'VersionConflictException',
      409,
    );
    await iot.client.send(new DeleteThingCommand({ thingName, expectedVersion: 2 }));
    await expectError(
      iot.client.send(new DescribeThingCommand({ thingName })),
      'ResourceNotFoundException',
      404,
    );
  });

  it('is deleted when it was never there', async () => {
    await iot.client.send(new DeleteThingCommand({ thingName: 'never', expectedVersion: 7 }));
  });

  it.each([
    ['a name with a slash', { thingName: 'a/b' }, 'thingName'],
    [
      'four attributes without a type',
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

  it('is listed by attribute, by type and in pages', async () => {
    await iot.client.send(new CreateThingTypeCommand({ thingTypeName: 'listed' }));
    for (let index = 0; index < 5; index += 1) {
      await iot.client.send(
        new CreateThingCommand({
          thingName: `listed-${index}`,
          thingTypeName: index < 4 ? 'listed' : undefined,
          attributePayload: { attributes: { floor: `f${index % 2}` } },
        }),
      );
    }
    const names: (string | undefined)[] = [];
    const pages = paginateListThings({ client: iot.client, pageSize: 3 }, { thingTypeName: 'listed' });
    const sizes: number[] = [];
    for await (const { things = [] } of pages) {
      sizes.push(things.length);
      names.push(...things.map(({ thingName }) => thingName));
    }
    expect(sizes).toEqual([3, 1]);
    expect(names).toEqual(['listed-0', 'listed-1', 'listed-2', 'listed-3']);
    const byAttribute = await iot.client.send(
      new ListThingsCommand({ attributeName: 'floor', attributeValue: 'f1' }),
    );
    expect(byAttribute.things?.map(({ thingName }) => thingName)).toEqual(['listed-1', 'listed-3']);
    const byPrefix = await iot.client.send(
      new ListThingsCommand({ attributeName: 'floor', attributeValue: 'f', usePrefixAttributeValue: true }),
    );
    expect(byPrefix.things).toHaveLength(5);
    await expectError(
      iot.client.send(new ListThingsCommand({ nextToken: 'made-up' })),
      'InvalidRequestException',
      400,
    );
  });
});

describe('a thing type', () => {
  it('is created once, and gives its things fifty attributes', async () => {
    const thingTypeProperties = { thingTypeDescription: 'lamps', searchableAttributes: ['colour'] };
    const input = { thingTypeName: 'lamp', thingTypeProperties };
    const { thingTypeId } = await iot.client.send(new CreateThingTypeCommand(input));
    expect((await iot.client.send(new CreateThingTypeCommand(input))).thingTypeId).toBe(thingTypeId);
    await expectError(
      iot.client.send(new CreateThingTypeCommand({ thingTypeName: 'lamp' })),
      'ResourceAlreadyExistsException',
      409,
    );
    expect(await iot.client.send(new DescribeThingTypeCommand({ thingTypeName: 'lamp' }))).toMatchObject({
      thingTypeProperties,
      thingTypeMetadata: { deprecated: false, creationDate: new Date(clock.now()) },
    });
    const attributes = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`a${index}`, '1']));
    const thing = { thingName: 'typed', thingTypeName: 'lamp', attributePayload: { attributes } };
    await iot.client.send(new CreateThingCommand(thing));
    expect(iot.registry.findThing('typed')?.thingTypeName).toBe('lamp');
    await expectError(
      iot.client.send(new CreateThingCommand({ thingName: 'y', thingTypeName: 'unknown' })),
      'ResourceNotFoundException',
      404,
    );
  });

  it('is deleted when it has been deprecated for five minutes and no thing has it', async () => {
    const thingTypeName = 'old';
    await iot.client.send(new CreateThingTypeCommand({ thingTypeName }));
    await iot.client.send(new CreateThingCommand({ thingName: 'of-old', thingTypeName }));
    const remove = () => iot.client.send(new DeleteThingTypeCommand({ thingTypeName }));
    await expectError(remove(), 'InvalidRequestException', 400, 'deprecate it first');
    await iot.client.send(new DeprecateThingTypeCommand({ thingTypeName }));
    await expectError(
      iot.client.send(new CreateThingCommand({ thingName: 'late', thingTypeName })),
      'InvalidRequestException',
      400,
      'deprecated',
    );
    await clock.advance(299_000);
    await expectError(remove(), 'InvalidRequestException', 400, '5 minutes');
    await clock.advance(1_000);
    await expectError(remove(), 'InvalidRequestException', 400, 'things still have it');
    await iot.client.send(new UpdateThingCommand({ thingName: 'of-old', removeThingType: true }));
    await remove();
    const { thingTypes = [] } = await iot.client.send(new ListThingTypesCommand({}));
    expect(thingTypes.map((type) => type.thingTypeName)).not.toContain(thingTypeName);
  });

  it('can be used again when its deprecation is undone', async () => {
    const thingTypeName = 'undone';
    await iot.client.send(new CreateThingTypeCommand({ thingTypeName }));
    await iot.client.send(new DeprecateThingTypeCommand({ thingTypeName }));
    await iot.client.send(new DeprecateThingTypeCommand({ thingTypeName, undoDeprecate: true }));
    await iot.client.send(new CreateThingCommand({ thingName: 'of-undone', thingTypeName }));
  });
});

describe('a thing group', () => {
  const create = (thingGroupName: string, parentGroupName?: string) =>
    iot.client.send(new CreateThingGroupCommand({ thingGroupName, parentGroupName }));

  it('knows its ancestors, its children and its things', async () => {
    await create('site');
    await create('hall', 'site');
    await create('room', 'hall');
    await iot.client.send(new CreateThingCommand({ thingName: 'door' }));
    await iot.client.send(new AddThingToThingGroupCommand({ thingName: 'door', thingGroupName: 'room' }));
    const described = await iot.client.send(new DescribeThingGroupCommand({ thingGroupName: 'room' }));
    expect(described.version).toBe(1);
    expect(described.thingGroupMetadata?.rootToParentThingGroups?.map(({ groupName }) => groupName)).toEqual([
      'site',
      'hall',
    ]);
    const things = async (recursive: boolean) =>
      (await iot.client.send(new ListThingsInThingGroupCommand({ thingGroupName: 'site', recursive })))
        .things;
    expect(await things(false)).toEqual([]);
    expect(await things(true)).toEqual(['door']);
    const below = await iot.client.send(new ListThingGroupsCommand({ parentGroup: 'site', recursive: true }));
    expect(below.thingGroups?.map(({ groupName }) => groupName)).toEqual(['hall', 'room']);
    const children = await iot.client.send(new ListThingGroupsCommand({ parentGroup: 'site' }));
    expect(children.thingGroups?.map(({ groupName }) => groupName)).toEqual(['hall']);
    await expectError(
      iot.client.send(new AddThingToThingGroupCommand({ thingName: 'door', thingGroupName: 'site' })),
      'InvalidRequestException',
      400,
      'same hierarchy',
    );
    await expectError(
      iot.client.send(new DeleteThingGroupCommand({ thingGroupName: 'hall' })),
      'InvalidRequestException',
      400,
      'child',
    );
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
    const { version } = await iot.client.send(
      new UpdateThingGroupCommand({
        thingGroupName: 'ward',
        thingGroupProperties: { attributePayload: { attributes: { floor: '1' } } },
      }),
    );
    expect(version).toBe(2);
    await expectError(
      iot.client.send(new DeleteThingGroupCommand({ thingGroupName: 'ward', expectedVersion: 1 })),
      'VersionConflictException',
      409,
    );
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
    expect(iot.registry.memberships.thingsIn('temporary')).toEqual(['guest']);
    await iot.client.send(new RemoveThingFromThingGroupCommand(member));
    await iot.client.send(new RemoveThingFromThingGroupCommand(member));
    expect(iot.registry.memberships.thingsIn('temporary')).toEqual([]);
  });
});
