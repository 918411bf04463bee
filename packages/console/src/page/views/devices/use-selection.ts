import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { DeviceRow } from '../../../contract/devices.ts';
import type { Problem } from '../../../contract/problem.ts';
import { problemOf } from '../../api/use-resource.ts';
import type { LoadPart } from './pages.ts';

/** As many as a page can hand to another, and a person oversees. */
export const MAX_SELECTED = 10_000;

export interface Selection {
  /** By their keys. */
  readonly rows: ReadonlyMap<string, DeviceRow>;
  /** Selects it, where there is room, or no more. */
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
  readonly isSelecting?: boolean;
  readonly problem?: Problem | undefined;
}

/** Which devices the operator has chosen. */
export function useSelection(): Selection {
  const [{ rows, isSelecting = false, problem }, setState] = useState<State>({ rows: NONE });
  const selecting = useRef<AbortController>();
  const stop = useCallback(() => selecting.current?.abort(), []);
  useEffect(() => stop, []);
  const toggle = useCallback(
    (row: DeviceRow) => setState((before) => ({ ...before, rows: toggled(before.rows, row) })),
    [],
  );
  return {
    rows,
    problem,
    toggle,
    isSelecting,
    stop,
    clear() {
      stop();
      selecting.current = undefined;
      setState({ rows: NONE });
    },
    async selectAll(load) {
      stop();
      const current = new AbortController();
      selecting.current = current;
      // One that was begun since, or a clearing, has the word.
      const change = (next: (before: State) => State) => {
        if (selecting.current === current) setState(next);
      };
      change(({ rows }) => ({ rows, isSelecting: true }));
      const failure = await forEachPart(load, current.signal, (part) =>
        change((before) => ({ ...before, rows: withAll(before.rows, part) })),
      );
      change(({ rows }) => ({ rows, problem: failure }));
    },
  };
}

function toggled(rows: ReadonlyMap<string, DeviceRow>, row: DeviceRow): ReadonlyMap<string, DeviceRow> {
  const after = new Map(rows);
  if (!after.delete(row.key) && after.size < MAX_SELECTED) after.set(row.key, row);
  return after;
}

function withAll(
  rows: ReadonlyMap<string, DeviceRow>,
  more: readonly DeviceRow[],
): ReadonlyMap<string, DeviceRow> {
  const after = new Map(rows);
  for (const row of more) if (after.size < MAX_SELECTED) after.set(row.key, row);
  return after;
}

/** Goes through a list, no further than can be selected. Answers with what has gone wrong, if anything has. */
async function forEachPart(
  load: LoadPart<DeviceRow>,
  signal: AbortSignal,
  take: (rows: readonly DeviceRow[]) => void,
): Promise<Problem | undefined> {
  let [cursor, taken]: [string | undefined, number] = [undefined, 0];
  try {
    do {
      const part = await load(cursor, signal);
      take(part.rows);
      taken += part.rows.length;
      ({ cursor } = part);
    } while (cursor !== undefined && taken < MAX_SELECTED && !signal.aborted);
    return undefined;
  } catch (error) {
    return signal.aborted ? undefined : problemOf(error);
  }
}
