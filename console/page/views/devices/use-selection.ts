import { useCallback, useState } from 'preact/hooks';
import type { DeviceRow } from '../../../contract/devices.ts';
import type { Problem } from '../../../contract/problem.ts';
import { problemOf } from '../../api/use-resource.ts';
import type { LoadPart } from './pages.ts';

/** As many as a page can hand to another, and a person oversees. */
export const MAX_SELECTED = 10_000;

export interface Selection {
  /** By their keys. */
  readonly rows: ReadonlyMap<string, DeviceRow>;
  /** Says whether there was room for it. */
  toggle(row: DeviceRow): void;
  clear(): void;
  /** All of a list, up to the most; it takes as long as the list is. */
  selectAll(load: LoadPart<DeviceRow>): Promise<void>;
  readonly isSelecting: boolean;
  stop(): void;
  readonly problem: Problem | undefined;
}

const NONE: ReadonlyMap<string, DeviceRow> = new Map();

interface State {
  readonly rows: ReadonlyMap<string, DeviceRow>;
  readonly selecting?: AbortController | undefined;
  readonly problem?: Problem | undefined;
}

/** Which devices the operator has chosen. */
export function useSelection(): Selection {
  const [{ rows, selecting, problem }, setState] = useState<State>({ rows: NONE });
  const toggle = useCallback(
    (row: DeviceRow) => setState((before) => ({ ...before, rows: toggled(before.rows, row) })),
    [],
  );
  return {
    rows,
    problem,
    toggle,
    isSelecting: selecting !== undefined,
    clear: () => setState({ rows: NONE }),
    stop: () => selecting?.abort(),
    async selectAll(load) {
      const controller = new AbortController();
      setState({ rows, selecting: controller });
      const found = await collect(load, rows, controller.signal, (some) =>
        setState({ rows: some, selecting: controller }),
      );
      setState((before) => ({ rows: before.rows, problem: found }));
    },
  };
}

function toggled(rows: ReadonlyMap<string, DeviceRow>, row: DeviceRow): ReadonlyMap<string, DeviceRow> {
  const after = new Map(rows);
  if (!after.delete(row.key) && after.size < MAX_SELECTED) after.set(row.key, row);
  return after;
}

/** Adds what a list has, part by part. Answers with what has gone wrong, if anything has. */
async function collect(
  load: LoadPart<DeviceRow>,
  before: ReadonlyMap<string, DeviceRow>,
  signal: AbortSignal,
  onPart: (rows: ReadonlyMap<string, DeviceRow>) => void,
): Promise<Problem | undefined> {
  const rows = new Map(before);
  let cursor: string | undefined;
  try {
    do {
      const part = await load(cursor, signal);
      for (const row of part.rows) if (rows.size < MAX_SELECTED) rows.set(row.key, row);
      onPart(new Map(rows));
      ({ cursor } = part);
    } while (cursor !== undefined && rows.size < MAX_SELECTED && !signal.aborted);
    return undefined;
  } catch (error) {
    return signal.aborted ? undefined : problemOf(error);
  }
}
