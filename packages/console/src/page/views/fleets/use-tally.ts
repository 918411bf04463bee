import { useEffect, useState } from 'preact/hooks';
import type { FleetRun, FleetTally, TallyLine } from '../../../contract/fleets.ts';
import { type Stream, useStream } from '../../api/use-stream.ts';
import { isGoingOn } from './words.ts';

/** The results of a run, as they are read. */
export interface TallyReading {
  readonly stream: Stream<TallyLine>;
  /** Once they are all read. */
  readonly tally: FleetTally | undefined;
  /** Reads them again. */
  read(): void;
  /** While they are still being written: reads what is there. */
  readNow: (() => void) | undefined;
}

/** Reads what became of the devices of a run once it has ended; anew when more of it is there, or after a redrive. */
export function useTally(run: FleetRun | undefined): TallyReading {
  const stream = useStream<TallyLine>();
  const ended = run !== undefined && run.kind !== 'stale' && !isGoingOn(run.status) ? run : undefined;
  const key = ended && `${ended.executionArn} ${ended.endedAt}`;
  const [wanted, setWanted] = useState<string>();
  const isThere = ended !== undefined && (ended.hasResults || wanted === key);
  const read = () => void stream.run(`/fleets/runs/${encodeURIComponent(ended?.executionArn ?? '')}/tally`);
  useEffect(() => {
    if (isThere) read();
    else stream.reset();
  }, [key, isThere, ended?.hasResults]);
  const { line } = stream;
  return {
    stream,
    tally: isThere && line !== undefined && 'tally' in line ? line.tally : undefined,
    read,
    readNow: isThere ? undefined : () => setWanted(key),
  };
}
