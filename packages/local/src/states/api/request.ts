import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import { type MemberErrors, Members, memberErrors } from '../../protocol/members.ts';
import type { ChildExecutions } from '../distributed/child-executions.ts';
import type { MapRunRecord } from '../distributed/map-run-record.ts';
import type { MapRuns } from '../distributed/map-runs.ts';
import type { ExecutionRecord } from '../execution-store.ts';
import type { Executions } from '../executions.ts';
import type { Machine } from '../machine.ts';
import type { MachineRecord, MachineRegistry } from '../machine-registry.ts';
import {
  exceedsPayloadQuota,
  isJsonObject,
  isName,
  type JsonDocument,
  MAX_PAYLOAD_BYTES,
} from '../values.ts';

const MAX_ARN_LENGTH = 256;
const MAX_NAME_LENGTH = 80;
const MAX_MAP_RUN_ARN_LENGTH = 2_000;

const ERRORS: MemberErrors = {
  ...memberErrors('ValidationException'),
  mistyped: (path, expected) =>
    new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${path}' must be ${expected}`,
    ),
};

/** The members of a request's body. What breaks the API's model is a `ValidationException`. */
export function membersOf(body: Members['json']): Members {
  return new Members(body, ERRORS);
}

/** The ARN in `member`. Throws `ValidationException` when there is none. */
export function requiredArn(request: Members, member: string): string {
  return request.text(member, { max: member === 'mapRunArn' ? MAX_MAP_RUN_ARN_LENGTH : MAX_ARN_LENGTH });
}

/** The name of an execution, or undefined for a generated one. Throws `InvalidName`. */
export function executionName({ json: { name } }: Members): string | undefined {
  if (name === undefined || name === null) return undefined;
  if (typeof name !== 'string' || !isName(name, MAX_NAME_LENGTH)) {
    throw new AwsError(
      'InvalidName',
      `Invalid Name: ${typeof name === 'string' ? `'${name}'` : JSON.stringify(name)}`,
    );
  }
  return name;
}

/** The input of an execution; an empty object when absent. Throws `InvalidExecutionInput`, `ValidationException`. */
export function executionInput(request: Members): JsonDocument {
  const input = request.optionalText('input', { min: 0 });
  if (input === undefined) return { value: {}, text: '{}' };
  if (exceedsPayloadQuota(input)) {
    throw request.invalid('input', `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
  }
  if (isTooDeepJson(input)) throw invalidInput('It is nested too deeply.');
  try {
    return { value: JSON.parse(input), text: input };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'Invalid execution input.';
    throw invalidInput(reason);
  }
}

function invalidInput(reason: string): AwsError {
  return new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${reason}'`);
}

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
const MAX_TOKEN_LENGTH = 3_096;

export interface PageRequest {
  readonly size: number;
  /** Where the page before ended; undefined for the first. */
  readonly after: number | undefined;
}

/**
 * Reads `maxResults` and `nextToken`. A token is good for one `listing` alone, as in `ListExecutions` of a machine.
 * Throws `InvalidToken` and `ValidationException`.
 */
export function pageRequest(request: Members, listing: string): PageRequest {
  const token = request.optionalText('nextToken', { max: MAX_TOKEN_LENGTH });
  const asked = request.optionalWhole('maxResults', { least: 0, most: MAX_PAGE_SIZE }) ?? 0;
  return {
    size: asked === 0 ? DEFAULT_PAGE_SIZE : asked,
    after: token === undefined ? undefined : positionIn(token, listing),
  };
}

/** Takes a page of `entries`; `positionOf` tells where an entry stands. */
export function pageOf<T>(
  entries: Iterable<T>,
  { size }: PageRequest,
  listing: string,
  positionOf: (entry: T) => number,
): { items: T[]; nextToken?: string } {
  const items: T[] = [];
  for (const entry of entries) {
    const last = items.at(-1);
    if (items.length === size && last !== undefined) {
      return { items, nextToken: tokenFor(positionOf(last), listing) };
    }
    items.push(entry);
  }
  return { items };
}

function tokenFor(after: number, listing: string): string {
  return Buffer.from(JSON.stringify({ after, listing })).toString('base64url');
}

function positionIn(token: string, listing: string): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isJsonObject(parsed) && parsed['listing'] === listing && typeof parsed['after'] === 'number') {
      return parsed['after'];
    }
  } catch {
    // Not a token of ours: refused below.
  }
  throw new AwsError('InvalidToken', "Invalid Token: 'Invalid token'");
}

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:([A-Za-z]+):(.+)$/;

/**
 * Finds an execution by its ARN, also one that a map run has started; AWS knows Express ones in no other case.
 * Throws `InvalidArn` and `ExecutionDoesNotExist`.
 */
export function findExecution(
  executions: Executions,
  children: ChildExecutions,
  arn: string,
): ExecutionRecord {
  const child = children.find(arn);
  if (child !== undefined) return child;
  // An Express child that is not known any more is named after its machine and its map run.
  requireResourceType(arn, /:express:[^:]+\//.test(arn) ? ['execution', 'express'] : ['execution']);
  const execution = executions.find(arn);
  if (execution === undefined) {
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
  }
  return execution;
}

/** As {@link findExecution}, for what AWS does with Standard executions alone. */
export function findStandardExecution(
  executions: Executions,
  children: ChildExecutions,
  arn: string,
): ExecutionRecord {
  requireResourceType(arn, ['execution']);
  return findExecution(executions, children, arn);
}

/** Finds a map run by its ARN. Throws `InvalidArn` and `ResourceNotFound`. */
export function findMapRun(mapRuns: MapRuns, arn: string): MapRunRecord {
  requireResourceType(arn, ['mapRun']);
  const mapRun = mapRuns.find(arn);
  if (mapRun === undefined) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return mapRun;
}

/** Finds a state machine by its ARN. Throws `StateMachineDoesNotExist`. */
export function findMachine(
  registry: MachineRegistry,
  arn: string,
): { machine: Machine; record: MachineRecord } {
  const machine = registry.get(arn);
  const record = registry.record(arn);
  if (machine === undefined || record === undefined) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return { machine, record };
}

/** Throws `InvalidArn` for what is not the ARN of one of the types that are expected. */
export function requireResourceType(arn: string, expected: readonly string[]): void {
  const type = ARN.exec(arn)?.[1];
  if (type === undefined) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN: ${arn}'`);
  if (!expected.includes(type)) {
    throw new AwsError('InvalidArn', `Invalid Arn: 'Resource type not valid in this context: ${type}'`);
  }
}

/** How many tokens of an execution are remembered, and for how long: API reference, RedriveExecution. */
const MAX_TOKENS = 10;
const TOKEN_LIFE_MS = 15 * 60 * 1_000;

interface UsedToken {
  readonly token: string;
  readonly redriveDateMs: number;
}

/** The client tokens of redrives: a request that arrives again redrives nothing and gets the same answer. */
export class RedriveTokens {
  /** The execution that was redriven last is last. */
  readonly #used = new Map<string, readonly UsedToken[]>();

  /** When the redrive with a token was made, in epoch milliseconds; undefined when there was none lately. */
  find(executionArn: string, token: string | undefined, nowMs: number): number | undefined {
    const used = this.#used.get(executionArn)?.find((candidate) => candidate.token === token);
    return used !== undefined && used.redriveDateMs + TOKEN_LIFE_MS > nowMs ? used.redriveDateMs : undefined;
  }

  add(executionArn: string, token: string | undefined, redriveDateMs: number): void {
    if (token === undefined) return;
    const used = this.#used.get(executionArn) ?? [];
    this.#used.delete(executionArn);
    this.#used.set(executionArn, [{ token, redriveDateMs }, ...used].slice(0, MAX_TOKENS));
    for (const [arn, [newest]] of this.#used) {
      if (newest !== undefined && newest.redriveDateMs + TOKEN_LIFE_MS > redriveDateMs) return;
      this.#used.delete(arn);
    }
  }
}
