import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { ResourceKeeper } from '../contracts.ts';
import type { Database, Statement } from '../data/database.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { StateMachineConfig } from './execution-log.ts';
import type { Executions } from './executions.ts';
import type { Machine } from './machine.ts';
import { createMachine } from './state-machine.ts';

/** What is kept of a state machine: one that is there again with its stack is the one that it was. */
export interface MachineRecord {
  readonly type: 'STANDARD' | 'EXPRESS';
  /** JSON text. */
  readonly definition: string;
  readonly roleArn: string;
  /** Its place among the others: they are listed in the order in which they were made. */
  readonly sequence: number;
  readonly creationDateMs: number;
  readonly updateDateMs: number;
}

export interface MachineRegistryOptions {
  readonly clock: Clock;
  readonly mapRuns: MapRuns;
  /** By ARN. */
  readonly records: Map<string, MachineRecord>;
  /** Ends the executions of machines. */
  readonly executions: Pick<Executions, 'abortAll'>;
}

/** The state machines of stacks. */
export class MachineRegistry {
  readonly #options: MachineRegistryOptions;
  readonly #machines = new Map<string, Machine>();
  readonly #removing = new Set<string>();

  constructor(options: MachineRegistryOptions) {
    this.#options = options;
  }

  readonly keeper: ResourceKeeper<StateMachineConfig> = {
    put: async (config) => this.put(config),
    remove: ({ arn }) => this.#remove(arn),
  };

  /** The machine of an ARN; undefined when there is none. */
  get(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  /** What is known of a machine; undefined when there is none. */
  record(arn: string): MachineRecord | undefined {
    return this.#machines.has(arn) ? this.#options.records.get(arn) : undefined;
  }

  /** Whether a machine waits for the end of its executions. */
  isRemoving(arn: string): boolean {
    return this.#removing.has(arn);
  }

  /** All machines, in the order in which they were made. */
  list(): readonly { readonly machine: Machine; readonly record: MachineRecord }[] {
    return [...this.#machines.values()]
      .flatMap((machine) => {
        const record = this.record(machine.arn);
        return record === undefined ? [] : [{ machine, record }];
      })
      .sort((one, other) => one.record.sequence - other.record.sequence);
  }

  /** Makes a machine, or changes it. Throws `InvalidDefinition`, `StateMachineDeleting`, `ValidationException`. */
  put(config: StateMachineConfig): void {
    const { arn, type, roleArn } = config;
    const { clock, mapRuns, records } = this.#options;
    if (this.#removing.has(arn)) throw stateMachineDeleting(arn);
    const known = this.#machines.get(arn);
    if (known !== undefined && known.type !== type) throw otherType(known, config);
    const kept = records.get(arn);
    const before = kept?.type === type ? kept : undefined;
    const nowMs = clock.now();
    const creationDateMs = before?.creationDateMs ?? nowMs;
    const machine = createMachine({ ...config, creationDate: new Date(creationDateMs) }, nowMs, mapRuns);
    const { definitionText: definition, logStreamName } = machine;
    const isAsBefore = before?.definition === definition && before.roleArn === roleArn;
    this.#machines.set(arn, { ...machine, logStreamName: known?.logStreamName ?? logStreamName });
    records.set(arn, {
      type,
      definition,
      roleArn,
      sequence: before?.sequence ?? this.#nextSequence(),
      creationDateMs,
      updateDateMs: isAsBefore ? before.updateDateMs : nowMs,
    });
  }

  /**
   * As CloudFormation does, which waits until a machine is gone. Its executions end at once: a stack that is removed has
   * nothing left for them to do, and one that waits for a year is not to hold it up.
   */
  async #remove(arn: string): Promise<void> {
    if (!this.#machines.has(arn)) return;
    this.#removing.add(arn);
    await this.#options.executions.abortAll(arn);
    this.#removing.delete(arn);
    this.#machines.delete(arn);
    this.#options.records.delete(arn);
  }

  #nextSequence(): number {
    return Math.max(0, ...[...this.#options.records.values()].map(({ sequence }) => sequence)) + 1;
  }
}

function otherType({ type }: Machine, config: StateMachineConfig): AwsError {
  return new AwsError(
    'ValidationException',
    `State machine '${config.name}' is ${type} and can't become ${config.type}: give it another name, or remove it first.`,
  );
}

/** The error of a machine that is being deleted. */
export function stateMachineDeleting(arn: string): AwsError {
  return new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
}

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

/** The definitions that executions were started with: a text each, however many executions have it. */
export class KeptDefinitions {
  readonly #database: Database;
  readonly #add: Statement;
  readonly #find: Statement;
  readonly #ids = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  constructor(database: Database) {
    this.#database = database;
    this.#add = database.prepare('INSERT INTO definitions (text) VALUES (?) ON CONFLICT DO NOTHING');
    this.#find = database.prepare('SELECT id FROM definitions WHERE text = ?');
    for (const { id, text } of database.prepare('SELECT id, text FROM definitions').all()) {
      this.#note(Number(id), String(text));
    }
  }

  /** The id of a definition, which is kept from now on. */
  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    this.#database.write(this.#add, text);
    const id = this.#find.get(text)?.['id'];
    if (id === undefined) throw new TypeError('The definition was not written.');
    return this.#note(Number(id), text);
  }

  /** Throws `TypeError` for a definition that there is not. */
  text(id: number): string {
    const text = this.#texts.get(id);
    if (text === undefined) throw new TypeError(`There is no definition ${id}.`);
    return text;
  }

  #note(id: number, text: string): number {
    this.#ids.set(text, id);
    this.#texts.set(id, text);
    return id;
  }
}
