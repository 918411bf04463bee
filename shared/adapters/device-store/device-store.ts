import type { DeviceStore } from '../../ports.ts';
import type { Operation, StoreContext } from './operation.ts';

type Operations = { readonly [Name in keyof DeviceStore]?: Operation<Name> };

/**
 * A device store on DynamoDB with just these operations: what a function does not name is not in its package, and its
 * role need not allow it.
 */
export function createDeviceStore<Chosen extends Operations>(
  context: StoreContext,
  operations: Chosen,
): Pick<DeviceStore, keyof Chosen & keyof DeviceStore> {
  const methods = Object.entries(operations).map(([name, operation]) => [name, operation(context)]);
  return Object.fromEntries(methods);
}
