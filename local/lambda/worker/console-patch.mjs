import { format } from 'node:util';

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' };
const BY_WEIGHT = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];

/**
 * Sends what the function writes to `process.stdout` and `process.stderr` to `write`, and gives `console` the
 * format of Lambda's runtime. `logging` is the function's `{ logFormat, applicationLogLevel }`.
 */
export function redirectOutput(write, currentRequestId, logging) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
  }
  const isJson = logging.logFormat === 'JSON';
  const entryOf = isJson ? jsonEntry : textEntry;
  for (const [method, level] of Object.entries(LEVELS)) {
    const isBelow = BY_WEIGHT.indexOf(level) < BY_WEIGHT.indexOf(logging.applicationLogLevel);
    console[method] =
      isJson && isBelow
        ? () => undefined
        : (...parts) => write(`${entryOf(level, currentRequestId(), parts)}\n`);
  }
}

/** Time, request id and level before the message, one line an entry. */
function textEntry(level, requestId, parts) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...parts)}`.replaceAll('\n', '\r');
}

/** A single object stays one; an error tells its parts. */
function jsonEntry(level, requestId, parts) {
  const entry = { timestamp: new Date().toISOString(), level, requestId };
  const [only] = parts;
  const isObject = parts.length === 1 && typeof only === 'object' && only !== null;
  try {
    if (isObject && !(only instanceof Error)) return JSON.stringify({ ...entry, message: only });
  } catch {
    // What JSON cannot hold is written as text, as the runtime does.
  }
  const error = parts.find((part) => part instanceof Error);
  return JSON.stringify({ ...entry, message: format(...parts), ...errorFields(error) });
}

function errorFields(error) {
  if (error === undefined) return {};
  const { name, message, stack } = error;
  return { errorType: name, errorMessage: message, stackTrace: String(stack).split('\n').slice(1) };
}
