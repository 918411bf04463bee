import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { RunningStack } from './stack.ts';

export type StoredRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** Both tables as they are: devices, the guards of their identifiers, decommissioned devices, and what is left of others. */
export interface Tables {
  readonly devices: readonly StoredRecord[];
  readonly guards: readonly StoredRecord[];
  readonly invalidDevices: readonly StoredRecord[];
  readonly purges: readonly StoredRecord[];
}

export type TableReader = ReturnType<typeof createTableReader>;

export function createTableReader({ clientConfig, tables }: RunningStack) {
  const client = new DynamoDBClient(clientConfig);

  async function scan(TableName: string): Promise<StoredRecord[]> {
    const records: StoredRecord[] = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      records.push(...Items.map((item) => unmarshall(item) as StoredRecord));
    }
    return records.sort((a, b) => a.id.localeCompare(b.id));
  }

  return {
    async read(): Promise<Tables> {
      const [main, invalid] = await Promise.all([scan(tables.devices), scan(tables.invalidDevices)]);
      return {
        devices: main.filter(({ id }) => !id.includes('#')),
        guards: main.filter(({ id }) => id.includes('#')),
        invalidDevices: invalid.filter(({ id }) => !id.includes('#')),
        purges: invalid.filter(({ id }) => id.includes('#')),
      };
    },
    close: () => client.destroy(),
  };
}

const asDate = (epochMs: unknown): string =>
  typeof epochMs === 'number' ? new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z') : '–';
const asTtl = (ttl: unknown): string => (typeof ttl === 'number' ? asDate(ttl * 1000) : '–');

/** Columns as wide as their widest cell, under a title. */
export function renderTable(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): string {
  const lines = [columns, ...rows.map((row) => row.map((cell) => String(cell ?? '–')))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const render = (line: readonly string[]) =>
    `    ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd();
  const body = rows.length === 0 ? ['    (empty)'] : lines.map(render);
  return [`  ${title}`, ...body].join('\n');
}

const renderPurges = (purges: readonly StoredRecord[]): string =>
  renderTable(
    'invalid-devices: what was left of devices that are gone',
    ['deviceId', 'by', 'thing', 'certificates removed', 'ttl'],
    purges.map(({ deviceId, purge, receipt, ttl }) => {
      const { thing, certificateIds = [] } = Object(receipt);
      return [deviceId, Object(purge).source, thing, certificateIds.length, asTtl(ttl)];
    }),
  );

/** The tables for a person to read. */
export function renderTables({ devices, guards, invalidDevices, purges }: Tables): string {
  return [
    renderTable(
      'devices: in service',
      ['id', 'serialNumber', 'macAddress', 'version', 'lastSeenAt'],
      devices.map((device) => [
        device.id,
        device['serialNumber'],
        device['macAddress'],
        device['version'],
        asDate(device['lastSeenAt']),
      ]),
    ),
    renderTable(
      'devices: guards of unique identifiers',
      ['id', 'deviceId', 'ttl'],
      guards.map((guard) => [guard.id, guard['deviceId'], asTtl(guard['ttl'])]),
    ),
    renderTable(
      'invalid-devices: out of service',
      ['id', 'serialNumber', 'reason', 'requestedBy', 'ttl'],
      invalidDevices.map((device) => {
        const decommission = device['decommission'] as Record<string, unknown>;
        return [
          device.id,
          device['serialNumber'],
          decommission['reason'],
          decommission['requestedBy'],
          asTtl(device['ttl']),
        ];
      }),
    ),
    ...(purges.length === 0 ? [] : [renderPurges(purges)]),
  ].join('\n\n');
}
