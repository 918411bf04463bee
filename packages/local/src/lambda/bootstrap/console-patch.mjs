import { format } from 'node:util';

/** From the least to the most. */
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};

/**
 * Sends what the function writes to `process.stdout` and `process.stderr` to `write`, and gives `console` the
 * format of Lambda's runtime. `logging` is the function's `{ logFormat, applicationLogLevel }`. Returns what logs an
 * error that ends an invocation or the environment: its kind, as in `Invoke Error`, and its payload.
 */
export function redirectOutput(write, currentRequestId, { logFormat, applicationLogLevel }) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
  }
  const isJson = logFormat === 'JSON';
  const entryOf = isJson ? jsonEntry : textEntry;
  const log = (level, parts) => write(`${entryOf(level, currentRequestId(), parts)}\n`);
  for (const [method, level] of Object.entries(METHODS)) {
    const isBelow = isJson && LEVELS.indexOf(level) < LEVELS.indexOf(applicationLogLevel);
    console[method] = isBelow ? () => undefined : (...parts) => log(level, parts);
  }
  return (kind, payload) => {
    const { errorType, errorMessage, trace } = JSON.parse(payload);
    const text = `\t${JSON.stringify({ errorType, errorMessage, stack: trace })}`;
    log('ERROR', isJson ? [{ errorType, errorMessage, stackTrace: trace }] : [kind, text]);
  };
}

/** Time, request id and level before the message, one line an entry. */
function textEntry(level, requestId, parts) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}`.replaceAll('\n', '\r');
}

/** A message of one part stays what it is; of several it is a text, and the first error among them tells its parts. */
function jsonEntry(level, requestId, parts) {
  const entry = { timestamp: new Date().toISOString(), level, requestId };
  if (parts.length !== 1) {
    const error = parts.find((part) => part instanceof Error);
    return JSON.stringify({ ...entry, message: format(...parts), ...(error && errorFields(error)) });
  }
  try {
    return JSON.stringify({ ...entry, message: parts[0] }, withErrors);
  } catch {
    // What JSON cannot hold, such as a circle, is written as text.
    return JSON.stringify({ ...entry, message: format(parts[0]) });
  }
}

function withErrors(_key, value) {
  return value instanceof Error ? { ...errorFields(value), ...value } : value;
}

function errorFields(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: String(error.stack).split('\n'),
  };
}
