/**
 * What runs in the process of an execution environment: loads the handler once, then answers one invocation at a time.
 * Plain JavaScript, because stripping types would double the time a process takes to boot.
 *
 * Takes `[requestId, payload, deadlineMs, invokedFunctionArn, traceId, clockOffsetMs, clientContext]`, the deadline by
 * the machine's clock; reports `ready`, `log`, `done`, `failed`, `crashed` and `initFailed`: see reports.mjs.
 */
import { redirectOutput } from './console-patch.mjs';
import { InitError, loadHandler, refuseStreaming } from './handler-loader.mjs';
import { createInvocation, errorPayload } from './invocation.mjs';
import { includeSdk, mountLayers } from './module-hooks.mjs';
import { moveTime, setOffset } from './moved-time.mjs';
import { send } from './reports.mjs';

const settings = JSON.parse(process.env.LAMBDA_BOOTSTRAP_SETTINGS);
const { codeDir, layerDirs, handler: handlerName, acceptsCallbacks, logging, clockOffsetMs } = settings;
const EXIT_UNCAUGHT_EXCEPTION = 129;
const EXIT_UNHANDLED_REJECTION = 128;

/** The invocation that runs, if any. */
let current;
let isInitialized = false;

// None of these is there on Lambda.
delete process.env.LAMBDA_BOOTSTRAP_SETTINGS;
process.send = undefined;
// The runtime has gone.
process.on('disconnect', () => process.exit());

moveTime(clockOffsetMs);
refuseStreaming();
const logError = redirectOutput(
  (text) => send('log', text),
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
  send(isInitialized ? 'crashed' : 'initFailed', payload);
  process.exit(exitCode);
}

function report(kind, payload) {
  if (kind === 'failed') logError('Invoke Error', payload);
  current = undefined;
  // Until the next invocation comes, only the channel keeps the process alive.
  process.channel?.ref();
  send(kind, payload);
}

function serve(handler) {
  process.on('message', (message) => {
    // While an invocation runs, its own work alone keeps the process alive, so that a handler that waits for
    // nothing ends as on Lambda and not by its timeout.
    process.channel?.unref();
    // A jump while an invocation runs is none of its business, as on Lambda, where time passes as it works.
    setOffset(message[5]);
    current = createInvocation(message, report);
    current.run(handler);
  });
}

try {
  mountLayers(layerDirs);
  includeSdk();
  const handler = await loadHandler(codeDir, handlerName);
  if (handler.length >= 3 && !acceptsCallbacks) {
    throw new InitError(
      'CallbackHandlerDeprecated',
      'This runtime does not call handlers that take a callback as their third parameter: make it async.',
    );
  }
  serve(handler);
  isInitialized = true;
  send('ready', '');
} catch (error) {
  const payload = errorPayload(error);
  logError('Uncaught Exception', payload);
  send('initFailed', payload);
  process.exit(1);
}
