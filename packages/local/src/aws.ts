import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** One call of an AWS API, told apart by the credential scope of its `Authorization` header. */
export interface AwsRequest {
  /** The signing name of the service: `dynamodb`, `states`, `lambda`, `sqs`, `iotdata` … */
  readonly service: string;
  readonly method: string;
  /** The path as it came, percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when the client has gone before it was answered; absent where it can't go. */
  readonly gone?: AbortSignal;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** Sent in place of `body`, for what should not be in memory as a whole. */
  readonly stream?: Readable;
}

/** Answers the calls of one AWS service. Throws {@link AwsError} for what AWS answers with an error. */
export type AwsService = (request: AwsRequest) => Promise<AwsResponse>;

/** What an error of a REST protocol may have besides its message. */
interface ErrorDetails {
  readonly members?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that AWS would answer with: `code` is AWS's own name for it, `status` the HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, status = 400, details: ErrorDetails = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
