import { AwsError } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import type { LogGroup } from '../log-group.ts';
import type { LogStore } from '../log-store.ts';
import type { Queries } from '../queries.ts';
import { invalidParameter, type Request } from './request.ts';

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
export type Operation = (request: Request, context: ApiContext) => object | Promise<object>;

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
export function requestedGroup(request: Request, context: ApiContext): LogGroup {
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
