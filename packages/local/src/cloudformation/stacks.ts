import type { RuntimeLog } from '../contracts.ts';
import { ALL_KINDS } from '../template/resource-kinds.ts';
import {
  bringUp,
  createResources,
  deleteResources,
  deployStarted,
  goOn,
  updateResources,
} from './operations.ts';
import type { RunningStacks } from './running-stacks.ts';
import {
  type Deployment,
  isInProgress,
  type OnFailure,
  type StackRecord,
  type StackSettings,
} from './stack-record.ts';
import type { StackStore } from './stack-store.ts';

interface StacksOptions {
  readonly running: RunningStacks;
  readonly log: RuntimeLog;
  /** Hears of every operation that has ended. */
  onSettled(): Promise<void> | void;
}

const GOOD_ENDS: ReadonlySet<string> = new Set(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'DELETE_COMPLETE']);

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
    this.#run(stackId, () => createResources(this.running, stackId));
  }

  /** Begins to update a stack. */
  update(stackId: string, deployment: Deployment, settings: StackSettings, onFailure: OnFailure): void {
    const updatedAtMs = this.store.clock.now();
    this.store.change(stackId, { ...settings, pending: deployment, onFailure, updatedAtMs });
    this.store.enter(stackId, 'UPDATE_IN_PROGRESS', USER_INITIATED);
    this.#run(stackId, () => updateResources(this.running, stackId, ALL_KINDS));
  }

  /**
   * Begins to delete a stack.
   * @param retained logical ids that stay, whatever their policies say
   */
  delete(stackId: string, retained: readonly string[] = []): void {
    this.store.enter(stackId, 'DELETE_IN_PROGRESS', USER_INITIATED);
    this.#run(stackId, () => deleteResources(this.running, stackId, new Set(retained)));
  }

  /**
   * Brings up what was deployed before this runtime started, and goes on with what was interrupted. Rejects where
   * something can't be made any longer.
   * @param but the id of the stack that is to be deployed anew anyway
   */
  async resume(but?: string): Promise<void> {
    for (const record of this.store.live()) {
      if (record.stackId === but) continue;
      try {
        if (isInProgress(record)) await goOn(this.running, record);
        else await bringUp(this.running, record);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`The stack ${record.stackName} that is kept can't be brought up again: ${reason}`, {
          cause,
        });
      }
    }
  }

  /** Deploys over whatever the stack was before. Rejects with what can't be made; nothing is rolled back then. */
  async start({ stackId }: StackRecord, deployment: Deployment): Promise<void> {
    await deployStarted(this.running, stackId, deployment);
  }

  /** Resolves once no operation is under way. */
  async settled(): Promise<void> {
    while (this.#operations.size > 0) await Promise.all(this.#operations);
  }

  #run(stackId: string, operation: () => Promise<void>): void {
    const { log, onSettled } = this.#options;
    const running = operation()
      .then(() => {
        this.#tell(stackId);
        return onSettled();
      })
      .catch((error: unknown) => {
        log.error(`a deployment failed: ${error instanceof Error ? error.stack : String(error)}`);
      })
      .finally(() => this.#operations.delete(running));
    this.#operations.add(running);
  }

  /** Whoever watches the runtime sees what others deploy to it. */
  #tell(stackId: string): void {
    const { stackName, status } = this.store.get(stackId);
    const events = this.store.events.ofStack(stackId);
    const begun = events.findIndex(({ statusReason }) => statusReason === USER_INITIATED);
    // The first that failed is why others did.
    const failed = events
      .slice(0, begun)
      .findLast((event) => event.status.endsWith('_FAILED') && event.logicalId !== stackName);
    const isGood = GOOD_ENDS.has(status);
    const reason = isGood || failed === undefined ? '' : `: ${failed.logicalId}, ${failed.statusReason}`;
    this.#options.log[isGood ? 'info' : 'warn'](`stack ${stackName} ${status}${reason}`);
  }
}
