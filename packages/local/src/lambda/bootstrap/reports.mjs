import { writeSync } from 'node:fs';

const DESCRIPTOR = 3;

/** To look how much memory there is takes as long as all else of a small report. */
const MEASURE_INTERVAL_MS = 10;

let memoryBytes = 0;
let measuredAt = Number.NEGATIVE_INFINITY;

/**
 * Tells the runtime: `kind`, how many bytes of memory the process has, as of the last hundredth of a second, and `payload`. It is
 * told once this returns, so that nothing is lost when the process exits next, and who writes without end waits for who
 * reads.
 */
export function send(kind, payload) {
  const memory = kind === 'log' ? 0 : measureMemory();
  const length = Buffer.byteLength(payload);
  const frame = Buffer.from(`${kind} ${memory} ${length}\n${payload}`);
  for (let at = 0; at < frame.length; ) at += writeSome(frame, at);
}

function measureMemory() {
  if (performance.now() - measuredAt >= MEASURE_INTERVAL_MS) {
    memoryBytes = process.memoryUsage.rss();
    measuredAt = performance.now();
  }
  return memoryBytes;
}

function writeSome(bytes, at) {
  try {
    return writeSync(DESCRIPTOR, bytes, at);
  } catch (error) {
    if (error.code === 'EAGAIN') return 0;
    // Nobody listens any more.
    if (error.code === 'EPIPE') process.exit();
    throw error;
  }
}
