import type { JsonDocument, JsonObject } from './json.ts';

/**
 * The state that an execution has entered last, with what it needs to be run again: a redrive, or a restart of the
 * runtime, begins there. It is plain data.
 */
export interface Checkpoint {
  readonly stateName: string;
  /** The state's input, as JSON text. */
  readonly input: string;
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredDateMs: number;
  /** The map run that the state has started and that has not succeeded; of a Distributed Map alone. */
  readonly mapRunArn?: string;
}

interface Entered {
  readonly stateName: string;
  readonly input: JsonDocument;
  readonly variables: JsonObject;
  readonly enteredEventId: number;
  readonly enteredDateMs: number;
}

/** Follows an execution from state to state. */
export class Progress {
  #checkpoint: Checkpoint | undefined;
  readonly #keep: (checkpoint: Checkpoint) => void;

  constructor(keep: (checkpoint: Checkpoint) => void, checkpoint: Checkpoint | undefined) {
    this.#keep = keep;
    this.#checkpoint = checkpoint;
  }

  /** A state was entered. */
  entered({ input, ...entered }: Entered): void {
    this.#put({ ...entered, input: input.text });
  }

  /** The map run to go on with, of the state that the execution is in. */
  get mapRunArn(): string | undefined {
    return this.#checkpoint?.mapRunArn;
  }

  /** The state has started a map run. */
  mapRunStarted(mapRunArn: string): void {
    if (this.#checkpoint !== undefined) this.#put({ ...this.#checkpoint, mapRunArn });
  }

  /** The map run is not to be gone on with: it has succeeded, or the state is to start a new one. */
  mapRunDone(): void {
    if (this.#checkpoint === undefined) return;
    const { mapRunArn: _, ...checkpoint } = this.#checkpoint;
    this.#put(checkpoint);
  }

  #put(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
    this.#keep(checkpoint);
  }
}
