import { type ActionDefinition, ActionFailure } from './action.ts';
import { attributesOf } from './attribute-values.ts';
import { callTable } from './call-table.ts';
import { describeFailure } from './describe-failure.ts';
import { ROLE_ARN } from './role.ts';

/** Each root key of what is selected in a column of its own; the table's keys must be among them. */
export const dynamoDBv2: ActionDefinition = {
  failedAction: 'DynamoDBv2Action',
  resourceName: 'TableName',
  source: 'https://docs.aws.amazon.com/iot/latest/developerguide/dynamodb-v2-rule-action.html',
  parameters: { putItem: { templates: 'never', isRequired: true }, roleArn: ROLE_ARN },
  compile(properties, { targets }) {
    const putItem = properties.object('putItem', {
      tableName: { templates: 'only with the API', isRequired: true },
    });
    const tableNameOf = putItem.text('tableName');
    return ({ payload, isJson, scope }) => {
      const TableName = tableNameOf(scope);
      return {
        resource: TableName,
        async run() {
          const Item = isJson ? attributesOf(payload) : undefined;
          if (Item === undefined) {
            throw new ActionFailure('Failed to put item into DynamoDB table. The payload is no JSON object');
          }
          await callTable(targets.dynamodb, 'PutItem', { TableName, Item });
        },
        describe: (error) =>
          describeFailure(error, {
            failure: 'Failed to put item into DynamoDB table',
            service: 'AmazonDynamoDBv2',
            topic: scope.message.topic,
            action: 'dynamoDBv2',
            details: { Table: TableName },
          }),
      };
    };
  },
};
