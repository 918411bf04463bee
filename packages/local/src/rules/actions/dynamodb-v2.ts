import { type ActionDefinition, ActionFailure } from './action.ts';
import { attributesOf } from './attribute-values.ts';
import { callTable } from './call-table.ts';
import { describeFailure } from './describe-failure.ts';
import { ROLE_ARN } from './role.ts';

/** Each root key of what is selected in a column of its own; the table's keys must be among them. */
export const dynamoDBv2: ActionDefinition = {
  failedAction: 'DynamoDBv2Action',
  resourceName: 'Table',
  // https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html
  parameters: { putItem: { templates: 'never', isRequired: true }, roleArn: ROLE_ARN },
  compile(properties, { targets }) {
    const putItem = properties.object('putItem', {
      tableName: { templates: 'only with the API', isRequired: true },
    });
    const tableNameOf = putItem.text('tableName');
    return ({ payload, scope }) => {
      const TableName = tableNameOf(scope);
      return {
        resource: TableName,
        async run() {
          const Item = typeof payload === 'string' ? attributesOf(payload) : undefined;
          if (Item === undefined) {
            throw new ActionFailure('Dynamo Insert record failed. The payload is no JSON object');
          }
          await callTable(targets.dynamodb, 'PutItem', { TableName, Item });
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Dynamo Insert record failed',
            service: 'AmazonDynamoDBv2',
            topic: scope.message.topic,
            action: 'dynamoV2',
            details: { Table: TableName },
          }),
      };
    };
  },
};
