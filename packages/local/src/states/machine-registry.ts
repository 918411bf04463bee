import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { ResourceKeeper, RuntimeLog } from '../contracts.ts';
import type { Database, Statement } from '../data/database.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { LoggingConfiguration, StateMachineConfig } from './execution-log.ts';
import type { Executions } from './executions.ts';
import type { Machine } from './machine.ts';
import { createMachine } from './state-machine.ts';

export interface MachineRegistryOptions {
  readonly clock: Clock;
  readonly mapRuns: MapRuns;
  readonly log: RuntimeLog;
  /** By ARN. */
  readonly records: Map<string, MachineRecord>;
  /** Ends the executions of machines. */
  readonly executions: Pick<Executions, 'abortAll' | 'terminate'>;
}

/** What a state machine is made with. */
export type MachineCreation = Pick<MachineRecord, 'arn' | 'name' | 'type' | 'isOfStack' | 'stackRevision'> &
  MachineRevision;

/** The state machines that there are: of stacks, and made by calls. */
export class MachineRegistry {
  readonly #options: MachineRegistryOptions;
  readonly #machines = new Map<string, Machine>();
  #lastSequence = 0;

  /** Kept machines that can't be run any longer are left out, and the developer is told. */
  constructor(options: MachineRegistryOptions) {
    this.#options = options;
    for (const record of options.records.values()) {
      this.#lastSequence = Math.max(this.#lastSequence, record.sequence);
      // What a stack has made is there again with the stack.
      if (!record.isOfStack || record.status === 'DELETING') this.#load(record);
    }
  }

  #load(record: MachineRecord): void {
    try {
      this.#compile(record);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.#options.log.error(`${error.message}: it is left out until it is made again`);
    }
  }

  /** Goes on with the deletion of machines that an earlier runtime had begun. */
  resume(): void {
    for (const { arn, status } of [...this.records()]) {
      if (status === 'DELETING') void this.#finishDeletion(arn);
    }
  }

  /** The machine of an ARN without a version; undefined when there is none. */
  get(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  /** What is known of a machine; undefined when there is none. */
  record(arn: string): MachineRecord | undefined {
    return this.#machines.has(arn) ? this.#options.records.get(arn) : undefined;
  }

  /** Of all machines, in the order in which they were made. */
  records(): readonly MachineRecord[] {
    return [...this.#machines.keys()]
      .flatMap((arn) => this.#options.records.get(arn) ?? [])
      .sort((one, other) => one.sequence - other.sequence);
  }

  /** Makes a machine. Throws `InvalidDefinition`. */
  create(creation: MachineCreation): MachineRecord {
    const nowMs = this.#options.clock.now();
    this.#lastSequence += 1;
    return this.#put({
      sequence: this.#lastSequence,
      creationDateMs: nowMs,
      updateDateMs: nowMs,
      status: 'ACTIVE',
      ...creation,
    });
  }

  /** Changes what a machine's executions are started with from now on. Throws `InvalidDefinition`. */
  revise(record: MachineRecord, revision: MachineRevision): MachineRecord {
    return this.#put(revised(record, revision, this.#options.clock.now()));
  }

  /** Changes what is known of a machine: its status. */
  note(record: MachineRecord): void {
    this.#options.records.set(record.arn, record);
  }

  /** DeleteStateMachine: the machine is gone once its executions have ended, which they do at their next transition. */
  delete(arn: string): void {
    const record = this.record(arn);
    if (record === undefined || record.status === 'DELETING') return;
    this.note({ ...record, status: 'DELETING' });
    void this.#finishDeletion(arn);
  }

  /**
   * As CloudFormation does, which waits until a machine is gone. Its executions end at once: a stack that is removed has
   * nothing left for them to do, and one that waits for a year is not to hold it up.
   */
  async remove(arn: string): Promise<void> {
    const record = this.record(arn);
    if (record === undefined) return;
    this.note({ ...record, status: 'DELETING' });
    this.#options.executions.abortAll(arn);
    await this.#finishDeletion(arn);
  }

  /** The state machines of stacks. */
  readonly keeper: ResourceKeeper<StateMachineConfig> = {
    put: async (config) => this.put(config),
    remove: ({ arn }) => this.remove(arn),
  };

  /** Makes a stack's machine, or changes it. Throws `InvalidDefinition`, `StateMachineDeleting`, `ValidationException`. */
  put(config: StateMachineConfig): void {
    const { arn } = config;
    const stackRevision = JSON.stringify(revisionOf(config));
    // Also one that an earlier runtime has left: a stack's machine that comes back is the one that it was.
    const record = this.#options.records.get(arn);
    if (record === undefined || (!this.#machines.has(arn) && record.type !== config.type)) {
      this.create({ ...creationOf(config), stackRevision });
      return;
    }
    requirePossible(record, config);
    const isAsBefore = record.isOfStack && record.stackRevision === stackRevision;
    if (isAsBefore) this.#put(record);
    else this.revise({ ...record, isOfStack: true, stackRevision }, revisionOf(config));
  }

  async #finishDeletion(arn: string): Promise<void> {
    await this.#options.executions.terminate(arn);
    // Who has waited as well may have made another of its name.
    if (this.#options.records.get(arn)?.status !== 'DELETING') return;
    this.#machines.delete(arn);
    this.#options.records.delete(arn);
  }

  #put(record: MachineRecord): MachineRecord {
    this.#compile(record);
    this.note(record);
    return record;
  }

  #compile(record: MachineRecord): void {
    const { clock, mapRuns } = this.#options;
    const known = this.#machines.get(record.arn);
    const machine = createMachine(configOf(record), clock.now(), mapRuns);
    const logStreamName = known?.logStreamName ?? machine.logStreamName;
    this.#machines.set(record.arn, { ...machine, logStreamName });
  }
}

/** A record as the configuration of a machine. */
export function configOf(record: Omit<MachineRecord, 'sequence'>): StateMachineConfig {
  const { arn, name, type, roleArn, definition, loggingConfiguration, tracingConfiguration } = record;
  return {
    arn,
    name,
    type,
    roleArn,
    definition: JSON.parse(definition),
    definitionText: definition,
    creationDate: new Date(record.creationDateMs),
    ...(loggingConfiguration === undefined ? {} : { loggingConfiguration }),
    ...(tracingConfiguration === undefined ? {} : { tracingConfiguration }),
  };
}

function creationOf(config: StateMachineConfig): MachineCreation {
  const { arn, name, type } = config;
  return { arn, name, type, isOfStack: true, ...revisionOf(config) };
}

function revisionOf(config: StateMachineConfig): MachineRevision {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = config;
  return { definition: JSON.stringify(definition), roleArn, loggingConfiguration, tracingConfiguration };
}

/** A new revision has an id where the definition or the role is another one. */
function revised(record: MachineRecord, revision: MachineRevision, nowMs: number): MachineRecord {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = revision;
  const isChanged = definition !== record.definition || roleArn !== record.roleArn;
  return {
    ...record,
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    ...(isChanged ? { revisionId: randomUUID(), updateDateMs: nowMs } : {}),
  };
}

function requirePossible({ arn, type, status }: MachineRecord, config: StateMachineConfig): void {
  if (status === 'DELETING') throw stateMachineDeleting(arn);
  if (type === config.type) return;
  throw new AwsError(
    'ValidationException',
    `State machine '${config.name}' is ${type} and can't become ${config.type}: give it another name, or remove it first.`,
  );
}

/** The error of a machine that is being deleted. */
export function stateMachineDeleting(arn: string): AwsError {
  return new AwsError('StateMachineDeleting', `State Machine is being deleted: '${arn}'`);
}

/** What a state machine runs. */
export interface MachineRevision {
  /** JSON text, as it was given. */
  readonly definition: string;
  readonly roleArn: string;
  readonly loggingConfiguration?: LoggingConfiguration | undefined;
  readonly tracingConfiguration?: object | undefined;
  /** Absent until the machine is changed for the first time. */
  readonly revisionId?: string | undefined;
}

/** A state machine as it is kept: plain data. */
export interface MachineRecord extends MachineRevision {
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Its place among the others: they are listed in the order in which they were made. */
  readonly sequence: number;
  readonly creationDateMs: number;
  readonly updateDateMs: number;
  readonly status: 'ACTIVE' | 'DELETING';
  /** Whether a stack has it: it is there when the stack is. */
  readonly isOfStack: boolean;
  /** What the stack has put last: what calls have changed since stays until the stack puts something else. */
  readonly stackRevision?: string | undefined;
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
