import { invalidRequest } from '../errors.ts';
import type { ThingRecord } from '../things.ts';
import { attributePayloadOf, type Input } from './input.ts';
import { NOTHING, type Operations } from './operation.ts';
import { TOKEN_MEMBERS, tokenPage } from './page.ts';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html and its neighbours */
export const thingOperations: Operations = {
  CreateThing: {
    http: 'POST /things/{thingName}',
    members: ['thingTypeName', 'attributePayload'],
    answer: (input, { registry }) => {
      const { thingName, thingArn, thingId } = registry.things.create({
        thingName: input.text('thingName'),
        thingTypeName: input.optionalText('thingTypeName'),
        attributes: attributePayloadOf(input)?.attributes ?? {},
      });
      return { thingName, thingArn, thingId };
    },
  },
  DescribeThing: {
    http: 'GET /things/{thingName}',
    members: [],
    answer: (input, { registry }) => {
      const thing = registry.things.get(input.text('thingName'));
      return { defaultClientId: thing.thingName, thingId: thing.thingId, ...summary(thing) };
    },
  },
  ListThings: {
    http: 'GET /things',
    members: [
      'attributeName',
      'attributeValue',
      'thingTypeName',
      'usePrefixAttributeValue',
      ...TOKEN_MEMBERS,
    ],
    answer: (input, { registry }) => {
      const found = registry.things.all().filter(matcherOf(input));
      const { items, next } = tokenPage(found, input, ({ thingName }) => thingName);
      return { things: items.map(summary), ...next };
    },
  },
  UpdateThing: {
    http: 'PATCH /things/{thingName}',
    members: ['thingTypeName', 'attributePayload', 'expectedVersion', 'removeThingType'],
    answer: (input, { registry }) => {
      registry.things.update(input.text('thingName'), {
        thingTypeName: input.optionalText('thingTypeName'),
        removeThingType: input.flag('removeThingType'),
        attributePayload: attributePayloadOf(input),
        expectedVersion: input.optionalNumber('expectedVersion'),
      });
      return NOTHING;
    },
  },
  DeleteThing: {
    http: 'DELETE /things/{thingName}',
    members: ['expectedVersion'],
    answer: (input, { registry }) => {
      registry.deleteThing(input.text('thingName'), input.optionalNumber('expectedVersion'));
      return NOTHING;
    },
  },
};

function summary({ thingName, thingArn, thingTypeName, attributes, version }: ThingRecord): object {
  return { thingName, thingArn, thingTypeName, attributes, version };
}

function matcherOf(input: Input): (thing: ThingRecord) => boolean {
  const type = input.optionalText('thingTypeName');
  const name = input.optionalText('attributeName');
  const value = input.optionalText('attributeValue');
  if (value !== undefined && name === undefined) {
    throw invalidRequest('attributeValue needs an attributeName.');
  }
  const isPrefix = input.flag('usePrefixAttributeValue');
  const hasAttribute = (found: string | undefined): boolean => {
    if (found === undefined) return false;
    return value === undefined || (isPrefix ? found.startsWith(value) : found === value);
  };
  return ({ thingTypeName, attributes }) =>
    (type === undefined || thingTypeName === type) && (name === undefined || hasAttribute(attributes[name]));
}
