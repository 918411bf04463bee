import { AwsError } from '../../aws.ts';
import { MAX_DEFINITION_LENGTH } from '../api/machine-request.ts';
import { executionInput, invalid, optionalEnum, optionalText, requiredArn } from '../api/request.ts';
import { isJsonObject, type Json, type JsonDocument, type JsonObject, MAX_PAYLOAD_BYTES } from '../json.ts';
import { mockOf, type RequestedMock } from './requested-mock.ts';

const MAX_STATE_NAME_LENGTH = 80;

/** What TestState is asked for. https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export interface TestRequest {
  readonly definition: string;
  readonly stateName: string | undefined;
  readonly roleArn: string | undefined;
  readonly input: JsonDocument;
  readonly isInspected: boolean;
  readonly variables: JsonObject;
  readonly mock: RequestedMock | undefined;
  readonly context: JsonObject | undefined;
}

/** Reads a call of TestState. Throws `ValidationException` and `InvalidExecutionInput`. */
export function testRequest(request: JsonObject): TestRequest {
  const definition = optionalText(request, 'definition', { min: 1, max: MAX_DEFINITION_LENGTH });
  if (definition === undefined) throw invalid('definition', 'Member must not be null');
  const level = optionalEnum(request, 'inspectionLevel', ['INFO', 'DEBUG', 'TRACE'] as const);
  const mock = mockOf(request);
  if (mock !== undefined && request['revealSecrets'] === true) {
    throw new AwsError(
      'ValidationException',
      'TestState does not support RevealSecrets when a mock is specified.',
    );
  }
  return {
    definition,
    stateName: optionalText(request, 'stateName', { min: 1, max: MAX_STATE_NAME_LENGTH }),
    roleArn: request['roleArn'] === undefined ? undefined : requiredArn(request, 'roleArn'),
    input: executionInput(request),
    isInspected: level === 'DEBUG' || level === 'TRACE',
    variables: objectIn(request, 'variables') ?? {},
    mock,
    context: mockedContext(request, mock),
  };
}

function mockedContext(request: JsonObject, mock: RequestedMock | undefined): JsonObject | undefined {
  const context = objectIn(request, 'context');
  if (context !== undefined && mock === undefined) {
    throw new AwsError(
      'ValidationException',
      'A Context object can be specified only when a mock is specified.',
    );
  }
  return context;
}

function objectIn(request: JsonObject, member: string): JsonObject | undefined {
  const text = optionalText(request, member, { max: MAX_PAYLOAD_BYTES });
  if (text === undefined) return undefined;
  const value = jsonIn(member, text);
  if (isJsonObject(value)) return value;
  throw invalid(member, 'Member must be the text of a JSON object');
}

/** Parses a member that is JSON text. Throws `ValidationException`. */
export function jsonIn(member: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid(member, `Member must be JSON: ${reason}`);
  }
}
