import type { FleetTally } from '../../../contract/fleets.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { fleetMessages } from './words.ts';

/** How many devices had which outcome. */
export function Outcomes({ tally: { outcomes } }: { readonly tally: FleetTally }) {
  const words = useMessages(fleetMessages);
  return (
    <dl class="facts fleet-numbers">
      {Object.entries(outcomes).map(([outcome, count]) => (
        <div key={outcome}>
          <dt>{words.outcomes[outcome] ?? outcome}</dt>
          <dd class={outcome === 'failed' ? 'fleet-number fleet-number-bad' : 'fleet-number'}>
            {formatNumber(count)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
