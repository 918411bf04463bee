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

/** A report, and how many bytes it and all before it take. */
interface Frame {
  readonly report: Report;
  readonly end: number;
}

/** Reads the reports of one process out of the pieces that its pipe gives: a line `{kind} {memory} {bytes}`, then the payload. */
export function createReportReader(onReport: (report: Report) => void): (piece: Buffer) => void {
  let pieces: Buffer[] = [];
  let size = 0;
  /** How much there has to be before anything can be read. */
  let needed = 1;

  return (piece) => {
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
    pieces = [bytes.subarray(start)];
    size = bytes.length - start;
    needed = frame - start;
  };
}

/** A frame, or how many bytes there have to be for more to be known of it. */
function frameAt(bytes: Buffer, start: number): Frame | number {
  const lineEnd = bytes.indexOf(NEWLINE, start);
  if (lineEnd < 0) return bytes.length + 1;
  const [kind, memory, length] = bytes.toString('latin1', start, lineEnd).split(' ');
  const end = lineEnd + 1 + Number(length);
  if (bytes.length < end) return end;
  const payload = bytes.toString('utf8', lineEnd + 1, end);
  return { report: { kind: kind as ReportKind, memoryBytes: Number(memory), payload }, end };
}
