import * as z from 'zod/mini';
import { DeviceIdMismatch, InvalidInput, Rejection } from '../errors.ts';
import { deviceIdField, epochMillisecondsField, parseInput, requestIdField } from '../input.ts';
import type { Notices, Timing } from '../ports.ts';
import {
  correlate,
  createStack,
  type LambdaFunction,
  reportAccepted,
  reportFailure,
  type Stage,
} from './telemetry.ts';

/** What the rules in resources/rules.yml select of a device's message; `payload` is base64 of the original. */
const ruleEvent = z.object({
  trigger: z.literal('rule'),
  payload: z.string(),
  topic: z.string(),
  deviceId: z.string(),
  operation: z.enum(['register', 'update', 'heartbeat', 'decommission']),
  /** What a topic can hold, so that there is one to answer on. */
  clientId: z
    .string()
    .check(z.regex(/^[^/+#\p{Cc}\p{Cs}]{1,128}$/u, 'must be 1 to 128 characters that a topic can hold')),
  /** The id of the X.509 certificate that the device connected with. */
  principal: z.optional(z.string()),
  receivedAt: epochMillisecondsField,
  traceId: z.string(),
});
export type RuleEvent = z.output<typeof ruleEvent>;

/** A device's request, once its payload is understood. */
export interface DeviceRequest<Payload> {
  readonly deviceId: string;
  readonly payload: Payload;
  readonly certificateId: string | undefined;
  readonly requestId: string;
  /** Epoch milliseconds at which AWS IoT received it. */
  readonly requestedAt: number;
  readonly correlationId: string;
}

interface RuleStack<Payload extends z.ZodMiniType> {
  /** The payload, without the `requestId` that every payload may have. */
  readonly payload: Payload;
  readonly notices: Notices;
}

/** What the stages of one invocation know of its request, as far as they have come. */
interface Progress extends Record<string, unknown> {
  event?: RuleEvent;
  requestId?: string;
}

type Answer = Readonly<Record<string, unknown>> & { readonly outcome?: string };
type RuleStage = Stage<Answer, Progress>;

const CERTIFICATE_ID = /^[0-9a-f]{64}$/;

function parseJson(base64: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64')));
  } catch (error) {
    throw new InvalidInput('The payload is not JSON in UTF-8. Publish a JSON object.', { cause: error });
  }
}

/** The requester's own id for the request, wherever a payload has a usable one. */
function findRequestId(payload: unknown): string | undefined {
  const requestId = z.object({ requestId: requestIdField }).safeParse(payload);
  return requestId.success ? requestId.data.requestId : undefined;
}

/** Understands the envelope first, so that there is someone to tell when the payload is not understood. */
const understand = <Payload extends z.ZodMiniType>({ payload: schema }: RuleStack<Payload>): RuleStage => ({
  before: (request) => {
    const event = parseInput(ruleEvent, request.event);
    const { operation, deviceId, clientId, traceId } = event;
    request.internal.event = event;
    request.internal.requestId = traceId;
    correlate({ operation, deviceId, requestId: traceId, correlationId: traceId });
    const json = event.payload === '' ? {} : parseJson(event.payload);
    const requestId = findRequestId(json) ?? traceId;
    request.internal.requestId = requestId;
    correlate({ requestId });
    if (deviceId !== clientId) throw new DeviceIdMismatch(deviceId, clientId);
    parseInput(z.object({ deviceId: deviceIdField }), { deviceId });
    const isCertificate = event.principal !== undefined && CERTIFICATE_ID.test(event.principal);
    request.event = {
      deviceId,
      payload: parsePayload(schema, json),
      certificateId: isCertificate ? event.principal : undefined,
      requestId,
      requestedAt: event.receivedAt,
      correlationId: traceId,
    } satisfies DeviceRequest<z.output<Payload>>;
  },
});

/** `requestId` belongs to the envelope: it is checked for all payloads and known to none. */
function parsePayload<Payload extends z.ZodMiniType>(schema: Payload, json: unknown): z.output<Payload> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new InvalidInput('The payload is not a JSON object. Publish one, such as {}.');
  }
  const { requestId, ...payload } = json as Record<string, unknown>;
  parseInput(z.object({ requestId: z.optional(requestIdField) }), { requestId });
  return parseInput(schema, payload);
}

/** Answers go to the sender's own topics, so that nobody is told of what another has asked. */
const answerTopic = ({ clientId, operation }: RuleEvent, verdict: 'accepted' | 'rejected') =>
  `devices/${clientId}/${operation}/${verdict}`;

const epochSeconds = () => Math.floor(Date.now() / 1000);

/** Tells the device how its request went. What it cannot be told is thrown, tried again, and dead-lettered. */
const answerDevice = <Payload extends z.ZodMiniType>({ notices }: RuleStack<Payload>): RuleStage => ({
  after: async ({ response, internal: { event, requestId } }) => {
    if (event === undefined) return;
    await notices.publish(answerTopic(event, 'accepted'), {
      ...response,
      requestId,
      timestamp: epochSeconds(),
    });
    reportAccepted(event.operation, response ?? {});
  },
  onError: async (request) => {
    const { error, internal } = request;
    const { event, requestId } = internal;
    if (event !== undefined && error instanceof Rejection) {
      const { name: code, message } = error;
      const answer = { code, message, requestId, timestamp: epochSeconds() };
      try {
        await notices.publish(answerTopic(event, 'rejected'), answer);
        request.response = answer;
      } catch (untold) {
        // Not thrown from here, which would keep the stages after this one from writing the metrics out.
        request.error = untold as Error;
      }
    }
    if (request.error instanceof Error) reportFailure(event?.operation ?? 'unknown', request.error);
  },
});

/**
 * The stack of a function that a rule of devices/{deviceId}/{operation} invokes: understands the message, calls
 * `handle`, and answers the device. A refusal is an answer and ends well; anything else is thrown, so that Lambda
 * tries again and then sends the message, with its original payload, to the dead-letter queue.
 */
export function onRule<Payload extends z.ZodMiniType>(
  stack: RuleStack<Payload>,
  handle: (request: DeviceRequest<z.output<Payload>>, context: Timing) => Promise<object>,
): LambdaFunction {
  return createStack([answerDevice(stack), understand(stack)], handle);
}

/** State machines say that they are the source: the input of an execution cannot pass for a device's message. */
export const isRuleEvent = (event: unknown): boolean =>
  typeof event === 'object' &&
  event !== null &&
  'trigger' in event &&
  event.trigger === 'rule' &&
  !('source' in event);
