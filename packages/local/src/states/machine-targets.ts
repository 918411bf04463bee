import { AwsError } from '../aws.ts';
import { createMachine } from './create-machine.ts';
import type { MapRuns } from './distributed/map-runs.ts';
import type { Machine } from './machine.ts';
import type { AliasRecord, MachineRecord, VersionRecord } from './machine-record.ts';
import { configOf, type MachineRegistry } from './machine-registry.ts';

/** What an ARN of a state machine, a version or an alias stands for. */
export interface MachineTarget {
  readonly machine: Machine;
  readonly record: MachineRecord;
  readonly version: VersionRecord | undefined;
  readonly alias: AliasRecord | undefined;
}

const MACHINE_ARN = /^(arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]+)(?::([^:]+))?$/;

/** Finds the state machines that calls name. */
export class MachineTargets {
  readonly #registry: MachineRegistry;
  readonly #mapRuns: MapRuns;
  readonly #random: () => number;
  readonly #versions = new WeakMap<VersionRecord, Machine>();

  constructor(registry: MachineRegistry, mapRuns: MapRuns, random: () => number) {
    this.#registry = registry;
    this.#mapRuns = mapRuns;
    this.#random = random;
  }

  /** Throws `StateMachineDoesNotExist`; an alias is routed to one of its versions. */
  find(arn: string): MachineTarget {
    const [, machineArn = arn, qualifier] = MACHINE_ARN.exec(arn) ?? [];
    const machine = this.#registry.get(machineArn);
    const record = this.#registry.record(machineArn);
    if (machine === undefined || record === undefined) throw doesNotExist(arn);
    if (qualifier === undefined) return { machine, record, version: undefined, alias: undefined };
    const alias = record.aliases.find(({ name }) => name === qualifier);
    const number = alias === undefined ? qualifier : this.#routed(alias);
    const version = record.versions.find((candidate) => String(candidate.number) === number);
    if (version === undefined) throw doesNotExist(arn);
    return { machine: this.#machineOf(record, version), record, version, alias };
  }

  /** The number of the version that one of an alias's executions is to be one of. */
  #routed({ routes }: AliasRecord): string | undefined {
    let point = this.#random() * 100;
    const route = routes.find(({ weight }) => {
      point -= weight;
      return point < 0;
    });
    return (route ?? routes.at(-1))?.stateMachineVersionArn.split(':').at(-1);
  }

  #machineOf(record: MachineRecord, version: VersionRecord): Machine {
    const known = this.#versions.get(version);
    if (known !== undefined) return known;
    const { definition, roleArn, loggingConfiguration, tracingConfiguration, revisionId } = version;
    const revision = { definition, roleArn, loggingConfiguration, tracingConfiguration, revisionId };
    const machine = createMachine(
      configOf({ ...record, ...revision }),
      version.creationDateMs,
      this.#mapRuns,
    );
    this.#versions.set(version, machine);
    return machine;
  }
}

/** The ARN of a version or an alias. */
export function qualifiedArn({ arn }: Pick<MachineRecord, 'arn'>, qualifier: string | number): string {
  return `${arn}:${qualifier}`;
}

function doesNotExist(arn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}
