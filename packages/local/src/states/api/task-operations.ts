import { AwsError } from '../../aws.ts';
import { isTooDeepJson } from '../../protocol/json.ts';
import { exceedsPayloadQuota, type JsonObject, MAX_PAYLOAD_BYTES } from '../json.ts';
import type { ApiContext } from './operations.ts';
import { invalid, optionalText } from './request.ts';

const MAX_TOKEN_LENGTH = 2_048;
const MAX_ERROR_LENGTH = 256;
const MAX_CAUSE_LENGTH = 32_768;

/** SendTaskSuccess. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
export function sendTaskSuccess(request: JsonObject, context: ApiContext): object {
  const token = requiredToken(request);
  const output = requiredOutput(request);
  context.pending.settle(token, { output }, context.executionExists);
  return {};
}

/** SendTaskFailure. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
export function sendTaskFailure(request: JsonObject, context: ApiContext): object {
  const token = requiredToken(request);
  const error = optionalText(request, 'error', { max: MAX_ERROR_LENGTH });
  const cause = optionalText(request, 'cause', { max: MAX_CAUSE_LENGTH });
  context.pending.settle(token, { error, cause }, context.executionExists);
  return {};
}

/** SendTaskHeartbeat. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html */
export function sendTaskHeartbeat(request: JsonObject, context: ApiContext): object {
  context.pending.beat(requiredToken(request), context.executionExists);
  return {};
}

function requiredToken(request: JsonObject): string {
  const token = optionalText(request, 'taskToken', { min: 1, max: MAX_TOKEN_LENGTH });
  if (token === undefined) throw invalid('taskToken', 'Member must not be null');
  return token;
}

/** Throws `InvalidOutput` for what is not JSON. */
function requiredOutput({ output }: JsonObject): string {
  if (typeof output !== 'string') throw invalid('output', 'Member must not be null');
  if (exceedsPayloadQuota(output)) {
    throw invalid('output', `Member must have length less than or equal to ${MAX_PAYLOAD_BYTES}`);
  }
  if (isTooDeepJson(output)) throw invalidOutput('It is nested too deeply.');
  try {
    JSON.parse(output);
    return output;
  } catch (error) {
    throw invalidOutput(error instanceof Error ? error.message : String(error));
  }
}

function invalidOutput(reason: string): AwsError {
  return new AwsError('InvalidOutput', `Invalid Output: '${reason}'`);
}
