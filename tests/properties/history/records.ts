import { isDeepStrictEqual } from 'node:util';
import type { InvalidDevice, LastRestore } from '../../../shared/domain/device.ts';
import { guardId } from '../../../shared/domain/identifiers.ts';
import type { Image } from '../../support/table-changes.ts';
import type { Model } from '../model/model.ts';

export interface TableImages {
  readonly devices: ReadonlyMap<string, Image>;
  readonly invalidDevices: ReadonlyMap<string, Image>;
}

type ModelRecord = NonNullable<ReturnType<Model['unexpired']>>;

const isDevice = (id: string) => !id.includes('#');

/** As much of a record as the model has, in plain values and without what is `undefined`. */
const plain = (record: unknown): unknown => JSON.parse(JSON.stringify(record));

function fromModel(record: Partial<ModelRecord>): unknown {
  const {
    life: _,
    lastRestore,
    ghost: __,
    lost: ___,
    requestId,
    requestedAt,
    decommissionedAt,
    ...rest
  } = record;
  const decommission = requestId && { requestId, requestedAt, at: decommissionedAt };
  // A guard that has expired may be gone, and what it remembered with it.
  const { requestId: restoredBy, version: restoredTo } = (requestId === undefined && lastRestore) || {};
  return plain({ ...rest, decommission, restoredBy, restoredTo });
}

function fromTables(image: Image, { devices }: TableImages): unknown {
  const record = image as unknown as InvalidDevice;
  const { serialNumber, macAddress, name, attributes, version, registeredAt, updatedAt, lastSeenAt } = record;
  const { presence, requests, decommission, ttl, hold, release, holdRequestedAt } = record;
  const guard = devices.get(guardId({ attribute: 'serialNumber', value: serialNumber }));
  const lastRestore = decommission === undefined && (guard?.['lastRestore'] as LastRestore | undefined);
  return plain({
    ...{ serialNumber, macAddress, name, attributes, version, registeredAt, updatedAt, lastSeenAt, presence },
    answered: requests.map((request) => [request.operation, request.requestId, request.version]),
    decommission: decommission && {
      requestId: decommission.requestId,
      requestedAt: decommission.requestedAt,
      at: decommission.at,
    },
    ...{ ttl, holdRequestedAt },
    hold: hold && { requestId: hold.requestId, remainingSeconds: hold.remainingSeconds },
    release: release && { requestId: release.requestId, ttl: release.ttl },
    ...(lastRestore && { restoredBy: lastRestore.requestId, restoredTo: lastRestore.version }),
  });
}

/** Where the tables hold something else than the model, for whoever debugs; `undefined` where they do not. */
export function differenceOf(model: Model, tables: TableImages): string | undefined {
  for (const [table, expected] of [
    ['devices', model.active],
    ['invalidDevices', model.invalid],
  ] as const) {
    const actual = new Map([...tables[table]].filter(([id]) => isDevice(id)));
    for (const id of new Set([...actual.keys(), ...expected.keys()])) {
      const image = actual.get(id);
      const record = expected.get(id);
      const stored = image && fromTables(image, tables);
      const wanted = record && fromModel(record);
      if (!isDeepStrictEqual(stored, wanted)) {
        return `${table} ${id}: ${JSON.stringify(stored)} instead of ${JSON.stringify(wanted)}`;
      }
    }
  }
  return undefined;
}

/** The same for models that go on alike: which life it is, and what ghosts have been seen, decides nothing. */
export const keyOf = ({ active, invalid }: Model): string =>
  JSON.stringify([[...active].sort(), [...invalid].sort()], (name, value: unknown) =>
    name === 'life' || name === 'ghost' ? undefined : value,
  );
