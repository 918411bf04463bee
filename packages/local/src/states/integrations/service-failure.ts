import { StatesError } from '../states-error.ts';

interface Failure {
  readonly message: string;
  /** The name of the service's error; undefined when it has not answered. */
  readonly code: string | undefined;
  /** What the service calls it in its answer, where that is another name. */
  readonly wireCode?: string;
  /** Whether the service's model has that error. */
  readonly isModeled: boolean;
  readonly statusCode?: number;
  readonly requestId?: string;
}

/** A call of a service that has failed. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
  readonly code: string | undefined;
  readonly wireCode: string | undefined;
  readonly isModeled: boolean;
  readonly statusCode: number;
  readonly requestId: string;

  constructor({ message, code, wireCode, isModeled, statusCode = 500, requestId = '' }: Failure) {
    super(message);
    this.code = code;
    this.wireCode = wireCode ?? code;
    this.isModeled = isModeled;
    this.statusCode = statusCode;
    this.requestId = requestId;
  }
}

/** How an integration names the failures of its service. */
export interface FailureNames {
  /** Of the error: `DynamoDB`. */
  readonly prefix: string;
  /** What stands for errors that the service's model does not have: `AmazonDynamoDBException`. */
  readonly baseException: string;
  /** As causes name it: `AmazonDynamoDBv2`. */
  readonly service: string;
}

/** The failure of an optimized integration, which is named as the SDK for Java 1 does. */
export function optimizedFailure(failure: ServiceFailure, { prefix, ...names }: FailureNames): StatesError {
  const { code, wireCode, message, statusCode, requestId } = failure;
  if (code === undefined) return new StatesError(`${prefix}.SdkClientException`, message);
  const cause = `${message} (Service: ${names.service}; Status Code: ${statusCode}; Error Code: ${wireCode}; Request ID: ${requestId}; Proxy: null)`;
  return new StatesError(`${prefix}.${exceptionOf(failure, names.baseException)}`, cause);
}

/** The failure of an AWS SDK integration, which is named as the SDK for Java 2 does: `DynamoDb.DynamoDbException`. */
export function sdkFailure(failure: ServiceFailure, prefix: string): StatesError {
  const { code, message, statusCode, requestId } = failure;
  if (code === undefined) return new StatesError(`${prefix}.SdkClientException`, message);
  const cause = `${message} (Service: ${prefix}, Status Code: ${statusCode}, Request ID: ${requestId})`;
  return new StatesError(`${prefix}.${exceptionOf(failure, `${prefix}Exception`)}`, cause);
}

/** The SDKs for Java have `Exception` at the end of each name. */
function exceptionOf({ code = '', isModeled }: ServiceFailure, baseException: string): string {
  return isModeled ? `${code.replace(/(?:Exception|Fault)$/, '')}Exception` : baseException;
}
