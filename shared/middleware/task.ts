import * as z from 'zod/mini';
import { correlationIdField, epochMillisecondsField, parseInput, requestIdField } from '../input.ts';
import type { Timing } from '../ports.ts';
import {
  type Accepted,
  correlate,
  createStack,
  type LambdaFunction,
  reportAccepted,
  reportFailure,
  type Stage,
} from './telemetry.ts';

/** What a state machine adds to its input; whoever invokes a function by hand may leave it all out. */
const taskEnvelope = {
  requestId: z.optional(requestIdField),
  requestedAt: z.optional(epochMillisecondsField),
  correlationId: z.optional(correlationIdField),
  source: z.optional(z.literal('execution')),
};

export interface TaskRequest<Input> {
  readonly input: Input;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly correlationId: string;
}

export interface TaskStack<Input extends z.ZodMiniType> {
  readonly operation: string;
  readonly input: Input;
}

type TaskStage = Stage<Accepted>;

function splitEnvelope(event: unknown) {
  const { requestId, requestedAt, correlationId, source, ...input } = parseInput(
    z.record(z.string(), z.unknown()),
    event,
  );
  return {
    envelope: parseInput(z.object(taskEnvelope), { requestId, requestedAt, correlationId, source }),
    input,
  };
}

/** Strict about the input: a misspelt option must not pass for one that was left out. */
export const understand = <Input extends z.ZodMiniType>({
  operation,
  input: schema,
}: TaskStack<Input>): TaskStage => ({
  before: (request) => {
    const { envelope, input } = splitEnvelope(request.event);
    const requestId = envelope.requestId ?? request.context.awsRequestId;
    const correlationId = envelope.correlationId ?? requestId;
    const { deviceId } = input;
    correlate({ operation, requestId, correlationId, ...(typeof deviceId === 'string' && { deviceId }) });
    request.event = {
      input: parseInput(schema, input),
      requestId,
      requestedAt: envelope.requestedAt ?? Date.now(),
      correlationId,
    } satisfies TaskRequest<z.output<Input>>;
  },
});

/** One line and one metric for what fails as a whole. */
export const reportTaskFailure = ({ operation }: { readonly operation: string }): TaskStage => ({
  onError: ({ error }) => {
    if (error instanceof Error) reportFailure(operation, error);
  },
});

const report = (stack: { readonly operation: string }): TaskStage => ({
  ...reportTaskFailure(stack),
  after: ({ response }) => reportAccepted(stack.operation, response ?? {}),
});

/**
 * The stack of a function with nobody to answer but its invoker: a state machine's task, or no one. Failures are
 * thrown under their own names, which the state machine retries, catches or ends with.
 */
export function onTask<Input extends z.ZodMiniType>(
  stack: TaskStack<Input>,
  handle: (request: TaskRequest<z.output<Input>>, context: Timing) => Promise<object>,
): LambdaFunction {
  return createStack([report(stack), understand(stack)], handle);
}
