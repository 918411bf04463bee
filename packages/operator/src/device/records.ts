/** An item of a table. */
export type StoredRecord = Readonly<Record<string, unknown>>;

/** What the tables have of a device: see docs/messages.md. */
export interface DeviceRecords {
  /** In service. */
  readonly device: StoredRecord | undefined;
  /** Out of service. */
  readonly invalidDevice: StoredRecord | undefined;
  /** Of its unique values. */
  readonly guards: readonly { readonly id: string; readonly guard: StoredRecord | undefined }[];
  /** What is being removed of it. */
  readonly purge: StoredRecord | undefined;
}
