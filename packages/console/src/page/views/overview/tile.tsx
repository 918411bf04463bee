import { Link } from 'wouter-preact';
import type { Count } from '../../../contract/overview.ts';
import type { Problem } from '../../../contract/problem.ts';
import { useOutage } from '../../api/outage.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { overviewMessages } from './overview-messages.ts';

interface TileProps {
  readonly label: string;
  readonly href: string;
  /** Nothing as long as it is not known. */
  readonly count: (Count & { readonly isApproximate?: boolean }) | undefined;
  /** Why it is not known. */
  readonly problem?: Problem | undefined;
  /** Below the number; in place of it where it is not known, without a problem. */
  readonly note?: string | undefined;
  /** Whether somebody should look, if there are any. */
  readonly isAlarming?: boolean;
}

/** A number that leads to what it counts. What is not known is not shown as none. */
export function Tile({ label, href, count, problem, note, isAlarming = false }: TileProps) {
  const text = useMessages(overviewMessages);
  const why = useOutage(problem) ? undefined : problem?.message;
  const isAlarm = isAlarming && count !== undefined && count.count > 0;
  return (
    <li>
      <Link href={href} class={isAlarm ? 'tile tile-alarm' : 'tile'} title={why}>
        <span class="tile-label">{label}</span>
        {count === undefined ? (
          <span class="tile-unknown">{text.unknown}</span>
        ) : (
          <span class="tile-count">{countText(count, text)}</span>
        )}
        <span class="tile-note">{why ?? note}</span>
      </Link>
    </li>
  );
}

function countText(
  { count, isAtLeast, isApproximate = false }: Count & { readonly isApproximate?: boolean },
  text: { readonly about: (count: string) => string; readonly atLeast: (count: string) => string },
): string {
  const number = formatNumber(count);
  if (isAtLeast) return text.atLeast(number);
  return isApproximate ? text.about(number) : number;
}
