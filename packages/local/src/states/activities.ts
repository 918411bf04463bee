import type { Tag } from './machine-record.ts';

/** An activity: plain data, and kept. */
export interface ActivityRecord {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDateMs: number;
  /** Its place among the others. */
  readonly sequence: number;
  readonly tags: readonly Tag[];
}

/** The activities that there are. */
export class Activities {
  readonly #records: Map<string, ActivityRecord>;

  constructor(records: Map<string, ActivityRecord>) {
    this.#records = records;
  }

  has(arn: string): boolean {
    return this.#records.has(arn);
  }

  get(arn: string): ActivityRecord | undefined {
    return this.#records.get(arn);
  }

  put(record: ActivityRecord): void {
    this.#records.set(record.activityArn, record);
  }

  remove(arn: string): void {
    this.#records.delete(arn);
  }

  /** In the order in which they were made. */
  list(): readonly ActivityRecord[] {
    return [...this.#records.values()].sort((one, other) => one.sequence - other.sequence);
  }
}
