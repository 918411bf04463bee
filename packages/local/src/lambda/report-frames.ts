/** What an environment's process tells: see bootstrap/reports.mjs. */
export interface Report {
  readonly kind: ReportKind;
  /** Of the process, in bytes. */
  readonly memoryBytes: number;
  /** JSON text; what was written, for `log`. */
  readonly payload: string;
}

export type ReportKind = 'ready' | 'log' | 'done' | 'failed' | 'crashed' | 'initFailed';

const NEWLINE = 0x0a;
const HEAD = /^(ready|log|done|failed|crashed|initFailed) (\d+) (\d+)$/;
/** More than any head has, in bytes. */
const MAX_HEAD = 64;

/** A report, and how many bytes it and all before it take. */
interface Frame {
  readonly report: Report;
  readonly end: number;
}

/**
 * Reads the reports of one process out of the pieces that its pipe gives: a line `{kind} {memory} {bytes}`, then the
 * payload. Calls `onBroken` once something else comes, as when the handler writes to the pipe, and reads no more then.
 */
export function createReportReader(
  onReport: (report: Report) => void,
  onBroken: () => void,
): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  /** How much there has to be before anything can be read. */
  let needed = 1;
  let isBroken = false;

  return (piece) => {
    if (isBroken) return;
    pieces.push(piece);
    size += piece.length;
    if (size < needed) return;
    const bytes = pieces.length === 1 ? piece : Buffer.concat(pieces, size);
    let start = 0;
    let frame = frameAt(bytes, start);
    for (; typeof frame === 'object'; frame = frameAt(bytes, start)) {
      start = frame.end;
      onReport(frame.report);
    }
    if (frame === undefined) {
      isBroken = true;
      pieces = [];
      onBroken();
      return;
    }
    pieces = [bytes.subarray(start)];
    size = bytes.length - start;
    needed = frame - start;
  };
}

/** A frame, or how many bytes there have to be for more to be known of it; undefined for what is none. */
function frameAt(bytes: Buffer, start: number): Frame | number | undefined {
  const lineEnd = bytes.indexOf(NEWLINE, start);
  if (lineEnd < 0) return bytes.length - start > MAX_HEAD ? undefined : bytes.length + 1;
  const [, kind, memory, length] = HEAD.exec(bytes.toString('latin1', start, lineEnd)) ?? [];
  if (kind === undefined) return undefined;
  const end = lineEnd + 1 + Number(length);
  if (bytes.length < end) return end;
  const payload = bytes.toString('utf8', lineEnd + 1, end);
  return { report: { kind: kind as ReportKind, memoryBytes: Number(memory), payload }, end };
}
