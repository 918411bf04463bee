import { AwsError } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import { parseJsonMembers } from '../../protocol/json.ts';
import { type MemberErrors, Members, memberErrors } from '../../protocol/members.ts';
import { type Page, pageOf as pageBy } from '../../protocol/page.ts';
import type { LogGroup } from '../log-group.ts';
import type { LogStore } from '../log-store.ts';
import type { Queries } from '../queries.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

const ERRORS: MemberErrors = {
  ...memberErrors('InvalidParameterException'),
  mistyped: (path, expected) => invalidParameter(`${path} must be ${expected}`),
};

/** The members of a call. Throws `SerializationException` for a body that is not a JSON object. */
export const parseRequest = (body: Buffer): Members => new Members(parseJsonMembers(body), ERRORS);

/** `AWS::Logs::QueryDefinition` */
export interface QueryDefinition {
  readonly queryDefinitionId: string;
  readonly name: string;
  readonly queryString: string;
  readonly logGroupNames: readonly string[];
}

export interface KeptQueryDefinition extends QueryDefinition {
  /** Epoch milliseconds. */
  readonly lastModified: number;
}

/** What the operations work on. */
export interface ApiContext {
  readonly store: LogStore;
  readonly queries: Queries;
  /** By their ids. */
  readonly queryDefinitions: Map<string, KeptQueryDefinition>;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
}

/** Answers a call. Throws `AwsError` for what AWS answers with an error. */
export type Operation = (request: Members, context: ApiContext) => object | Promise<object>;

const GROUP_ARN = /^arn:aws:logs:([^:]+):([^:]+):log-group:([^:*]+)(?::\*)?$/;

/** By its name or its ARN. Throws `ResourceNotFoundException`. */
export function findGroup(reference: string, { store, region, accountId }: ApiContext): LogGroup {
  const [, ...arn] = GROUP_ARN.exec(reference) ?? [];
  const isHere = arn.length === 0 || (arn[0] === region && arn[1] === accountId);
  const group = isHere ? store.group(arn[2] ?? reference) : undefined;
  if (group === undefined) {
    throw new AwsError('ResourceNotFoundException', `The specified log group does not exist: ${reference}`);
  }
  return group;
}

/** The group that a call is about: by `logGroupName` or `logGroupIdentifier`, one of them. */
export function requestedGroup(request: Members, context: ApiContext): LogGroup {
  const [name, identifier] = [
    request.optionalText('logGroupName'),
    request.optionalText('logGroupIdentifier'),
  ];
  const reference = name ?? identifier;
  if (reference === undefined || (name !== undefined && identifier !== undefined)) {
    throw invalidParameter('Give one of logGroupName and logGroupIdentifier.');
  }
  return findGroup(reference, context);
}

/** `arn:aws:logs:{region}:{accountId}:log-group:{name}` */
export function groupArn(group: LogGroup, { region, accountId }: ApiContext): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${group.logGroupName}`;
}

/** A page of what is listed, from where `nextToken` says. Throws `InvalidParameterException` for another token. */
export function pageOf<T>(all: readonly T[], request: Members, size: string, maxSize: number): Page<T> {
  return pageBy(all, request, { size, token: 'nextToken', next: 'nextToken', defaultSize: maxSize, maxSize });
}
