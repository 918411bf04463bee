import { types } from 'node:util';
import { machineNow } from './moved-time.mjs';

const unserializable = JSON.stringify({
  errorType: 'Runtime.JSONStringifyError',
  errorMessage: 'Unable to stringify response body',
  trace: [],
});

/** The context object of Lambda's Node.js runtime; `complete` takes an error (or none) and a result. */
function createContext([requestId, , deadlineMs, invokedFunctionArn, , , clientContext], complete) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => deadlineMs - machineNow(),
    done: complete,
    succeed: (result) => complete(undefined, result),
    fail: (error) => complete(error ?? 'handled', undefined),
  };
}

/** One call of the handler. The first answer counts; `report` gets `done` or `failed` and JSON text. */
export function createInvocation(message, report) {
  const [requestId, payload, , , traceId] = message;
  let isComplete = false;
  let answerWhenIdle;

  function complete(error, result) {
    if (isComplete) return;
    isComplete = true;
    if (error !== undefined && error !== null) {
      report('failed', errorPayload(error));
      return;
    }
    let text;
    try {
      text = JSON.stringify(result === undefined ? null : result) ?? 'null';
    } catch {
      report('failed', unserializable);
      return;
    }
    report('done', text);
  }

  const context = createContext(message, complete);

  function callback(error, result) {
    const isFailure = error !== undefined && error !== null;
    if (isFailure || !context.callbackWaitsForEmptyEventLoop) complete(error, result);
    else answerWhenIdle ??= () => complete(undefined, result);
  }

  return {
    requestId,
    run(handler) {
      process.env._X_AMZN_TRACE_ID = traceId;
      try {
        const answer = handler(JSON.parse(payload), context, callback);
        if (typeof answer?.then === 'function') answer.then(context.succeed, context.fail);
        else if (handler.length < 3) answerWhenIdle ??= () => complete(undefined, null);
      } catch (error) {
        complete(error, undefined);
      }
    },
    /** Nothing is left to wait for: answers what the callback was given, if it was. */
    eventLoopIsEmpty() {
      answerWhenIdle?.();
    },
  };
}

function looksLikeError(value) {
  return (
    typeof value?.name === 'string' && typeof value.message === 'string' && typeof value.stack === 'string'
  );
}

/** JSON text of what a handler threw, in the shape of Lambda's Node.js runtime. Never throws. */
export function errorPayload(thrown) {
  try {
    if (types.isNativeError(thrown) || looksLikeError(thrown)) {
      return JSON.stringify({
        errorType: thrown.name,
        errorMessage: thrown.message,
        trace: String(thrown.stack).split('\n'),
      });
    }
    return JSON.stringify({ errorType: typeof thrown, errorMessage: String(thrown), trace: [] });
  } catch {
    return JSON.stringify({
      errorType: 'handled',
      errorMessage: 'The handler threw something whose name, message and stack cannot be read.',
    });
  }
}
