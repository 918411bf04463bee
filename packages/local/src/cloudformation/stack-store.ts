import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import { arnOf } from '../template/resolver.ts';
import type { Journal } from './apply.ts';
import type { PlannedResource } from './plan.ts';
import {
  type ChangeSetRecord,
  type Deployment,
  ofStackItself,
  type ResourceRecord,
  type ResourceStatus,
  StackEvents,
  type StackRecord,
  type StackStatus,
} from './stack-record.ts';

/** What of a stack is large, and seldom changes. */
const DEPLOYMENTS = ['deployed', 'pending', 'replaced'] as const;

type KeptStack = Omit<StackRecord, 'resources' | (typeof DEPLOYMENTS)[number]>;

/** Without the template as JSON where that is the text that was given. */
type KeptDeployment = Omit<Deployment, 'template'> & Partial<Pick<Deployment, 'template'>>;

/** Stacks by their ids, of which only what has changed is written. */
class KeptStacks {
  readonly #records = new Map<string, StackRecord>();
  readonly #stacks: Map<string, KeptStack>;
  readonly #deployments: Map<string, KeptDeployment>;
  readonly #resources: Map<string, ResourceRecord>;

  constructor(collections: Collections) {
    this.#stacks = collections.open('cloudformation-stacks');
    this.#deployments = collections.open('cloudformation-deployments');
    this.#resources = collections.open('cloudformation-resources');
    for (const [stackId, stack] of this.#stacks) this.#records.set(stackId, this.#read(stackId, stack));
  }

  /** In the order in which they were made. */
  values(): Iterable<StackRecord> {
    return this.#records.values();
  }

  get(stackId: string): StackRecord | undefined {
    return this.#records.get(stackId);
  }

  set(record: StackRecord): void {
    const { deployed: _, pending: __, replaced: ___, resources, ...stack } = record;
    const { stackId } = stack;
    const before = this.#records.get(stackId);
    this.#records.set(stackId, record);
    this.#stacks.set(stackId, stack);
    for (const part of DEPLOYMENTS) {
      if (record[part] !== before?.[part]) this.#write(`${part} ${stackId}`, record[part]);
    }
    for (const [logicalId, resource] of Object.entries(resources)) {
      if (resource !== before?.resources[logicalId]) this.#resources.set(`${stackId} ${logicalId}`, resource);
    }
    for (const logicalId of Object.keys(before?.resources ?? {})) {
      if (resources[logicalId] === undefined) this.#resources.delete(`${stackId} ${logicalId}`);
    }
  }

  delete(stackId: string): void {
    const record = this.#records.get(stackId);
    for (const part of DEPLOYMENTS) this.#deployments.delete(`${part} ${stackId}`);
    for (const logicalId of Object.keys(record?.resources ?? {})) {
      this.#resources.delete(`${stackId} ${logicalId}`);
    }
    this.#records.delete(stackId);
    this.#stacks.delete(stackId);
  }

  #write(key: string, deployment: Deployment | undefined): void {
    if (deployment === undefined) {
      this.#deployments.delete(key);
      return;
    }
    const { template, ...others } = deployment;
    this.#deployments.set(key, template === others.templateBody ? others : deployment);
  }

  #read(stackId: string, stack: KeptStack): StackRecord {
    const deployments = DEPLOYMENTS.flatMap((part) => {
      const kept = this.#deployments.get(`${part} ${stackId}`);
      return kept === undefined ? [] : [[part, { ...kept, template: kept.template ?? kept.templateBody }]];
    });
    const prefix = `${stackId} `;
    const resources = [...this.#resources]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, resource]) => [resource.logicalId, resource]);
    return {
      ...stack,
      ...Object.fromEntries(deployments),
      resources: Object.fromEntries(resources),
    };
  }
}

interface StackStoreOptions {
  readonly collections: Collections;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
}

/** For how long CloudFormation knows of stacks that were deleted. */
const DELETED_KEPT_MS = 90 * 24 * 3_600_000;

/** Stacks, with those that were deleted, their change sets and events. */
export class StackStore {
  readonly clock: Clock;
  readonly events: StackEvents;
  readonly #place: { readonly region: string; readonly accountId: string };
  readonly #stacks: KeptStacks;
  readonly #changeSets: Map<string, ChangeSetRecord>;

  constructor({ collections, clock, region, accountId }: StackStoreOptions) {
    this.clock = clock;
    this.#place = { region, accountId };
    this.events = new StackEvents(collections, clock);
    this.#stacks = new KeptStacks(collections);
    this.#changeSets = collections.open('cloudformation-change-sets');
    for (const { stackId, deletedAtMs } of this.all()) {
      if (deletedAtMs !== undefined && deletedAtMs < clock.now() - DELETED_KEPT_MS) {
        this.#stacks.delete(stackId);
      }
    }
  }

  /** An ARN of CloudFormation's: `stack/{name}/{uuid}`, `changeSet/{name}/{uuid}`. */
  newId(type: 'stack' | 'changeSet', name: string): string {
    const { region, accountId } = this.#place;
    const environment = { region, accountId, stackName: '', endpointUrl: '' };
    return arnOf(environment, 'cloudformation', `${type}/${name}/${randomUUID()}`);
  }

  /** In the order in which they were created. */
  all(): readonly StackRecord[] {
    return [...this.#stacks.values()];
  }

  /** Those that were not deleted. */
  live(): readonly StackRecord[] {
    return this.all().filter(({ status }) => status !== 'DELETE_COMPLETE');
  }

  /** By name, or by id, which finds stacks that were deleted too. */
  find(nameOrId: string): StackRecord | undefined {
    return this.#stacks.get(nameOrId) ?? this.live().find(({ stackName }) => stackName === nameOrId);
  }

  get(stackId: string): StackRecord {
    const record = this.#stacks.get(stackId);
    if (record === undefined) throw new TypeError(`There is no stack ${stackId}.`);
    return record;
  }

  put(record: StackRecord): StackRecord {
    this.#stacks.set(record);
    return record;
  }

  change(stackId: string, changes: Partial<StackRecord>): StackRecord {
    return this.put({ ...this.get(stackId), ...changes });
  }

  /** Goes over to a status, and tells of it. */
  enter(stackId: string, status: StackStatus, statusReason?: string): StackRecord {
    const { statusReason: _, ...others } = this.get(stackId);
    const record = this.put({ ...others, status, ...(statusReason !== undefined && { statusReason }) });
    this.events.add({
      stackId,
      stackName: record.stackName,
      ...ofStackItself(record.stackName, stackId),
      status,
      ...(statusReason !== undefined && { statusReason }),
    });
    return record;
  }

  /** Notes what becomes of a stack's resources; one that is gone stays where `areGoneKept`. */
  journal(stackId: string, areGoneKept: boolean): Journal {
    return {
      note: (resource, status, reason) => this.#note(stackId, resource, status, reason),
      forget: ({ logicalId, physicalId }) => {
        const { resources } = this.get(stackId);
        if (areGoneKept || resources[logicalId]?.physicalId !== physicalId) return;
        const { [logicalId]: _, ...others } = resources;
        this.change(stackId, { resources: others });
      },
    };
  }

  #note(stackId: string, resource: PlannedResource, status: ResourceStatus, reason?: string): void {
    const { logicalId, physicalId, type, properties } = resource;
    const { stackName, resources } = this.get(stackId);
    const event = {
      logicalId,
      physicalId,
      type,
      status,
      ...(reason !== undefined && { statusReason: reason }),
    };
    const { timestampMs } = this.events.add({
      ...event,
      stackId,
      stackName,
      properties: JSON.stringify(properties),
    });
    const current = resources[logicalId];
    const isOfReplaced =
      status.startsWith('DELETE') && current !== undefined && current.physicalId !== physicalId;
    if (isOfReplaced) return;
    this.change(stackId, { resources: { ...resources, [logicalId]: { ...event, timestampMs } } });
  }

  changeSets(stackId: string): readonly ChangeSetRecord[] {
    return [...this.#changeSets.values()].filter((changeSet) => changeSet.stackId === stackId);
  }

  findChangeSet(changeSetId: string): ChangeSetRecord | undefined {
    return this.#changeSets.get(changeSetId);
  }

  putChangeSet(changeSet: ChangeSetRecord): ChangeSetRecord {
    this.#changeSets.set(changeSet.changeSetId, changeSet);
    return changeSet;
  }

  removeChangeSet(changeSetId: string): void {
    this.#changeSets.delete(changeSetId);
  }
}
