import type { Json } from '../json.ts';

/** A member of an object that a Distributed Map iterates over: an item, unless an ItemSelector makes others. */
export class Member {
  readonly [member: string]: Json;
  readonly Key: string;
  readonly Value: Json;

  constructor(key: string, value: Json) {
    this.Key = key;
    this.Value = value;
  }
}
