import { AwsError } from '../../aws.ts';
import { invalid, optionalEnum, optionalNumber, optionalText } from '../api/request.ts';
import type { State } from '../definition.ts';
import type { Mock } from '../inspector.ts';
import { parseResource } from '../integrations/resource.ts';
import { expressRefusal } from '../integrations/resource-refusal.ts';
import { isJsonObject, type Json, type JsonDocument, type JsonObject, MAX_PAYLOAD_BYTES } from '../json.ts';
import { StatesError } from '../states-error.ts';

const MOCKED_TYPES: ReadonlySet<State['Type']> = new Set(['Task', 'Parallel', 'Map']);
const VALIDATION_MODES = ['STRICT', 'PRESENT', 'NONE'] as const;

/** `mock` and `stateConfiguration` of a call of TestState. */
export interface RequestedMock extends Mock {
  readonly retrierRetryCount: number;
  /** Undefined for an error. */
  readonly value: Json | undefined;
}

/** Reads them; undefined without a mock. Throws `ValidationException`. */
export function mockOf(request: JsonObject): RequestedMock | undefined {
  const { mock, stateConfiguration } = request;
  const configuration = isJsonObject(stateConfiguration) ? stateConfiguration : {};
  const count = (member: string) => optionalNumber(configuration, member, { min: 0, isInteger: true }) ?? 0;
  const retrierRetryCount = count('retrierRetryCount');
  const failedIterations = count('mapIterationFailureCount');
  const readerItems = readerItemsIn(configuration);
  if (mock === undefined || mock === null) return undefined;
  if (!isJsonObject(mock)) throw invalid('mock', 'Member must be an object');
  optionalEnum(mock, 'fieldValidationMode', VALIDATION_MODES);
  const text = optionalText(mock, 'result', { max: MAX_PAYLOAD_BYTES });
  const { errorOutput } = mock;
  if ((text === undefined) === !isJsonObject(errorOutput)) {
    throw refused('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  const own = { retrierRetryCount, failedIterations, readerItems };
  if (text === undefined) {
    const failure = failureOf(isJsonObject(errorOutput) ? errorOutput : {});
    return {
      ...own,
      value: undefined,
      result() {
        throw failure;
      },
    };
  }
  const document: JsonDocument = { text, value: resultIn(text) };
  return { ...own, value: document.value, result: () => document };
}

/** What waits for others can be tested with a mock alone. https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html */
function requireRequestResponse(text: string): void {
  const resource = parseResource(text);
  if (resource === undefined || expressRefusal(resource) === undefined) return;
  throw new AwsError(
    'InvalidDefinition',
    `TestState API does not support the resource '${text}' without a mock: it waits for a token, a job or a worker`,
  );
}

/** Checks that a mock is one for the state. Throws `ValidationException` and, for a missing one, `InvalidDefinition`. */
export function checkMock(mock: RequestedMock | undefined, state: State): void {
  if (mock === undefined) {
    if (state.Type === 'Map' || state.Type === 'Parallel') {
      throw new AwsError(
        'InvalidDefinition',
        'TestState API does not support Map or Parallel states. Supported state types include: ' +
          '[Task, Wait, Pass, Succeed, Fail, Choice]',
      );
    }
    if (state.Type === 'Task') requireRequestResponse(state.Resource);
    return;
  }
  if (!MOCKED_TYPES.has(state.Type)) {
    throw refused(`State type '${state.Type}' is not supported when a mock is specified`);
  }
  if (mock.value !== undefined) checkResult(mock.value, state);
}

function checkResult(value: Json, state: State): void {
  if (state.Type === 'Map' && state.ResultWriter !== undefined) {
    if (!isJsonObject(value)) throw refused('Mocked result must be a JSON object.');
    return;
  }
  if (state.Type === 'Task') return;
  if (!Array.isArray(value)) throw refused('Mocked result must be an array.');
  if (state.Type === 'Parallel' && value.length !== state.Branches.length) {
    throw refused('Mocked result must contain the same number of items as number of Parallel branches.');
  }
}

function failureOf(errorOutput: JsonObject): StatesError {
  const error = optionalText(errorOutput, 'error', { max: 256 });
  const cause = optionalText(errorOutput, 'cause', { max: 32_768 });
  return new StatesError(error ?? '', cause);
}

function resultIn(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refused('Mocked result must be a valid JSON.');
  }
}

function readerItemsIn(configuration: JsonObject): readonly Json[] | undefined {
  const text = optionalText(configuration, 'mapItemReaderData', { max: MAX_PAYLOAD_BYTES });
  if (text === undefined) return undefined;
  const items = resultIn(text);
  if (Array.isArray(items)) return items;
  throw new AwsError(
    'ValidationException',
    'The laptop runtime takes mapItemReaderData that is a JSON array alone.',
  );
}

function refused(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
