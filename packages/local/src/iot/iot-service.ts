import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import { isTooDeepJson } from '../protocol/json.ts';
import type { Members } from '../protocol/members.ts';
import { pageOf } from '../protocol/page.ts';
import type { TopicRules } from '../rules/rules-engine.ts';
import { certificateOperations } from './api/certificates.ts';
import {
  type ApiContext,
  BY_TOKEN,
  epochSeconds,
  membersOf,
  type OperationDefinition,
  type Operations,
  pageMembers,
} from './api/operation.ts';
import { policyOperations } from './api/policies.ts';
import { thingOperations } from './api/things.ts';
import type { CertificateAuthority } from './certificate-authority.ts';
import { AlreadyExistsError } from './errors.ts';
import type { IotRegistry } from './iot-registry.ts';
import { createQuotas, type QuotaRates } from './quotas.ts';
import { compileRoute, findRoute, type RouteMatch, routeName } from './rest.ts';

interface IotServiceOptions {
  readonly registry: IotRegistry;
  readonly authority: CertificateAuthority;
  readonly topicRules: TopicRules;
  readonly clock: Clock;
  readonly accountId: string;
  /** Without a limit by default. */
  readonly quotas?: QuotaRates;
}

/** Other types are for services that do not run on a laptop. */
const ENDPOINT_TYPES = ['iot:Data', 'iot:Data-ATS'] as const;

const accountOperations: Operations = {
  /** A host without a port, as on AWS: `mqtt.port` of the stack file has the port. Certificates are made out to it. */
  DescribeEndpoint: {
    http: 'GET /endpoint',
    members: ['endpointType'],
    answer: (input) => {
      input.optionalEnum('endpointType', ENDPOINT_TYPES);
      return { endpointAddress: 'localhost' };
    },
  },
  ListTopicRules: {
    http: 'GET /rules',
    members: pageMembers(BY_TOKEN),
    answer: (input, { topicRules }) => {
      const { items, next } = pageOf(
        topicRules.all(),
        input,
        BY_TOKEN,
        ({ definition }) => definition.ruleName,
      );
      const rules = items.map(({ definition: { ruleName, ruleDisabled = false }, createdAtMs }) => ({
        ruleArn: topicRules.arnOf(ruleName),
        ruleName,
        topicPattern: topicRules.topicFilterOf(ruleName),
        createdAt: epochSeconds(createdAtMs),
        ruleDisabled,
      }));
      return { rules, ...next };
    },
  },
};

const ROUTES = Object.entries({
  ...thingOperations,
  ...certificateOperations,
  ...policyOperations,
  ...accountOperations,
}).map(([name, definition]) => compileRoute(name, definition.http, definition));

/** The operations of the control plane, by name. */
const IOT_OPERATIONS: readonly string[] = ROUTES.map(({ name }) => name);

/** The name of the operation that a call of the control plane is for, where there is one. */
export const iotOperationOf = (request: AwsRequest): string | undefined => routeName(ROUTES, request);

/** Members that go as a header, or in the query by another name. */
const HEADERS = {
  'x-amzn-principal': 'principal',
} as const;
const QUERY_NAMES: ReadonlyMap<string, string> = new Map([['isAscendingOrder', 'ascendingOrder']]);

/**
 * AWS IoT's control plane (signing name `iot`, REST with JSON): the registry of things, certificates and policies.
 * Throws {@link AwsError}. Source: AWS IoT API reference.
 */
export function createIotService(options: IotServiceOptions): AwsService {
  const { registry, authority, topicRules, clock, accountId, quotas: rates = {} } = options;
  const context: ApiContext = { registry, authority, topicRules, accountId };
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

function inputOf(request: AwsRequest, { labels, target }: RouteMatch<OperationDefinition>): Members {
  const given: Record<string, unknown> = { ...bodyOf(request) };
  for (const [key, value] of request.query) given[QUERY_NAMES.get(key) ?? key] = value;
  for (const [header, member] of Object.entries(HEADERS)) {
    if (request.headers[header] !== undefined) given[member] = request.headers[header];
  }
  membersOf(given).allow(...target.members);
  return membersOf({ ...given, ...labels });
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
