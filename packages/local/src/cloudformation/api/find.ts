import type { ChangeSetRecord, StackRecord } from '../stack-record.ts';
import type { StackStore } from '../stack-store.ts';
import { changeSetNotFound, validationError } from './errors.ts';
import type { Input } from './input.ts';

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
