import type { FleetCounts } from '../../../contract/fleets.ts';
import { formatNumber, formatPercent } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { fleetMessages } from './words.ts';

interface FleetBarProps {
  readonly label: string;
  readonly counts: FleetCounts;
}

/** How far a run is: what is done, what has failed of it, and how much there is. */
export function FleetBar({ label, counts: { done, failed, total } }: FleetBarProps) {
  const text = useMessages(fleetMessages);
  const shareOf = (count: number) => (total === 0 ? 0 : Math.min(1, count / total));
  const said = text.ofTotal(formatNumber(done), formatNumber(total));
  const widthOf = (count: number) => ({ width: `${100 * shareOf(count)}%` });
  return (
    <div class="fleet-bar">
      <div
        class="fleet-bar-track"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-valuetext={said}
      >
        <span class="fleet-bar-done" style={widthOf(done - failed)} />
        <span class="fleet-bar-failed" style={widthOf(failed)} />
      </div>
      <span class="fleet-bar-text">
        {said} <span class="quiet">{formatPercent(Math.floor(1_000 * shareOf(done)) / 1_000)}</span>
      </span>
    </div>
  );
}
