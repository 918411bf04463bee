import { format } from 'node:util';

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' };

/**
 * Sends what the function writes to `process.stdout` and `process.stderr` to `write`, and gives `console` the
 * text format of Lambda's runtime: time, request id and level before the message, one line an entry.
 */
export function redirectOutput(write, currentRequestId) {
  for (const stream of [process.stdout, process.stderr]) {
    stream.write = (chunk, encoding, callback) => {
      write(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done !== undefined) process.nextTick(done);
      return true;
    };
  }
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method] = (...parts) => {
      const entry = `${new Date().toISOString()}\t${currentRequestId()}\t${level}\t${format(...parts)}`;
      write(`${entry.replaceAll('\n', '\r')}\n`);
    };
  }
}
