import * as z from 'zod';
import type { RecordFacts } from '../../contract/device.ts';
import { field, numberField as number, presenceField, textField as text } from '../record-field.ts';

const move = z.object({
  at: z.number(),
  source: text,
  requestedBy: text,
  requestId: text,
  reason: text,
  correlationId: text,
  remainingSeconds: number,
});

const facts = z.object({
  serialNumber: text,
  macAddress: text,
  name: text,
  type: text,
  version: number,
  certificateIds: field(z.array(z.string())),
  registeredAt: number,
  updatedAt: number,
  lastSeenAt: number,
  presence: presenceField,
  decommission: field(move),
  hold: field(move),
  release: field(move),
  ghost: field(
    z.object({ count: z.number(), firstSeenAt: number, lastSeenAt: z.number(), lastOperation: text }),
  ),
});

/** What the page shows of a record: see docs/messages.md for what a record has. */
export const factsOf = (record: object): RecordFacts => facts.parse(record);

/** Who asked for what; nothing where there is no such thing. */
export const moveOf = (part: unknown) => field(move).parse(part);
