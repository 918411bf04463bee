import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { findDevices } from '@device-lifecycle/operator/device/find-devices.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import { type DeviceList, type DeviceMatches, LISTS, type ListSize } from '../../contract/devices.ts';
import type { ConsoleTools } from '../tools.ts';
import { readCursor } from './list-cursor.ts';
import { listPage } from './list-page.ts';
import { SOURCES } from './list-sources.ts';

const MAX_CHARACTERS = 256;

const list = z.enum(LISTS);
const wanted = z.string().trim().min(1).max(MAX_CHARACTERS);
const pageQuery = z.object({
  list,
  type: wanted.optional(),
  text: wanted.optional(),
  cursor: z.string().transform(readCursor).optional(),
});
const sizeQuery = z.object({ list });
const matchesQuery = z.object({ text: wanted });

/** `/devices`: finds one, and lists many. Shapes: contract/devices.ts. */
export function devicesRoutes(tools: ConsoleTools): Hono {
  const { clients, stack } = tools;
  return new Hono()
    .get('/', async (context) => context.json(await listPage(tools, pageQuery.parse(context.req.query()))))
    .get('/size', async (context) =>
      context.json(await sizeOf(tools, sizeQuery.parse(context.req.query()).list)),
    )
    .get('/matches', async (context) => {
      const { text } = matchesQuery.parse(context.req.query());
      const matches = await findDevices(clients.dynamoDb, stack.tables, text);
      return context.json({ matches } satisfies DeviceMatches);
    });
}

/** Guards and records of purges count too, since they are looked at. */
async function sizeOf({ clients, stack }: ConsoleTools, of: DeviceList): Promise<ListSize> {
  const counts = SOURCES[of].map(async ({ table, index }) => {
    const { Table } = await clients.dynamoDb.send(
      new DescribeTableCommand({ TableName: stack.tables[table] }),
    );
    if (index === undefined) return Table?.ItemCount ?? 0;
    return Table?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index)?.ItemCount ?? 0;
  });
  const items = await Promise.all(counts);
  return { items: items.reduce((sum, count) => sum + count, 0) };
}
