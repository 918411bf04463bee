import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { derivedActions } from './derived-actions.ts';

describe('the actions derived from code', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'derived-actions-'));
    await writeFile(
      join(directory, 'store.ts'),
      `import { DeleteItemCommand, GetItemCommand, PutItemCommand as Put } from '@aws-sdk/client-dynamodb';
       export const read = () => new GetItemCommand({ TableName: 't', Key: {} });
       export const write = () => new Put({ TableName: 't', Item: {} });
       export const remove = () => new DeleteItemCommand({ TableName: 't', Key: {} });`,
    );
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function derive(code: string): Promise<readonly string[]> {
    const file = join(directory, 'handler.ts');
    await writeFile(file, code);
    return derivedActions(file);
  }

  it('are those of the commands that the handler needs, whatever its modules hold besides', async () => {
    expect(
      await derive(
        `import { read, write } from './store.ts'; export const handler = () => [read(), write()];`,
      ),
    ).toEqual(['dynamodb:GetItem', 'dynamodb:PutItem']);
  });

  it('are those of the items of a transaction', async () => {
    expect(
      await derive(`import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
        const put = { Put: { TableName: 't', Item: {} } };
        const remove = { Delete: { TableName: 't', Key: {} } };
        const update = { Update: {} };
        export const handler = () => new TransactWriteItemsCommand({ TransactItems: [put, remove] });`),
    ).toEqual(['dynamodb:DeleteItem', 'dynamodb:PutItem']);
  });

  it('carry the prefix of their service', async () => {
    expect(
      await derive(`import { StartExecutionCommand } from '@aws-sdk/client-sfn';
        import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
        export const handler = () => [new StartExecutionCommand({}), new PublishCommand({})];`),
    ).toEqual(['iot:Publish', 'states:StartExecution']);
  });

  it.each([
    `import * as sdk from '@aws-sdk/client-dynamodb'; export const handler = () => new sdk.GetItemCommand({});`,
    `import { paginateScan } from '@aws-sdk/client-dynamodb'; export const handler = () => paginateScan({}, {});`,
    `import { ScanCommand } from '@aws-sdk/client-dynamodb'; export const handler = () => [ScanCommand];`,
    `import { OtherCommand } from '@aws-sdk/client-other'; export const handler = () => new OtherCommand({});`,
  ])('are refused where they cannot be told: %s', async (code) => {
    await expect(derive(code)).rejects.toThrow(/cannot be told|PREFIXES/);
  });
});
