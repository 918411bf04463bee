import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CancellationObserver, DeviceStore } from '../../ports.ts';

/** The names of the two tables. */
export interface Tables {
  readonly devices: string;
  readonly invalidDevices: string;
}

/** What every operation of a device store works with. */
export interface StoreContext {
  /** Should keep its connections alive. */
  readonly client: DynamoDBClient;
  readonly tables: Tables;
  readonly observe?: CancellationObserver;
}

/** One method of the device store, made for a client and its tables. */
export type Operation<Name extends keyof DeviceStore> = (context: StoreContext) => DeviceStore[Name];
