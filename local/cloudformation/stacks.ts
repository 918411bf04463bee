import { AwsError } from '../aws.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { ResourceKind } from '../stacks/keepers.ts';
import { type Failure, makeChanges, removeOthers, takeBack } from './apply.ts';
import { changesBetween } from './changes.ts';
import { NO_RESOURCES, type PlannedResource } from './plan.ts';
import { type Prepared, type Resources, type RunningStacks, union } from './running-stacks.ts';
import {
  type Deployment,
  isInProgress,
  type OnFailure,
  type StackRecord,
  type StackSettings,
} from './stack-record.ts';
import type { StackStore } from './stack-store.ts';
import { KIND_ORDER } from './units.ts';

export interface StacksOptions {
  readonly running: RunningStacks;
  readonly log: RuntimeLog;
  /** The kinds of which an earlier runtime has left what it had. */
  readonly keptKinds: ReadonlySet<ResourceKind>;
  /** Hears of every operation that has ended. */
  onSettled(): Promise<void> | void;
}

/** While the runtime runs, all is there that was made. */
const ALL: ReadonlySet<ResourceKind> = new Set(KIND_ORDER);

const USER_INITIATED = 'User Initiated';

/** Creates, updates and deletes stacks, one operation at a time for each; goes on with what a kill has interrupted. */
export class Stacks {
  readonly store: StackStore;
  readonly running: RunningStacks;
  readonly #options: StacksOptions;
  readonly #operations = new Set<Promise<void>>();

  constructor(options: StacksOptions) {
    this.#options = options;
    this.running = options.running;
    this.store = options.running.store;
  }

  /** Begins to create a stack. */
  create(stackId: string, deployment: Deployment, onFailure: OnFailure): void {
    this.store.change(stackId, { pending: deployment, onFailure });
    this.store.enter(stackId, 'CREATE_IN_PROGRESS', USER_INITIATED);
    this.#run(() => this.#create(stackId));
  }

  /** Begins to update a stack. */
  update(stackId: string, deployment: Deployment, settings: StackSettings, onFailure: OnFailure): void {
    const updatedAtMs = this.store.clock.now();
    this.store.change(stackId, { ...settings, pending: deployment, onFailure, updatedAtMs });
    this.store.enter(stackId, 'UPDATE_IN_PROGRESS', USER_INITIATED);
    this.#run(() => this.#update(stackId, ALL));
  }

  /**
   * Begins to delete a stack.
   * @param retained logical ids that stay, whatever their policies say
   */
  delete(stackId: string, retained: readonly string[] = []): void {
    this.store.enter(stackId, 'DELETE_IN_PROGRESS', USER_INITIATED);
    this.#run(() => this.#delete(stackId, new Set(retained)));
  }

  /** Begins to take an update back once more. */
  continueRollback(stackId: string): void {
    this.store.enter(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', USER_INITIATED);
    this.#run(() => this.#rollBackUpdate(stackId, [...this.running.resourcesOf(stackId).values()]));
  }

  /**
   * Brings up what was deployed before this runtime started, and goes on with what was interrupted. Rejects where
   * something can't be made any longer.
   * @param but the id of the stack that is to be deployed anew anyway
   */
  async resume(but?: string): Promise<void> {
    for (const record of this.store.live()) {
      if (record.stackId === but) continue;
      if (isInProgress(record)) await this.#goOn(record);
      else await this.#bringUp(record);
    }
  }

  /** Deploys over whatever the stack was before. Rejects with what can't be made; nothing is rolled back then. */
  async start({ stackId }: StackRecord, deployment: Deployment): Promise<void> {
    const record = this.store.get(stackId);
    const before = this.running.readResources(record);
    const prepared = await this.running.prepare(record, deployment);
    const verb = record.deployed === undefined ? 'CREATE' : 'UPDATE';
    const isSame = verb === 'UPDATE' && changesBetween(before, prepared.plan.resources).length === 0;
    if (!isSame) this.store.enter(stackId, `${verb}_IN_PROGRESS`);
    const step = this.running.step(stackId, prepared);
    const { failures } = await makeChanges(step, before, prepared.plan.resources, this.#options.keptKinds);
    for (const failure of failures) throw explained(failure);
    this.running.complete(stackId, prepared);
    await removeOthers(step, before, prepared.plan.resources);
    this.running.cleanedUp(stackId);
    if (!isSame) this.store.enter(stackId, `${verb}_COMPLETE`);
  }

  /** Resolves once no operation is under way. */
  async settled(): Promise<void> {
    while (this.#operations.size > 0) await Promise.all(this.#operations);
  }

  #run(operation: () => Promise<void>): void {
    const { log, onSettled } = this.#options;
    const running = operation()
      .then(() => onSettled())
      .catch((error: unknown) => {
        log.error(`a deployment failed: ${error instanceof Error ? error.stack : String(error)}`);
      })
      .finally(() => this.#operations.delete(running));
    this.#operations.add(running);
  }

  async #create(stackId: string): Promise<void> {
    const record = this.store.get(stackId);
    const prepared = await this.#prepare(record);
    if (prepared instanceof Error) return this.#rollBackCreation(stackId, [], prepared.message);
    const step = this.running.step(stackId, prepared);
    const { touched, failures } = await makeChanges(step, NO_RESOURCES, prepared.plan.resources, ALL);
    if (failures.length === 0) {
      this.running.complete(stackId, prepared);
      return void this.store.enter(stackId, 'CREATE_COMPLETE');
    }
    this.running.remember(stackId, union(NO_RESOURCES, touched));
    const reason = `The following resource(s) failed to create: [${idsOf(failures)}].`;
    if (record.onFailure === 'DO_NOTHING') return void this.store.enter(stackId, 'CREATE_FAILED', reason);
    await this.#rollBackCreation(stackId, touched, `${reason} Rollback requested by user.`);
  }

  async #rollBackCreation(
    stackId: string,
    touched: readonly PlannedResource[],
    reason: string,
  ): Promise<void> {
    const isDeleted = this.store.get(stackId).onFailure === 'DELETE';
    this.store.enter(stackId, isDeleted ? 'DELETE_IN_PROGRESS' : 'ROLLBACK_IN_PROGRESS', reason);
    const failures = await takeBack(this.running.step(stackId), NO_RESOURCES, touched);
    if (failures.length > 0) {
      const status = isDeleted ? 'DELETE_FAILED' : 'ROLLBACK_FAILED';
      return void this.store.enter(stackId, status, failedToDelete(failures));
    }
    this.running.forget(stackId);
    if (isDeleted) this.#deleted(stackId);
    else this.store.enter(stackId, 'ROLLBACK_COMPLETE');
  }

  async #update(stackId: string, there: ReadonlySet<ResourceKind>): Promise<void> {
    const record = this.store.get(stackId);
    const before = this.running.resourcesOf(stackId);
    const prepared = await this.#prepare(record);
    if (prepared instanceof Error) {
      this.store.enter(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', prepared.message);
      return this.#rollBackUpdate(stackId, there === ALL ? [] : [...before.values()]);
    }
    const step = this.running.step(stackId, prepared);
    const { touched, failures } = await makeChanges(step, before, prepared.plan.resources, there);
    if (failures.length === 0) {
      this.running.complete(stackId, prepared);
      this.store.enter(stackId, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
      return this.#cleanUp(stackId, before, prepared.plan.resources);
    }
    this.running.remember(stackId, union(before, touched));
    const reason = `The following resource(s) failed to update: [${idsOf(failures)}].`;
    if (record.onFailure === 'DO_NOTHING') return void this.store.enter(stackId, 'UPDATE_FAILED', reason);
    this.store.enter(stackId, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
    await this.#rollBackUpdate(stackId, touched);
  }

  /** As on AWS, what can't be removed stays behind, and the update is complete all the same. */
  async #cleanUp(stackId: string, before: Resources, after: Resources): Promise<void> {
    await removeOthers(this.running.step(stackId), before, after);
    this.running.cleanedUp(stackId);
    this.store.enter(stackId, 'UPDATE_COMPLETE');
  }

  async #rollBackUpdate(stackId: string, touched: readonly PlannedResource[]): Promise<void> {
    const { deployed: deployment, ...record } = this.store.get(stackId);
    if (deployment === undefined) throw new TypeError(`Nothing is deployed to ${stackId}.`);
    const plan = this.running.plan(record, deployment);
    const failures = await takeBack(this.running.step(stackId), plan.resources, touched);
    if (failures.length > 0) {
      const reason = `The following resource(s) failed to update: [${idsOf(failures)}].`;
      return void this.store.enter(stackId, 'UPDATE_ROLLBACK_FAILED', reason);
    }
    this.running.complete(stackId, { plan, deployment });
    this.running.cleanedUp(stackId);
    this.store.enter(stackId, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    this.store.enter(stackId, 'UPDATE_ROLLBACK_COMPLETE');
  }

  async #delete(stackId: string, retained: ReadonlySet<string>): Promise<void> {
    const before = this.running.resourcesOf(stackId);
    const resources = [...before].map(([key, resource]) => {
      const deletionPolicy = retained.has(resource.logicalId) ? 'Retain' : resource.deletionPolicy;
      return [key, { ...resource, deletionPolicy }] as const;
    });
    const step = { ...this.running.step(stackId), journal: this.store.journal(stackId, true) };
    const failures = await removeOthers(step, new Map(resources), NO_RESOURCES);
    if (failures.length === 0) {
      this.running.forget(stackId);
      return this.#deleted(stackId);
    }
    const left = new Set(failures.map(({ logicalId }) => logicalId));
    const remaining = [...before].filter(([, { logicalId }]) => left.has(logicalId));
    this.running.remember(stackId, new Map(remaining));
    this.store.enter(stackId, 'DELETE_FAILED', failedToDelete(failures));
  }

  #deleted(stackId: string): void {
    for (const { changeSetId } of this.store.changeSets(stackId)) this.store.removeChangeSet(changeSetId);
    this.store.change(stackId, { deletedAtMs: this.store.clock.now() });
    this.store.enter(stackId, 'DELETE_COMPLETE');
  }

  /** Makes what the stack is made of, without a word: on AWS it would have gone on running. */
  async #bringUp(record: StackRecord): Promise<void> {
    const { stackId, deployed, pending } = record;
    const plan = deployed && this.running.plan(record, deployed);
    const resources =
      plan === undefined || pending !== undefined ? this.running.readResources(record) : plan.resources;
    const { keptKinds } = this.#options;
    const { failures } = await makeChanges(this.running.silentStep(), resources, resources, keptKinds);
    for (const failure of failures) throw explained(failure);
    this.running.remember(stackId, resources, plan?.stack);
  }

  /** What a kill has interrupted begins again: all that it does can be done twice. */
  async #goOn(record: StackRecord): Promise<void> {
    const { stackId, status } = record;
    const resources = this.running.readResources(record);
    this.running.remember(stackId, resources);
    switch (status) {
      case 'CREATE_IN_PROGRESS':
        return this.#create(stackId);
      case 'ROLLBACK_IN_PROGRESS':
        return this.#rollBackCreation(stackId, [...resources.values()], record.statusReason ?? '');
      case 'DELETE_IN_PROGRESS':
        return this.#delete(stackId, new Set());
      case 'UPDATE_ROLLBACK_IN_PROGRESS':
      case 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS':
        return this.#rollBackUpdate(stackId, [...resources.values()]);
      case 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS':
        await this.#bringUp(record);
        return this.#cleanUp(stackId, resources, this.running.resourcesOf(stackId));
      default:
        return this.#update(stackId, this.#options.keptKinds);
    }
  }

  /** The error is of a template that can't be read any longer, such as for an export that has gone. */
  async #prepare(record: StackRecord): Promise<Prepared | Error> {
    if (record.pending === undefined) throw new TypeError(`Nothing is to be deployed to ${record.stackId}.`);
    try {
      return await this.running.prepare(record, record.pending);
    } catch (error) {
      if (error instanceof Error) return error;
      throw error;
    }
  }
}

/** A start that fails says which resource it fails at, where the error does not. */
function explained({ logicalId, error }: Failure): Error {
  if (!(error instanceof AwsError)) return error;
  return new Error(`Resources.${logicalId} can't be created: ${error.message}`, { cause: error });
}

const idsOf = (failures: readonly Failure[]): string => failures.map(({ logicalId }) => logicalId).join(', ');

const failedToDelete = (failures: readonly Failure[]): string =>
  `The following resource(s) failed to delete: [${idsOf(failures)}].`;
