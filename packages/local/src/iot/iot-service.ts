import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { isTooDeepJson } from '../protocol/json.ts';
import type { TopicRules } from '../rules/topic-rules.ts';
import { accountOperations } from './api/account-operations.ts';
import { certificateOperations } from './api/certificate-operations.ts';
import { Input } from './api/input.ts';
import { membershipOperations } from './api/membership-operations.ts';
import type { ApiContext, OperationDefinition } from './api/operation.ts';
import { policyAttachmentOperations } from './api/policy-attachment-operations.ts';
import { policyOperations } from './api/policy-operations.ts';
import { principalOperations } from './api/principal-operations.ts';
import { tagOperations } from './api/tag-operations.ts';
import { thingGroupOperations } from './api/thing-group-operations.ts';
import { thingOperations } from './api/thing-operations.ts';
import { thingTypeOperations } from './api/thing-type-operations.ts';
import { topicRuleOperations } from './api/topic-rule-operations.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { AlreadyExistsError } from './errors.ts';
import { EventConfigurations } from './event-configurations.ts';
import type { IotRegistry } from './iot-registry.ts';
import { createQuotas, type QuotaRates } from './quotas.ts';
import { publishRegistryEvents } from './registry-events.ts';
import { compileRoute, findRoute, type RouteMatch, routeName } from './rest.ts';

export interface IotServiceOptions {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  readonly topicRules: TopicRules;
  readonly clock: Clock;
  readonly accountId: string;
  /** Publishes the registry's events. */
  readonly publish: (topic: string, payload: Buffer) => Promise<void>;
  readonly log: RuntimeLog;
  /** Without a limit by default. */
  readonly quotas?: QuotaRates;
  /** Keeps the account's settings; in memory by default. */
  readonly collections?: Collections;
}

const ROUTES = Object.entries({
  ...thingOperations,
  ...thingTypeOperations,
  ...thingGroupOperations,
  ...membershipOperations,
  ...certificateOperations,
  ...policyOperations,
  ...policyAttachmentOperations,
  ...principalOperations,
  ...accountOperations,
  ...topicRuleOperations,
  ...tagOperations,
}).map(([name, definition]) => compileRoute(name, definition.http, definition));

/** The operations of the control plane, by name. */
export const IOT_OPERATIONS: readonly string[] = ROUTES.map(({ name }) => name);

/** The name of the operation that a call of the control plane is for, where there is one. */
export const iotOperationOf = (request: AwsRequest): string | undefined => routeName(ROUTES, request);

/** Members that go as a header, or in the query by another name. */
const HEADERS = {
  'x-amz-tagging': 'tags',
  'x-amzn-principal': 'principal',
  'x-amzn-iot-principal': 'principal',
  'x-amzn-iot-policy': 'policyName',
} as const;
const QUERY_NAMES: ReadonlyMap<string, string> = new Map([['isAscendingOrder', 'ascendingOrder']]);

/**
 * AWS IoT's control plane (signing name `iot`, REST with JSON): the registry of things, certificates and policies,
 * and topic rules.
 * Throws {@link AwsError}. Source: AWS IoT API reference.
 */
export function createIotService(options: IotServiceOptions): AwsService {
  const { registry, authority, topicRules, clock, accountId, publish, log, quotas: rates = {} } = options;
  const events = new EventConfigurations(clock, options.collections ?? memoryCollections);
  publishRegistryEvents({
    changes: registry.changes,
    configurations: events,
    clock,
    accountId,
    publish,
    log,
  });
  const context: ApiContext = { registry, authority, events, topicRules, accountId };
  const takeToken = createQuotas({ rates, operations: IOT_OPERATIONS, clock, status: 400 });

  return async (request) => {
    const route = findRoute(ROUTES, request, 'AWS IoT');
    takeToken(route.name);
    const input = inputOf(request, route);
    try {
      return json(200, await route.target.answer(input, context));
    } catch (error) {
      if (error instanceof AlreadyExistsError) return alreadyExists(error);
      throw error;
    }
  };
}

function inputOf(request: AwsRequest, { name, labels, target }: RouteMatch<OperationDefinition>): Input {
  const given: Record<string, unknown> = { ...bodyOf(request) };
  for (const [key, value] of request.query) given[QUERY_NAMES.get(key) ?? key] = value;
  for (const [header, member] of Object.entries(HEADERS)) {
    if (request.headers[header] !== undefined) given[member] = request.headers[header];
  }
  new Input(given).allow(target.members, name);
  return new Input({ ...given, ...labels });
}

function bodyOf({ body }: AwsRequest): object {
  if (body.length === 0) return {};
  if (isTooDeepJson(body)) throw new AwsError('InvalidRequestException', 'The body is nested too deeply.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new AwsError('InvalidRequestException', `The body is not JSON: ${String(error)}`);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  throw new AwsError('InvalidRequestException', 'The body must be a JSON object.');
}

function alreadyExists({ code, status, message, resourceId, resourceArn }: AlreadyExistsError): AwsResponse {
  const answer = json(status, { message, resourceId, resourceArn });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': code } };
}

function json(status: number, answer: object): AwsResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(answer) };
}
