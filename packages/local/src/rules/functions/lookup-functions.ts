import type { LookupRequest, RegistryApi } from '../lookups/request.ts';
import { registryApis } from '../lookups/request.ts';
import { isNumeric, numberText } from '../numbers/numeric.ts';
import type { Value } from '../value.ts';
import { type FunctionDefinition, type LookupFunction, literalText } from './definition.ts';

type Check = NonNullable<FunctionDefinition['check']>;

const LIMITS = 'in statements, and not in substitution templates; roles are not checked';

/** "roleArn parameters … do not support variables" (SET clause). */
const checkRole: Check = (args) =>
  literalText(args.at(-1))?.startsWith('arn:') === true
    ? undefined
    : 'its last argument must be the ARN of a role, written out';

const checkDynamoDb: Check = (args) =>
  args.length === 5 ? 'write the name and the value of the sort key, or neither' : checkRole(args);

const checkRegistry: Check = (args) =>
  registryApis.some((api) => api === literalText(args[0]))
    ? checkRole(args)
    : `its first argument must be '${registryApis.join("' or '")}'`;

/** Functions that ask other services. Bad arguments are Undefined. Source: "Functions". */
export const lookupFunctions: Readonly<Record<string, LookupFunction>> = {
  aws_lambda: {
    fewest: 2,
    most: 2,
    allAt: 1,
    limits: LIMITS,
    requestOf: ([functionArn, input]) =>
      typeof functionArn === 'string' && input !== undefined
        ? { kind: 'invoke', functionArn, payload: JSON.stringify(input) }
        : undefined,
  },
  get_dynamodb: {
    fewest: 4,
    most: 6,
    since: '2016-03-23',
    limits: `${LIMITS}, and answers may have more than 8 KB`,
    check: checkDynamoDb,
    requestOf: (args) => itemRequest(args.slice(0, -1)),
  },
  get_thing_shadow: {
    fewest: 2,
    most: 3,
    since: '2016-03-23',
    limits: LIMITS,
    check: checkRole,
    requestOf: (args) => {
      const [thingName, shadowName] = args.slice(0, -1);
      if (typeof thingName !== 'string') return undefined;
      if (args.length === 2) return { kind: 'getThingShadow', thingName, shadowName: undefined };
      return typeof shadowName === 'string' ? { kind: 'getThingShadow', thingName, shadowName } : undefined;
    },
  },
  get_registry_data: {
    fewest: 3,
    most: 3,
    since: '2016-03-23',
    limits: LIMITS,
    check: checkRegistry,
    requestOf: ([api, thingName]) =>
      typeof thingName === 'string' ? { kind: 'registry', api: api as RegistryApi, thingName } : undefined,
  },
};

function itemRequest([tableName, ...keys]: readonly Value[]): LookupRequest | undefined {
  const [partitionName, partitionValue, sortName, sortValue] = keys;
  const partition = keyPart(partitionName, partitionValue);
  const sort = keys.length === 2 ? {} : keyPart(sortName, sortValue);
  return typeof tableName === 'string' && partition !== undefined && sort !== undefined
    ? { kind: 'getItem', tableName, key: { ...partition, ...sort } }
    : undefined;
}

/** A key is a String or a number; no other value of SQL is a key of DynamoDB's. */
function keyPart(
  name: Value,
  value: Value,
): Readonly<Record<string, { readonly [type: string]: string }>> | undefined {
  if (typeof name !== 'string') return undefined;
  if (typeof value === 'string') return { [name]: { S: value } };
  return isNumeric(value) ? { [name]: { N: numberText(value) } } : undefined;
}
