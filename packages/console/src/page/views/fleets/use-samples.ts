import { useEffect, useState } from 'preact/hooks';
import type { FleetRun } from '../../../contract/fleets.ts';
import { type Sample, withSample } from './rate.ts';
import { isGoingOn } from './words.ts';

/** How far a run was while it was watched. */
export function useSamples(run: FleetRun | undefined): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    if (run?.counts === undefined) return;
    const { done } = run.counts;
    const isOver = !isGoingOn(run.status);
    setSamples((before) =>
      isOver && (before.length === 0 || before.at(-1)?.done === done)
        ? before
        : withSample(before, { atMs: Date.now(), done }),
    );
  }, [run]);
  return samples;
}
