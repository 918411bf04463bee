import type { ReadJson } from './read-json.ts';
import type { Value } from './value.ts';

/** What a statement knows of the message that it is evaluated for. */
export interface MessageContext {
  /** Without a Basic Ingest prefix. */
  readonly topic: string;
  readonly payload: Buffer;
  /** `n/a` when the message did not come over MQTT. */
  readonly clientId: string;
  readonly principal: string | undefined;
  readonly sourceIp: string | undefined;
  /** Absent when the message did not come over MQTT. */
  readonly traceId: string | undefined;
  /** When the rules engine got it, in epoch milliseconds. */
  readonly timestampMs: number;
  readonly accountId: string;
}

/** Where names are looked up: the payload, or an element of it inside a nested SELECT. */
export interface Scope {
  readonly message: MessageContext;
  readonly root: Value;
  /** The values of SET, by their order. */
  readonly variables: Value[];
}

/** The scope of a whole statement. Parses the payload when it is first asked for a name in it, and once. */
export class PayloadScope implements Scope {
  readonly message: MessageContext;
  readonly variables: Value[] = [];
  readonly #readJson: ReadJson;
  #parsed = false;
  #root: Value;

  constructor(message: MessageContext, readJson: ReadJson) {
    this.message = message;
    this.#readJson = readJson;
  }

  /** The payload as JSON; Undefined when it is not JSON, so that every name in it is Undefined too. */
  get root(): Value {
    if (!this.#parsed) {
      this.#root = this.#readJson(this.message.payload);
      this.#parsed = true;
    }
    return this.#root;
  }
}
