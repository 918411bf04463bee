import * as z from 'zod/mini';
import { IntegrityViolation } from '../errors.ts';
import { epochMillisecondsField, versionField } from '../input.ts';
import { fromItem, type Item } from './device-store/records.ts';

/** What somebody else has written into a table may be of any shape; of what is not looked at here, nothing is relied on. */
const texts = z.array(z.string());
const optionalText = z.optional(z.string());
const actor = {
  requestedBy: optionalText,
  reason: optionalText,
  requestId: optionalText,
  correlationId: optionalText,
};

const decommission = z.looseObject({
  ...actor,
  at: epochMillisecondsField,
  reason: z.string(),
  requestedBy: z.string(),
  requestId: z.string(),
  requestedAt: epochMillisecondsField,
  source: z.enum(['device', 'execution']),
  legalHold: z.optional(z.literal(true)),
});

const life = {
  registeredAt: epochMillisecondsField,
  version: versionField,
  serialNumber: z.string(),
  macAddress: optionalText,
  name: optionalText,
  type: optionalText,
  certificateIds: texts,
  ttl: z.optional(z.int()),
};

/** A record that a step of its device's life has left. */
export const steppedItem = z.looseObject({
  ...life,
  id: z.string(),
  updatedAt: epochMillisecondsField,
  requests: z.array(z.looseObject({ requestId: z.string(), correlationId: optionalText })),
  decommission: z.optional(decommission),
  step: z.union([
    z.looseObject({ operation: z.enum(['register', 'update', 'decommission']) }),
    z.looseObject({ ...actor, operation: z.literal('restore') }),
  ]),
});

/** A device's record out of service. */
export const invalidItem = z.looseObject({
  ...life,
  id: z.string(),
  decommission,
  credentials: z.enum(['pending', 'inactive']),
  credentialsWork: z.optional(
    z.looseObject({
      deactivation: z.optional(
        z.looseObject({ requestId: z.string(), certificateIds: texts, sharedCertificateIds: texts }),
      ),
    }),
  ),
});

/** What was left of a device, once it is removed. */
export const receiptItem = z.looseObject({
  id: z.string(),
  deviceId: z.string(),
  device: z.looseObject({ ...life, decommission }),
  purge: z.looseObject({ ...actor, at: epochMillisecondsField, source: z.enum(['ttl', 'execution']) }),
  receipt: z.looseObject({
    completedAt: epochMillisecondsField,
    thing: z.enum(['deleted', 'kept']),
    certificateIds: texts,
    keptCertificateIds: texts,
    thingGroups: texts,
    shadows: texts,
  }),
});

const violation = (item: Item, what: string, cause?: unknown) =>
  new IntegrityViolation(
    `The item "${String(item['id']?.S).slice(0, 300)}" is not as the service writes it: ${what}. Mend it by hand.`,
    { cause },
  );

/** An item as a plain object. @throws IntegrityViolation for what no table can hold */
export function readItem(item: Item): Readonly<Record<string, unknown>> {
  try {
    return fromItem(item);
  } catch (error) {
    throw violation(item, 'it is no item of DynamoDB', error);
  }
}

/**
 * The same, of the shape that the service writes.
 * @throws IntegrityViolation that names the attributes which are not
 */
export function readStored<S extends z.ZodMiniType>(schema: S, item: Item): z.output<S> {
  const result = schema.safeParse(readItem(item));
  if (result.success) return result.data;
  const wrong = new Set(result.error.issues.map(({ path }) => path.join('.')));
  throw violation(item, `look at ${[...wrong].join(', ')}`);
}
