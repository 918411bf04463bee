import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '@device-lifecycle/test-kit/silent-log.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Endpoint, startEndpoint } from '../src/endpoint/endpoint.ts';
import { assertStackFileIsFree, createStackFileWriter, removeStackFile } from '../src/stack-file.ts';
import { EMPTY_STACK } from './support/empty-stack.ts';

let directory: string;
let path: string;
let endpoint: Endpoint;

const placeAt = (awsEndpointUrl: string) => ({
  region: 'us-east-1',
  accountId: '000000000000',
  awsEndpointUrl,
  mqtt: { host: 'localhost', port: 1, caFile: '.local/ca.pem' },
});

const stackAt = (awsEndpointUrl: string) => ({
  ...placeAt(awsEndpointUrl),
  tables: {},
  stateMachines: {},
  functions: {},
  queues: {},
  buckets: {},
  policies: {},
  eventBuses: {},
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'stack-file-'));
  path = join(directory, 'stack.json');
  endpoint = await startEndpoint({ host: '127.0.0.1', port: 0, services: {}, log: silentLog });
});

afterEach(async () => {
  await endpoint.close();
  await rm(directory, { recursive: true });
});

describe('a stack file', () => {
  it('is not taken from a stack that runs', async () => {
    await createStackFileWriter(path).open(placeAt(endpoint.url), []);
    await expect(assertStackFileIsFree(path)).rejects.toMatchObject({
      name: 'StackFileError',
      message: expect.stringMatching(
        `^The stack of ${path} is running, at ${endpoint.url}: .* --stack-file, .*\\.$`,
      ),
    });
  });

  it('is free when its stack was ended by force, or when there is none', async () => {
    await expect(assertStackFileIsFree(path)).resolves.toBeUndefined();
    await createStackFileWriter(path).open(placeAt('http://127.0.0.1:1'), []);
    await expect(assertStackFileIsFree(path)).resolves.toBeUndefined();
    await writeFile(path, '{"awsEndpoint');
    await expect(assertStackFileIsFree(path)).resolves.toBeUndefined();
  });

  it('is removed by its own stack alone', async () => {
    await createStackFileWriter(path).open(placeAt('http://127.0.0.1:2'), []);
    await removeStackFile(path, placeAt('http://127.0.0.1:1'));
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(stackAt('http://127.0.0.1:2'));
    await removeStackFile(path, placeAt('http://127.0.0.1:2'));
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('has the names of all stacks that run, those of the first where several have the same', async () => {
    const deployed = (stackName: string, ids: readonly string[]) => ({
      stack: {
        ...EMPTY_STACK,
        tables: ids.map((logicalId) => ({
          logicalId,
          tableName: `${stackName}-${logicalId}`,
          createTable: {},
        })),
      },
    });
    const file = createStackFileWriter(path);
    await file.update([deployed('early', ['A'])]);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
    await file.open(placeAt('http://127.0.0.1:3'), [deployed('one', ['OrdersTable'])]);
    await file.update([deployed('one', ['OrdersTable']), deployed('two', ['OrdersTable', 'Returns'])]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      ...stackAt('http://127.0.0.1:3'),
      tables: { orders: 'one-OrdersTable', returns: 'two-Returns' },
    });
  });
});
