import type { AwsError, AwsRequest, AwsResponse } from '../aws.ts';
import { escapeXml } from '../protocol/query.ts';

/** How a request wants its errors, told by its own form. */
type Protocol = 'awsJson' | 'query' | 'restXml' | 'restJson';

type ErrorRequest = Pick<AwsRequest, 'headers' | 'service'>;

function protocolOf(request: ErrorRequest): Protocol {
  if (request.headers['x-amz-target'] !== undefined) return 'awsJson';
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'query';
  return request.service === 's3' ? 'restXml' : 'restJson';
}

function queryError(error: AwsError, requestId: string): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const fields = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return `<ErrorResponse><Error>${fields}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

function s3Error(error: AwsError, requestId: string): string {
  const fields = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}<RequestId>${requestId}</RequestId></Error>`;
}

/** An error of what is not of AWS, for people with curl: JSON whatever the request is like, on a line of its own. */
export function ownErrorResponse({ status, message }: AwsError): AwsResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify({ message })}\n`,
  };
}

/**
 * An error as the service's protocol has it, so that every SDK finds its code and message.
 * https://smithy.io/2.0/aws/protocols/index.html
 */
export function errorResponse(error: AwsError, request: ErrorRequest, requestId: string): AwsResponse {
  const { status } = error;
  switch (protocolOf(request)) {
    case 'awsJson':
      return {
        status,
        headers: {
          'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0',
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify({ __type: error.code, message: error.message }),
      };
    case 'restJson':
      return {
        status,
        headers: {
          'content-type': 'application/json',
          'x-amzn-errortype': error.code,
          ...error.details.headers,
        },
        body: JSON.stringify({ ...error.details.members, message: error.message }),
      };
    case 'query':
      return { status, headers: { 'content-type': 'text/xml' }, body: queryError(error, requestId) };
    case 'restXml':
      return { status, headers: { 'content-type': 'application/xml' }, body: s3Error(error, requestId) };
  }
}

/** Thrown where a call has been made and its client is to hear nothing: the endpoint breaks the connection. */
export class LostResponse extends Error {
  override readonly name = 'LostResponse';
}
