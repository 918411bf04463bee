/** A resource that calls have changed after a stack had made it. */
export interface Kept<R> {
  readonly resource: R;
  readonly lastModifiedMs: number;
  /** As the stack has it, as JSON text; absent for one of no stack. */
  readonly ofStack?: string;
}

/**
 * What calls have changed of the resources of one kind, by name. What they have changed of a stack's stays while the stack
 * says the same as before, as on AWS; once it says something else, that is what holds.
 */
export class KeptChanges<R> {
  readonly #kept: Map<string, Kept<R>>;
  /** What stacks have said last, as JSON text. */
  readonly #ofStacks = new Map<string, string>();

  /** The map outlives the runtime where anything does. */
  constructor(kept: Map<string, Kept<R>>) {
    this.#kept = kept;
  }

  get all(): readonly Kept<R>[] {
    return [...this.#kept.values()];
  }

  /** Whether a stack's resource is the one that it was, so that nothing has to be done if that is there. */
  isAsBefore(name: string, resource: R): boolean {
    const before = this.#kept.get(name)?.ofStack ?? this.#ofStacks.get(name);
    return before === JSON.stringify(resource);
  }

  /** What calls have made of a stack's resource; undefined where they have changed nothing. */
  changed(name: string, resource: R): Kept<R> | undefined {
    return this.isAsBefore(name, resource) ? this.#kept.get(name) : undefined;
  }

  /** A stack has made its resource, or changed it. */
  madeByStack(name: string, resource: R): void {
    if (this.changed(name, resource) === undefined) this.#kept.delete(name);
    this.#ofStacks.set(name, JSON.stringify(resource));
  }

  /** A call has. */
  madeByCall(name: string, resource: R, lastModifiedMs: number): void {
    const ofStack = this.#ofStacks.get(name);
    this.#kept.set(name, { resource, lastModifiedMs, ...(ofStack === undefined ? {} : { ofStack }) });
  }

  remove(name: string): void {
    this.#kept.delete(name);
    this.#ofStacks.delete(name);
  }
}
