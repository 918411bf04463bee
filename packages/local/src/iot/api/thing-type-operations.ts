import type { ThingType, ThingTypeProperties } from '../thing-types.ts';
import type { Input } from './input.ts';
import { epochSeconds, NOTHING, type Operations } from './operation.ts';
import { TOKEN_MEMBERS, tokenPage } from './page.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThingType.html and its neighbours */
export const thingTypeOperations: Operations = {
  CreateThingType: {
    http: 'POST /thing-types/{thingTypeName}',
    members: ['thingTypeProperties', 'tags'],
    answer: (input, { registry }) => {
      const type = registry.thingTypes.create(input.text('thingTypeName'), propertiesOf(input));
      const { thingTypeName, thingTypeArn, thingTypeId } = type;
      return { thingTypeName, thingTypeArn, thingTypeId };
    },
  },
  DescribeThingType: {
    http: 'GET /thing-types/{thingTypeName}',
    members: [],
    answer: (input, { registry }) => {
      const type = registry.thingTypes.get(input.text('thingTypeName'));
      return { thingTypeId: type.thingTypeId, ...definition(type) };
    },
  },
  ListThingTypes: {
    http: 'GET /thing-types',
    members: ['thingTypeName', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const name = input.optionalText('thingTypeName');
      const found = registry.thingTypes
        .all()
        .filter(({ thingTypeName }) => name === undefined || thingTypeName === name);
      const { items, next } = tokenPage(found, input, ({ thingTypeName }) => thingTypeName);
      return { thingTypes: items.map(definition), ...next };
    },
  },
  DeprecateThingType: {
    http: 'POST /thing-types/{thingTypeName}/deprecate',
    members: ['undoDeprecate'],
    answer: (input, { registry }) => {
      registry.thingTypes.deprecate(input.text('thingTypeName'), input.flag('undoDeprecate'));
      return NOTHING;
    },
  },
  DeleteThingType: {
    http: 'DELETE /thing-types/{thingTypeName}',
    members: [],
    answer: (input, { registry }) => {
      const name = input.text('thingTypeName');
      const isUsed = registry.things.all().some(({ thingTypeName }) => thingTypeName === name);
      registry.thingTypes.delete(name, isUsed);
      return NOTHING;
    },
  },
};

function propertiesOf(input: Input): ThingTypeProperties {
  const properties = input.optionalObject('thingTypeProperties', [
    'thingTypeDescription',
    'searchableAttributes',
  ]);
  const thingTypeDescription = properties?.optionalText('thingTypeDescription');
  const searchableAttributes = properties?.optionalTexts('searchableAttributes');
  return {
    ...(thingTypeDescription === undefined ? {} : { thingTypeDescription }),
    ...(searchableAttributes === undefined ? {} : { searchableAttributes }),
  };
}

function definition(type: ThingType): object {
  const { thingTypeName, thingTypeArn, thingTypeProperties, creationDateMs, deprecationDateMs } = type;
  return {
    thingTypeName,
    thingTypeArn,
    thingTypeProperties,
    thingTypeMetadata: {
      deprecated: deprecationDateMs !== undefined,
      creationDate: epochSeconds(creationDateMs),
      ...(deprecationDateMs === undefined ? {} : { deprecationDate: epochSeconds(deprecationDateMs) }),
    },
  };
}
