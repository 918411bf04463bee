import { AwsError } from '../../aws.ts';
import type { ObjectStore } from '../../contracts.ts';
import { type MemberErrors, Members, memberErrors } from '../../protocol/members.ts';
import { type Page, type PageNames, pageOf as pageBy } from '../../protocol/page.ts';
import type { QueryMembers, QueryValue, XmlMembers } from '../../protocol/query.ts';
import type { ChangeSetRecord, StackRecord } from '../stack-record.ts';
import type { StackStore } from '../stack-store.ts';
import type { Stacks } from '../stacks.ts';

/** The one code that CloudFormation has for most of what it refuses. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

const changeSetNotFound = (reference: string): AwsError =>
  new AwsError('ChangeSetNotFound', `ChangeSet [${reference}] does not exist`, 404);

const ERRORS: MemberErrors = {
  ...memberErrors('ValidationError'),
  mistyped: (path, expected) => validationError(`${path} must be ${expected}.`),
  unknown: (path) =>
    validationError(`The laptop runtime does not know the parameter ${path} here: leave it out.`),
};

/** The parameters of a call. The readers throw `ValidationError`. */
export const inputOf = (members: QueryMembers): Members => new Members(given(members), ERRORS);

/** A list or a structure that is empty comes as an empty text. */
function given(members: QueryMembers): QueryMembers {
  const entries = Object.entries(members).filter(([, value]) => value !== '');
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isStructure(value) ? given(value) : value]),
  );
}

const isStructure = (value: QueryValue): value is QueryMembers =>
  typeof value === 'object' && !Array.isArray(value);

/** What the operations work on. */
export interface ApiContext {
  readonly stacks: Stacks;
  /** Where templates are that a call gives the URL of. */
  readonly objects: Pick<ObjectStore, 'read'>;
  readonly endpointUrl: string;
}

/** Resolves to the result's members; to nothing for operations whose answers have no result. */
export type Operation = (input: Members, context: ApiContext) => Promise<XmlMembers | undefined>;

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;

/** The stack that `StackName` names, or gives the id of. Throws `ValidationError`, in the words of those who describe. */
export function describedStack(input: Members, store: StackStore): StackRecord {
  const reference = input.text('StackName');
  const record = store.find(reference);
  if (record === undefined) throw validationError(`Stack with id ${reference} does not exist`);
  return record;
}

/** The same for those who change. One that a change set alone has made counts only where `isReviewed` says so. */
export function existingStack(input: Members, store: StackStore, isReviewed = false): StackRecord {
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
export function newStackName(input: Members): string {
  const name = input.text('StackName');
  if (STACK_NAME.test(name)) return name;
  throw input.invalid('StackName', 'Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*');
}

/** The change set that a call names, or gives the ARN of. Throws `ChangeSetNotFound`, and `ValidationError`. */
export function foundChangeSet(input: Members, store: StackStore): ChangeSetRecord {
  const changeSet = findChangeSet(input, store);
  if (changeSet === undefined) throw changeSetNotFound(input.text('ChangeSetName'));
  return changeSet;
}

/** As {@link foundChangeSet}, for those to whom one that is not there is no error. */
export function findChangeSet(input: Members, store: StackStore): ChangeSetRecord | undefined {
  const reference = input.text('ChangeSetName');
  if (reference.startsWith('arn:')) return store.findChangeSet(reference);
  if (input.optionalText('StackName') === undefined) {
    throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
  }
  const { stackId } = existingStack(input, store, true);
  return store.changeSets(stackId).find(({ changeSetName }) => changeSetName === reference);
}

const PAGE: PageNames = { token: 'NextToken', next: 'NextToken', defaultSize: 100, maxSize: 100 };

/** A page of a list, as `NextToken` asks for it. Throws `ValidationError`. */
export const pageOf = <T>(items: readonly T[], input: Members): Page<T> => pageBy(items, input, PAGE);
