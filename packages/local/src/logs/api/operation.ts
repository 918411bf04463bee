import { AwsError } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import { parseJsonMembers } from '../../protocol/json.ts';
import type { LogGroup } from '../log-group.ts';
import type { LogStore } from '../log-store.ts';
import type { Queries } from '../queries.ts';

/** The members of a call. The readers throw `InvalidParameterException` for what AWS would not take. */
export interface Request {
  text(member: string): string;
  optionalText(member: string): string | undefined;
  /** A whole number, 0 at least. */
  number(member: string): number;
  optionalNumber(member: string): number | undefined;
  /** How many to give at once; AWS's default and maximum are one. */
  limit(member: string, max: number): number;
  flag(member: string): boolean;
  texts(member: string): readonly string[];
  list(member: string): readonly unknown[];
  has(member: string): boolean;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** Parses a call's body. Throws `SerializationException` for one that is not a JSON object. */
export function parseRequest(body: Buffer): Request {
  const members = parseJsonMembers(body);
  const get = (member: string): unknown => members[member] ?? undefined;
  const required = <T>(member: string, value: T | undefined): T => {
    if (value === undefined) throw invalidParameter(`${member} is missing`);
    return value;
  };
  const typed = <T>(member: string, isType: (value: unknown) => value is T, what: string): T | undefined => {
    const value = get(member);
    if (value === undefined || isType(value)) return value;
    throw invalidParameter(`${member} must be ${what}`);
  };
  const request: Request = {
    text: (member) => required(member, request.optionalText(member)),
    optionalText: (member) => typed(member, isText, 'text'),
    number: (member) => required(member, request.optionalNumber(member)),
    optionalNumber: (member) => typed(member, isWhole, 'a whole number, 0 at least'),
    limit(member, max) {
      const value = request.optionalNumber(member) ?? max;
      if (value < 1 || value > max) throw invalidParameter(`${member} must be from 1 to ${max}`);
      return value;
    },
    flag: (member) => typed(member, isBoolean, 'true or false') ?? false,
    texts: (member) => typed(member, isTexts, 'a list of texts') ?? [],
    list: (member) => required(member, typed(member, Array.isArray, 'a list')),
    has: (member) => get(member) !== undefined,
  };
  return request;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

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

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** A page of what is listed, from where `nextToken` says. Throws `InvalidParameterException` for another token. */
export function pageOf<T>(all: readonly T[], request: Request, size: number): Page<T> {
  const start = positionOf(request.optionalText('nextToken'));
  const end = start + size;
  return {
    items: all.slice(start, end),
    ...(end < all.length ? { nextToken: Buffer.from(`from ${end}`).toString('base64url') } : {}),
  };
}

function positionOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (position === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return Number(position);
}
