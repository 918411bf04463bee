import { randomUUID } from 'node:crypto';
import { AwsError } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import type { Collections } from '../../data/collections.ts';

/** What a token tells of its task. */
export interface TokenParts {
  readonly executionArn: string;
  readonly taskId: string;
}

const MARK = 'AQoDYXdzl';

/** The token of a task: opaque to whoever is given it. */
export function taskToken({ executionArn, taskId }: TokenParts): string {
  return MARK + Buffer.from(JSON.stringify([executionArn, taskId])).toString('base64');
}

/** Reads a token; undefined for what is none. */
export function readTaskToken(token: string): TokenParts | undefined {
  if (!token.startsWith(MARK)) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token.slice(MARK.length), 'base64').toString('utf8'));
    if (!Array.isArray(parts)) return undefined;
    const [executionArn, taskId] = parts;
    return typeof executionArn === 'string' && typeof taskId === 'string'
      ? { executionArn, taskId }
      : undefined;
  } catch {
    // Not a token of ours.
    return undefined;
  }
}

/** How a task ended, as whoever has its token tells. */
export type TaskOutcome =
  | { readonly output: string }
  | { readonly error: string | undefined; readonly cause: string | undefined };

/** A task that waits for something outside of its execution. It is plain data, and kept. */
export interface PendingTask {
  readonly id: string;
  readonly executionArn: string;
  /** Where it is in its execution. */
  readonly place: string;
  readonly retryCount: number;
  readonly timeoutSeconds?: number | undefined;
  readonly heartbeatSeconds?: number | undefined;
  /** When it began, and when a heartbeat came last; its limits count from there. Absent until it has been submitted. */
  readonly startedMs?: number;
  readonly heartbeatMs?: number;
  /** Present once it has ended, until its execution has noted that. */
  readonly outcome?: TaskOutcome;
}

/** What is known of a task before its arguments are. */
export type NewPendingTask = Pick<PendingTask, 'executionArn' | 'place' | 'retryCount'>;

/** What is known of a task once it is submitted. */
export type Submission = Pick<PendingTask, 'timeoutSeconds' | 'heartbeatSeconds'>;

/** The tasks of all executions that wait for their token to come back. */
export class PendingTasks {
  readonly #clock: Clock;
  readonly #collections: Pick<Collections, 'open' | 'committed'>;
  /** By id, in the order that they were opened in. */
  readonly #tasks: Map<string, PendingTask>;
  /** The ids of an execution's tasks, by where they are in it. */
  readonly #places = new Map<string, Map<string, string>>();
  readonly #listeners = new Map<string, () => void>();

  constructor(clock: Clock, collections: Pick<Collections, 'open' | 'committed'>) {
    this.#clock = clock;
    this.#collections = collections;
    this.#tasks = collections.open('state-machine-tasks');
    for (const task of this.#tasks.values()) this.#place(task);
  }

  /** Forgets the tasks of executions that do not run any more. */
  prune(isRunning: (executionArn: string) => boolean): void {
    for (const task of [...this.#tasks.values()]) if (!isRunning(task.executionArn)) this.remove(task);
  }

  open(task: NewPendingTask): PendingTask {
    const opened = { ...task, id: randomUUID() };
    this.#place(opened);
    return this.#put(opened);
  }

  /** Resolves once what is known of tasks outlives this process: before that, nobody is to be given a token. */
  kept(): Promise<void> {
    return this.#collections.committed();
  }

  /** The task that an execution has left at a place, where it is gone on with. */
  at(executionArn: string, place: string): PendingTask | undefined {
    const id = this.#places.get(executionArn)?.get(place);
    return id === undefined ? undefined : this.#tasks.get(id);
  }

  /** The task as it is now. Throws `TypeError` for one that was removed. */
  current({ id }: PendingTask): PendingTask {
    const task = this.#tasks.get(id);
    if (task === undefined) throw new TypeError(`There is no task ${id} any more.`);
    return task;
  }

  /** The task was submitted: from now on its limits count. */
  submitted(task: PendingTask, submission: Submission): PendingTask {
    const nowMs = this.#clock.now();
    return this.#put({ ...this.current(task), ...submission, startedMs: nowMs, heartbeatMs: nowMs });
  }

  remove({ id, executionArn, place }: PendingTask): void {
    this.#tasks.delete(id);
    const places = this.#places.get(executionArn);
    if (places?.get(place) !== id) return;
    places.delete(place);
    if (places.size === 0) this.#places.delete(executionArn);
  }

  /** Forgets what an execution has left inside of a place, or anywhere, so that whatever runs there again begins anew. */
  removeInside(executionArn: string, place?: string): void {
    for (const [at, id] of [...(this.#places.get(executionArn) ?? [])]) {
      const task = this.#tasks.get(id);
      if (task !== undefined && (place === undefined || isInside(at, place))) this.remove(task);
    }
  }

  /** Resolves with the next change of a task, or when `signal` aborts. */
  changed({ id }: PendingTask, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = () => {
      this.#listeners.delete(id);
      resolve();
    };
    this.#listeners.set(id, end);
    signal.addEventListener('abort', end, { once: true });
    return promise;
  }

  tokenOf({ id, executionArn }: PendingTask): string {
    return taskToken({ executionArn, taskId: id });
  }

  /**
   * SendTaskSuccess and SendTaskFailure. Throws `InvalidToken`, and `TaskTimedOut` for a task that waits no more, or
   * `TaskDoesNotExist` for one of an execution that there is not.
   */
  settle(token: string, outcome: TaskOutcome, executionExists: (arn: string) => boolean): void {
    this.#put({ ...this.#byToken(token, executionExists), outcome });
  }

  /** SendTaskHeartbeat. Throws as `settle` does. */
  beat(token: string, executionExists: (arn: string) => boolean): void {
    const task = this.#byToken(token, executionExists);
    if (task.heartbeatMs === undefined) return;
    this.#put({ ...task, heartbeatMs: this.#clock.now() });
  }

  #byToken(token: string, executionExists: (arn: string) => boolean): PendingTask {
    const parts = readTaskToken(token);
    if (parts === undefined) throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
    const task = this.#tasks.get(parts.taskId);
    if (task !== undefined && task.outcome === undefined) return task;
    if (executionExists(parts.executionArn)) {
      throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    }
    throw new AwsError('TaskDoesNotExist', "Task Does Not Exist: 'Provided task does not exist'");
  }

  #place({ executionArn, place, id }: PendingTask): void {
    const places = this.#places.get(executionArn) ?? new Map<string, string>();
    this.#places.set(executionArn, places.set(place, id));
  }

  #put(task: PendingTask): PendingTask {
    this.#tasks.set(task.id, task);
    this.#listeners.get(task.id)?.();
    return task;
  }
}

function isInside(place: string, outer: string): boolean {
  return place === outer || place.startsWith(`${outer}/`);
}
