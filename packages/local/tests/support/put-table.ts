import { createTableKeeper, type TableDefinition } from '../../src/engine/table-keeper.ts';

/** Makes a table in an engine, without a TTL. */
export function putTable(url: string, region: string, table: TableDefinition): Promise<void> {
  const timeToLive = {
    attributeOf: () => undefined,
    isSaid: () => false,
    set: async () => undefined,
    forget: async () => undefined,
  };
  return createTableKeeper({ url, region, timeToLive }).put(table);
}
