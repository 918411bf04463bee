import { AwsError } from '../../aws.ts';
import type { ObjectStore } from '../../contracts.ts';
import type { QueryMembers, QueryValue, XmlMembers } from '../../protocol/query.ts';
import type { ChangeSetRecord, StackRecord } from '../stack-record.ts';
import type { StackStore } from '../stack-store.ts';
import type { Stacks } from '../stacks.ts';

/** The one code that CloudFormation has for most of what it refuses. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

const changeSetNotFound = (reference: string): AwsError =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${reference}] does not exist`, 404);

/** The parameters of a call, read with their types checked. Each getter throws `ValidationError`. */
export class Input {
  readonly #members: QueryMembers;

  constructor(members: QueryMembers) {
    this.#members = members;
  }

  /** Refuses all parameters but these: to pass one over might be to do something else than AWS does. */
  allow(names: readonly string[]): void {
    const unknown = Object.keys(this.#members).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw validationError(`The laptop runtime does not know the parameter ${unknown} here: leave it out.`);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value !== undefined) return value;
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }

  optionalText(name: string): string | undefined {
    const value = this.#members[name];
    if (value === undefined || typeof value === 'string') return value;
    throw validationError(`${name} must be text.`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw validationError(`${name} must be true or false, not ${value}.`);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    const known = values.find((one) => one === value);
    if (value === undefined || known !== undefined) return known;
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    throw validationError(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
    );
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((value) => {
      if (typeof value === 'string') return value;
      throw validationError(`${name} must be a list of texts.`);
    });
  }

  objects(name: string): readonly Input[] {
    return this.#list(name).map((value) => {
      if (isMembers(value)) return new Input(value);
      throw validationError(`${name} must be a list of structures.`);
    });
  }

  /** Undefined for one without members. */
  object(name: string): Input | undefined {
    const value = this.#members[name];
    if (value === undefined || value === '') return undefined;
    if (isMembers(value)) return new Input(value);
    throw validationError(`${name} must be a structure.`);
  }

  #list(name: string): readonly QueryValue[] {
    const value = this.#members[name];
    if (value === undefined || value === '') return [];
    if (isList(value)) return value;
    throw validationError(`${name} must be a list.`);
  }
}

function isList(value: QueryValue): value is readonly QueryValue[] {
  return Array.isArray(value);
}

const isMembers = (value: QueryValue): value is QueryMembers => typeof value === 'object' && !isList(value);

/** What the operations work on. */
export interface ApiContext {
  readonly stacks: Stacks;
  /** Where templates are that a call gives the URL of. */
  readonly objects: Pick<ObjectStore, 'read'>;
  readonly endpointUrl: string;
}

/** Resolves to the result's members; to nothing for operations whose answers have no result. */
export type Operation = (input: Input, context: ApiContext) => Promise<XmlMembers | undefined>;

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** The stack that `StackName` names, or gives the id of. Throws `ValidationError`, in the words of those who describe. */
export function describedStack(input: Input, store: StackStore): StackRecord {
  const reference = input.text('StackName');
  const record = store.find(reference);
  if (record === undefined) throw validationError(`Stack with id ${reference} does not exist`);
  return record;
}

/** The same for those who change. One that a change set alone has made counts only where `isReviewed` says so. */
export function existingStack(input: Input, store: StackStore, isReviewed = false): StackRecord {
  const reference = input.text('StackName');
  const record = store.find(reference);
  const isThere =
    record !== undefined &&
    record.status !== 'DELETE_COMPLETE' &&
    (isReviewed || record.status !== 'REVIEW_IN_PROGRESS');
  if (isThere) return record;
  throw validationError(`Stack [${reference}] does not exist`);
}

/** The name for a new stack. Throws `ValidationError`. */
export function newStackName(input: Input): string {
  const name = input.text('StackName');
  if (STACK_NAME.test(name)) return name;
  throw validationError(
    `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*`,
  );
}

/** The change set that a call names, or gives the ARN of. Throws `ChangeSetNotFound`, and `ValidationError`. */
export function foundChangeSet(input: Input, store: StackStore): ChangeSetRecord {
  const changeSet = findChangeSet(input, store);
  if (changeSet === undefined) throw changeSetNotFound(input.text('ChangeSetName'));
  return changeSet;
}

/** As {@link foundChangeSet}, for those to whom one that is not there is no error. */
export function findChangeSet(input: Input, store: StackStore): ChangeSetRecord | undefined {
  const reference = input.text('ChangeSetName');
  if (reference.startsWith('arn:')) return store.findChangeSet(reference);
  if (input.optionalText('StackName') === undefined) {
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  const { stackId } = existingStack(input, store, true);
  return store.changeSets(stackId).find(({ changeSetName }) => changeSetName === reference);
}

const PAGE_SIZE = 100;

/** A page of a list, as `NextToken` asks for it. Throws `ValidationError`. */
export function pageOf<T>(
  items: readonly T[],
  input: Input,
): { readonly items: readonly T[]; readonly next: { readonly NextToken?: string } } {
  const start = startOf(input.optionalText('NextToken'));
  const end = start + PAGE_SIZE;
  const next = end < items.length ? { NextToken: Buffer.from(`from ${end}`).toString('base64url') } : {};
  return { items: items.slice(start, end), next };
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, start] = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (start === undefined) throw validationError('NextToken is none that this operation has given.');
  return Number(start);
}
