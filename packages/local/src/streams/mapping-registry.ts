import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { KeptChanges } from '../lambda/kept-changes.ts';
import { type LiveMapping, type MappingState, sourceArnOf } from './describe-mapping.ts';
import type { EventSourceMapping } from './event-source-mapping.ts';

/** Reads the source of a mapping. */
export interface Polling {
  /** Resolves once nothing more is read, and what is under way has ended. */
  stop(): Promise<void>;
}

/** Starts to read. Resolves once nothing that comes is missed. `onProcessed` hears whether invocations succeed. */
export type StartPolling = (
  mapping: EventSourceMapping,
  onProcessed: (succeeded: boolean) => void,
) => Promise<Polling>;

export interface MappingRegistryOptions {
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Keeps the mappings that calls make or change. */
  readonly collections: Collections;
  readonly start: StartPolling;
  /** Forgets how far a mapping has come. */
  forget(uuid: string): void;
}

interface Entry {
  mapping: EventSourceMapping;
  lastModifiedMs: number;
  state: MappingState;
  lastSucceeded?: boolean;
  polling?: Polling;
  /** What is done with it at present; the next change waits for it. */
  changing: Promise<void>;
}

/** The event source mappings that there are. Each is changed by one at a time. */
export class MappingRegistry {
  readonly #options: MappingRegistryOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #changes: KeptChanges<EventSourceMapping>;

  constructor(options: MappingRegistryOptions) {
    this.#options = options;
    this.#changes = new KeptChanges(options.collections.open('eventSourceMappings'));
  }

  /** In the order of their ids. */
  get all(): readonly LiveMapping[] {
    return [...this.#entries.values()].sort((one, other) => (one.mapping.uuid < other.mapping.uuid ? -1 : 1));
  }

  get(uuid: string): LiveMapping | undefined {
    return this.#entries.get(uuid);
  }

  /** The one that reads the source for the function. */
  between(sourceArn: string, functionArn: string): LiveMapping | undefined {
    return this.all.find(
      ({ mapping }) => sourceArnOf(mapping) === sourceArn && mapping.functionArn === functionArn,
    );
  }

  /** Makes a mapping of a stack, or changes it into this one. Rejects when its source can't be read. */
  async putOfStack(mapping: EventSourceMapping): Promise<void> {
    const { uuid } = mapping;
    const isThere = this.#entries.has(uuid);
    if (this.#changes.isAsBefore(uuid, mapping) && isThere) return;
    const changed = this.#changes.changed(uuid, mapping);
    try {
      await this.#change(changed?.resource ?? mapping, changed?.lastModifiedMs ?? this.#options.clock.now());
    } catch (error) {
      // The stack does not have it.
      if (!isThere) this.#entries.delete(uuid);
      throw error;
    }
    this.#changes.madeByStack(uuid, mapping);
  }

  /** Makes a mapping, or changes it, for a call, which is answered before that is done. */
  put(mapping: EventSourceMapping): LiveMapping {
    const lastModifiedMs = this.#options.clock.now();
    this.#changes.madeByCall(mapping.uuid, mapping, lastModifiedMs);
    const changed = this.#change(mapping, lastModifiedMs);
    changed.catch((error: unknown) => this.#tell(mapping, error));
    // It is there by now, as it is to be.
    return { ...(this.#entries.get(mapping.uuid) as Entry) };
  }

  /** Goes on with the mappings that calls have made while an earlier runtime ran. */
  async resume(): Promise<void> {
    await Promise.all(
      this.#changes.ofCalls.map(async ({ resource, lastModifiedMs }) => {
        try {
          await this.#change(resource, lastModifiedMs);
        } catch (error) {
          this.#tell(resource, error);
        }
      }),
    );
  }

  /** The mapping as it goes; resolves `gone` once nothing is read for it. */
  remove(uuid: string): { readonly last: LiveMapping; readonly gone: Promise<void> } | undefined {
    const entry = this.#entries.get(uuid);
    this.#changes.remove(uuid);
    if (entry === undefined) return undefined;
    entry.state = 'Deleting';
    const gone = this.#after(entry, async () => {
      await entry.polling?.stop();
      this.#entries.delete(uuid);
      this.#options.forget(uuid);
    });
    return { last: { ...entry }, gone };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ polling }) => polling?.stop()));
  }

  #change(mapping: EventSourceMapping, lastModifiedMs: number): Promise<void> {
    const entry = this.#entries.get(mapping.uuid) ?? this.#newEntry(mapping, lastModifiedMs);
    if (entry.state !== 'Creating') entry.state = changingState(entry.mapping, mapping);
    entry.mapping = mapping;
    entry.lastModifiedMs = lastModifiedMs;
    return this.#after(entry, async () => {
      await entry.polling?.stop();
      delete entry.polling;
      try {
        if (mapping.enabled) entry.polling = await this.#poll(entry, mapping);
      } finally {
        // Another change may have come meanwhile, or its end.
        if (entry.mapping === mapping && entry.state !== 'Deleting') {
          entry.state = entry.polling === undefined ? 'Disabled' : 'Enabled';
        }
      }
    });
  }

  #poll(entry: Entry, mapping: EventSourceMapping): Promise<Polling> {
    return this.#options.start(mapping, (succeeded) => {
      entry.lastSucceeded = succeeded;
    });
  }

  #newEntry(mapping: EventSourceMapping, lastModifiedMs: number): Entry {
    const entry: Entry = { mapping, lastModifiedMs, state: 'Creating', changing: Promise.resolve() };
    this.#entries.set(mapping.uuid, entry);
    return entry;
  }

  /** One change after the other, whether those before went well or not. */
  #after(entry: Entry, change: () => Promise<void>): Promise<void> {
    const changed = entry.changing.then(change);
    entry.changing = changed.catch(() => undefined);
    return changed;
  }

  #tell({ uuid }: EventSourceMapping, error: unknown): void {
    this.#options.log.warn(`the event source mapping ${uuid} reads nothing: ${String(error)}`);
  }
}

function changingState(before: EventSourceMapping, after: EventSourceMapping): MappingState {
  if (before.enabled === after.enabled) return 'Updating';
  return after.enabled ? 'Enabling' : 'Disabling';
}
