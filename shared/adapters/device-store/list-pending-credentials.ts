import type { Operation } from './operation.ts';
import { queryPending } from './query-pending.ts';

export const listPendingCredentials: Operation<'listPendingCredentials'> =
  (context) => async (order, limit, timing) => {
    const { devices, invalidDevices } = context.tables;
    const pending = await queryPending(
      context,
      { tables: [devices, invalidDevices], kind: 'credentials' },
      { order, limit },
      timing,
    );
    return pending.map(({ id, pendingSince }) => ({ deviceId: id, pendingSince }));
  };
