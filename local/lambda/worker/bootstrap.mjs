/**
 * What runs in the worker thread of an execution environment: loads the handler once, then answers one
 * invocation at a time. Plain JavaScript, because stripping types would double the time a thread takes to boot.
 *
 * Takes `[requestId, payload, deadlineMs, invokedFunctionArn, traceId, clockOffsetMs]`, the deadline by the machine's
 * clock; reports `['ready', memory]`, `['log', text]`, `['done', payload, memory]`, `['failed', payload, memory]`,
 * `['crashed', payload, memory]` and `['initFailed', payload]`; `memory` in bytes.
 */
import { getHeapStatistics } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { redirectOutput } from './console-patch.mjs';
import { errorPayload } from './error-payload.mjs';
import { InitError, loadHandler } from './handler-loader.mjs';
import { createInvocation } from './invocation.mjs';
import { mountLayers } from './layers.mjs';
import { moveTime, setOffset } from './moved-time.mjs';

const { codeDir, layerDirs, handler: handlerName, acceptsCallbacks, logging, clockOffsetMs } = workerData;
const EXIT_UNCAUGHT_EXCEPTION = 129;
const EXIT_UNHANDLED_REJECTION = 128;

/** The invocation that runs, if any. */
let current;
let isInitialized = false;

moveTime(clockOffsetMs);
const logError = redirectOutput(
  (text) => parentPort.postMessage(['log', text]),
  () => current?.requestId,
  logging,
);

process.on('uncaughtException', (error) => crash('Uncaught Exception', error, EXIT_UNCAUGHT_EXCEPTION));
process.on('unhandledRejection', (reason) => {
  const error = new Error(String(reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  if (reason instanceof Error) error.stack = reason.stack;
  crash('Unhandled Promise Rejection', error, EXIT_UNHANDLED_REJECTION);
});
process.on('beforeExit', () => current?.eventLoopIsEmpty());

function crash(kind, error, exitCode) {
  const payload = errorPayload(error);
  logError(kind, payload);
  parentPort.postMessage([isInitialized ? 'crashed' : 'initFailed', payload, memoryUsed()]);
  process.exit(exitCode);
}

/** Of this thread alone: the process that it shares with others has no part in it. */
function memoryUsed() {
  const { total_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

function report(kind, payload) {
  if (kind === 'failed') logError('Invoke Error', payload);
  current = undefined;
  // Until the next invocation comes, only the port keeps the thread alive.
  parentPort.ref();
  parentPort.postMessage([kind, payload, memoryUsed()]);
}

function serve(handler) {
  parentPort.on('message', (message) => {
    // While an invocation runs, its own work alone keeps the thread alive, so that a handler that waits for
    // nothing ends as on Lambda and not by its timeout.
    parentPort.unref();
    // A jump while an invocation runs is none of its business, as on Lambda, where time passes as it works.
    setOffset(message[5]);
    current = createInvocation(message, report);
    current.run(handler);
  });
}

try {
  mountLayers(layerDirs);
  const handler = await loadHandler(codeDir, handlerName);
  if (handler.length >= 3 && !acceptsCallbacks) {
    throw new InitError(
      'CallbackHandlerDeprecated',
      'This runtime does not call handlers that take a callback as their third parameter: make it async.',
    );
  }
  serve(handler);
  isInitialized = true;
  parentPort.postMessage(['ready', memoryUsed()]);
} catch (error) {
  const payload = errorPayload(error);
  logError('Uncaught Exception', payload);
  parentPort.postMessage(['initFailed', payload]);
  process.exit(1);
}
