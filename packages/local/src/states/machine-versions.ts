import { createMachine } from './create-machine.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { Machine } from './machine.ts';

/** Machines with the definitions that executions were started with: as on AWS, a deployment does not change those. */
export class MachineVersions {
  readonly #mapRuns: MapRuns;
  readonly #versions = new Map<string, Machine>();

  constructor(mapRuns: MapRuns) {
    this.#mapRuns = mapRuns;
  }

  /** The machine with a definition, which is JSON text. Throws `InvalidDefinition` for one that can't be run any longer. */
  of(machine: Machine, definition: string): Machine {
    if (definition === machine.definitionText) return machine;
    const key = `${machine.arn}\n${definition}`;
    const version = this.#versions.get(key) ?? this.#make(machine, definition);
    this.#versions.set(key, version);
    return version;
  }

  #make({ creationDateMs, logStreamName, ...config }: Machine, definition: string): Machine {
    const version = createMachine(
      { ...config, definition: JSON.parse(definition), definitionText: definition },
      creationDateMs,
      this.#mapRuns,
    );
    return { ...version, logStreamName };
  }
}
