import { RuleError } from '../rule-error.ts';
import { type ActionDefinition, ActionFailure, type ActionInput } from './action.ts';
import { type AttributeValue, attributeValue } from './attribute-values.ts';
import { callTable } from './call-table.ts';
import { describeFailure } from './describe-failure.ts';
import type { ActionProperties, FillIn } from './properties.ts';
import { ROLE_ARN } from './role.ts';

type Key = Readonly<Record<string, AttributeValue>>;

const OPERATIONS = ['INSERT', 'UPDATE', 'DELETE'];

/** The whole of what is selected, in one column. */
export const dynamoDB: ActionDefinition = {
  failedAction: 'DynamoAction',
  resourceName: 'Table',
  // https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-rule-action.html
  parameters: {
    tableName: { templates: 'only with the API', isRequired: true },
    hashKeyField: { templates: 'only with the API', isRequired: true },
    hashKeyValue: { templates: 'always', isRequired: true },
    hashKeyType: { templates: 'never' },
    rangeKeyField: { templates: 'only with the API' },
    rangeKeyValue: { templates: 'always' },
    rangeKeyType: { templates: 'never' },
    payloadField: {
      templates: 'always',
    },
    operation: {
      templates: 'always',
      isOnlyInApi: true,
    },
    roleArn: ROLE_ARN,
  },
  compile(properties, { targets }) {
    const tableNameOf = properties.text('tableName');
    const keyOf = compileKey(properties);
    const payloadFieldOf = properties.optionalText('payloadField');
    const operationOf = compileOperation(properties);
    return (input) => {
      const { scope } = input;
      const TableName = tableNameOf(scope);
      const Key = keyOf(input);
      const operation = operationOf(scope);
      const column = payloadFieldOf?.(scope) ?? 'payload';
      return {
        resource: TableName,
        resources: resourcesOf(input, { TableName, Key, operation }),
        async run() {
          const call = callOf(operation, { Key, column, payload: () => payloadValue(input) });
          if (call === undefined) {
            throw new ActionFailure(
              `Dynamo record failed. The operation ${operation} is none of ${OPERATIONS.join(', ')}`,
            );
          }
          await callTable(targets.dynamodb, call.name, { TableName, ...call.input });
        },
        describe: (error) =>
          describeFailure(error, {
            failure: `Dynamo ${nameOf(operation)} record failed`,
            service: 'AmazonDynamoDBv2',
            topic: scope.message.topic,
            action: 'dynamo',
            details: { Table: TableName, ...keyDetails(Key) },
          }),
      };
    };
  },
};

function compileKey(properties: ActionProperties): (input: ActionInput) => Key {
  const hash = compileKeyPart(properties, 'hashKey');
  if (properties.written('rangeKeyField') === undefined) {
    if (properties.written('rangeKeyValue') !== undefined) {
      throw new RuleError(`${properties.nameOf('rangeKeyField')} is missing`);
    }
    return ({ scope }) => Object.fromEntries([hash(scope)]);
  }
  const range = compileKeyPart(properties, 'rangeKey');
  return ({ scope }) => Object.fromEntries([hash(scope), range(scope)]);
}

function compileKeyPart(properties: ActionProperties, part: 'hashKey' | 'rangeKey') {
  const fieldOf = properties.text(`${part}Field`);
  const keyValueOf = properties.text(`${part}Value`);
  const type = properties.oneOf(`${part}Type`, ['STRING', 'NUMBER']) === 'NUMBER' ? 'N' : 'S';
  return (scope: Parameters<FillIn>[0]) => [fieldOf(scope), { [type]: keyValueOf(scope) }] as const;
}

function compileOperation(properties: ActionProperties): FillIn {
  const written = properties.written('operation') ?? 'INSERT';
  if (!written.includes('${') && !OPERATIONS.includes(written)) {
    throw new RuleError(
      `${properties.nameOf('operation')} is ${written}; it must be one of ${OPERATIONS.join(', ')}`,
    );
  }
  return properties.optionalText('operation') ?? (() => 'INSERT');
}

interface Write {
  readonly Key: Key;
  readonly column: string;
  readonly payload: () => AttributeValue;
}

function callOf(operation: string, { Key, column, payload }: Write) {
  switch (operation) {
    case 'INSERT':
      return { name: 'PutItem', input: { Item: { [column]: payload(), ...Key } } };
    case 'UPDATE':
      return {
        name: 'UpdateItem',
        input: {
          Key,
          UpdateExpression: 'SET #payload = :payload',
          ExpressionAttributeNames: { '#payload': column },
          ExpressionAttributeValues: { ':payload': payload() },
        },
      };
    case 'DELETE':
      return { name: 'DeleteItem', input: { Key } };
    default:
      return undefined;
  }
}

/** "This rule writes non-JSON data to DynamoDB as binary data." */
function payloadValue({ payload }: ActionInput): AttributeValue {
  const value = typeof payload === 'string' ? attributeValue(payload) : { B: payload.toString('base64') };
  if (value !== undefined) return value;
  throw new ActionFailure('Dynamo record failed. The payload is nested too deeply');
}

/** As AWS writes it: `Insert`. */
function nameOf(operation: string): string {
  return operation.charAt(0) + operation.slice(1).toLowerCase();
}

function keyDetails(key: Key): Record<string, string> {
  const [[hashField, hash] = ['', {}], [rangeField, range] = ['None', { S: 'None' }]] = Object.entries(key);
  return {
    HashKeyField: hashField,
    HashKeyValue: valueIn(hash),
    RangeKeyField: rangeField,
    RangeKeyValue: valueIn(range),
  };
}

interface Call {
  readonly TableName: string;
  readonly Key: Key;
  readonly operation: string;
}

function resourcesOf({ payload }: ActionInput, { TableName, Key, operation }: Call): Record<string, string> {
  const [[hashField, hash] = ['', {}], range] = Object.entries(Key);
  return {
    ItemHashKeyField: hashField,
    Table: TableName,
    Operation: nameOf(operation),
    ItemHashKeyValue: valueIn(hash),
    IsPayloadJSON: String(typeof payload === 'string'),
    ...(range === undefined ? {} : { ItemRangeKeyField: range[0], ItemRangeKeyValue: valueIn(range[1]) }),
  };
}

function valueIn(value: AttributeValue): string {
  return String(Object.values(value)[0]);
}
