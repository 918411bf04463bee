import { AwsError } from '../aws.ts';
import type { Shipment } from './send-to-target.ts';

export type ExhaustedRetryCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds';

export interface FailedShipment {
  readonly shipment: Shipment;
  readonly error: unknown;
  /** What the error says. */
  readonly reason: string;
  readonly retries: number;
  /** Absent for what is not tried again. */
  readonly condition: ExhaustedRetryCondition | undefined;
}

const CODES: readonly (readonly [code: string, error: RegExp])[] = [
  ['INVALID_JSON', /InvalidJson|InvalidExecutionInput|InvalidRequestContent/],
  ['NO_PERMISSIONS', /AccessDenied/],
  ['NO_RESOURCE', /NotFound|NonExistent|DoesNotExist/],
  ['RESOURCE_ALREADY_EXISTS', /AlreadyExists/],
  ['THROTTLING', /Throttl|TooManyRequests/],
];

/** EventBridge's own name of what went wrong, of those that its user guide lists for dead-letter queues. */
export function errorCodeOf(error: unknown): string {
  if (!(error instanceof AwsError)) return 'INTERNAL_ERROR';
  const code = CODES.find(([, pattern]) => pattern.test(error.code))?.[0];
  return code ?? (error.status >= 500 ? 'ERROR_FROM_TARGET' : 'INVALID_PARAMETER');
}

/**
 * The attributes of the message that holds an event which could not be delivered.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function deadLetterAttributes(failed: FailedShipment): Readonly<Record<string, string>> {
  const { rule, target } = failed.shipment;
  return {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: errorCodeOf(failed.error),
    // SQS takes no empty attribute.
    ERROR_MESSAGE: failed.reason === '' ? 'Unknown' : failed.reason,
    ...(failed.condition === undefined
      ? {}
      : { EXHAUSTED_RETRY_CONDITION: failed.condition, RETRY_ATTEMPTS: String(failed.retries) }),
  };
}
