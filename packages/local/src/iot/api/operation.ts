import { type MemberErrors, Members } from '../../protocol/members.ts';
import type { PageNames } from '../../protocol/page.ts';
import type { TopicRules } from '../../rules/rules-engine.ts';
import type { CertificateAuthority } from '../certificate-authority.ts';
import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';

/** What the operations work on. */
export interface ApiContext {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  readonly topicRules: TopicRules;
  readonly accountId: string;
}

/** An operation and the members that it takes, but for those of its path. */
export interface OperationDefinition {
  /** Method and path, such as `GET /things/{thingName}`. */
  readonly http: string;
  readonly members: readonly string[];
  /** Answers a call; the answer is its body. Throws `AwsError`. */
  readonly answer: (input: Members, context: ApiContext) => object | Promise<object>;
}

export type Operations = Readonly<Record<string, OperationDefinition>>;

const ERRORS: MemberErrors = {
  invalid: (path, _value, constraint) => invalidRequest(`${path}: ${constraint}`),
  mistyped: (path, expected) => invalidRequest(`${path} must be ${expected}.`),
  unknown: (path) => invalidRequest(`The laptop takes no ${path}: leave it out.`),
};

/** The members of a request, from its path, query, headers and body. */
export const membersOf = (given: Readonly<Record<string, unknown>>): Members => new Members(given, ERRORS);

/** Listings of things, and of what belongs to them. */
export const BY_TOKEN: PageNames = {
  size: 'maxResults',
  token: 'nextToken',
  next: 'nextToken',
  defaultSize: 25,
  maxSize: 250,
};
/** Listings of certificates and policies. */
export const BY_MARKER: PageNames = {
  size: 'pageSize',
  token: 'marker',
  next: 'nextMarker',
  defaultSize: 25,
  maxSize: 250,
};

/** The members of a request for a page, for what lists the members that it takes. */
export const pageMembers = ({ size = '', token }: PageNames): readonly string[] => [size, token];

/** A key in the order of a number. */
export const sequenceKey = ({ sequence }: { readonly sequence: number }): string =>
  String(sequence).padStart(16, '0');

/** An answer without members. */
export const NOTHING = {};

/** Dates go over the wire as seconds since the epoch. */
export const epochSeconds = (ms: number): number => ms / 1_000;
