import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { DevicePage, DeviceRow } from '../../../contract/devices.ts';
import { get, pathOf } from '../../api/client.ts';
import { type ListPart, Pages } from './pages.ts';

interface DevicePages {
  readonly pages: Pages<DeviceRow>;
  /** Begins at the top of the list as it is now. */
  refresh(): void;
  /** Changes with each refresh. */
  readonly round: number;
}

/** `path`: of the list, without a cursor; each page of it is asked for with one. */
export const pageLoader =
  (list: Readonly<Record<string, string | undefined>>) =>
  (cursor: string | undefined, signal: AbortSignal): Promise<DevicePage> =>
    get(pathOf('/devices', { ...list, cursor }), signal);

/** A list of devices, loaded as far as it is looked at. `onPart` hears of what comes. */
export function usePages(
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<ListPart<DeviceRow>>,
): DevicePages {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const [round, refresh] = useReducer((count: number) => count + 1, 0);
  const pages = useMemo(() => new Pages({ load, onChange: () => redraw(undefined) }), [load, round]);
  useEffect(() => {
    pages.show(0, 1);
    return () => pages.end();
  }, [pages]);
  return { pages, refresh: () => refresh(undefined), round };
}
