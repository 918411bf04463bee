import type { IncomingHttpHeaders } from 'node:http';

/** `AKID/date/region/service/aws4_request`; access keys may hold slashes, the rest does not. */
const SCOPE = /^.+\/\d{8}\/[^/\s,]*\/(?<service>[^/\s,]+)\/aws4_request$/;
const CREDENTIAL = /^AWS4-[A-Z0-9-]+ .*?\bCredential=(?<credential>[^\s,]+)/;

/**
 * The signing name of the service that a request is for, from the credential scope of its `Authorization` header
 * or, where it was presigned, of `X-Amz-Credential`. Undefined for an unsigned request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signingName(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const signed = CREDENTIAL.exec(headers.authorization ?? '')?.groups?.['credential'];
  const credential = signed ?? query.get('X-Amz-Credential') ?? '';
  return SCOPE.exec(credential)?.groups?.['service'];
}
