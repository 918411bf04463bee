import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { costOf } from '@device-lifecycle/operator/fleet/prices.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { CensusPlan } from '../../contract/overview.ts';
import { type ConsoleTools, isLocal } from '../tools.ts';
import { type Kept, keep } from './keep.ts';

/** DynamoDB counts every six hours; the laptop's engine when it is asked. */
const FRESH_MS = { aws: 600_000, laptop: 2_000 } as const;
/** Up to so many items are counted without asking anybody. */
const CHEAP_ITEMS = { aws: 50_000, laptop: 200_000 } as const;
/** What a read unit reads; one that is eventually consistent, for half. */
const UNIT_BYTES = 4_096;

/** What counting reads, and what it costs. Errors are those of the SDK. */
export function createPlan({
  stack,
  clients,
  clock,
}: Pick<ConsoleTools, 'stack' | 'clients' | 'clock'>): Kept<CensusPlan> {
  const sizeOf = async (TableName: string) => {
    const { Table = {} } = await clients.dynamoDb.send(new DescribeTableCommand({ TableName }));
    return { items: Table.ItemCount ?? 0, bytes: Table.TableSizeBytes ?? 0 };
  };
  const load = async (): Promise<CensusPlan> => {
    const sizes = await Promise.all([stack.tables.devices, stack.tables.invalidDevices].map(sizeOf));
    const items = sizes.reduce((sum, size) => sum + size.items, 0);
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    const { totalUsd } = costOf({ readRequestUnits: bytes / UNIT_BYTES / 2 });
    return { items, bytes, usd: isLocal(stack) ? 0 : totalUsd };
  };
  return keep(load, { clock, freshMs: isLocal(stack) ? FRESH_MS.laptop : FRESH_MS.aws });
}

/** Whether it can be done without asking. */
export const isCheap = ({ items }: CensusPlan, stack: Stack): boolean =>
  items <= (isLocal(stack) ? CHEAP_ITEMS.laptop : CHEAP_ITEMS.aws);
