import type { DeviceEntry, PlayedDeviceDetails } from '../../../contract/laptop.ts';
import type { LifecycleEvent } from '../../../contract/live.ts';
import { Card } from '../../components/card.tsx';
import { formatDay, formatTime } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { DeviceEntryText, LifecycleText } from './log-entry.tsx';
import { logMessages } from './log-messages.ts';

type Row = { readonly key: string; readonly at: number } & (
  | { readonly entry: DeviceEntry }
  | { readonly event: LifecycleEvent }
);

/** What the device has to do with AWS IoT, and beside it what the service makes of it, the newest first. */
export function LogCard({ device: { deviceId, entries, events } }: { readonly device: PlayedDeviceDetails }) {
  const text = useMessages(logMessages);
  const rows: Row[] = [
    ...entries.map((entry) => ({ key: `entry-${entry.sequence}`, at: entry.at, entry })),
    ...events.map((event) => ({ key: event.id, at: event.at, event })),
  ];
  // Of the same millisecond, what was noted later is later.
  const newestFirst = rows
    .map((row, index) => ({ row, index }))
    .sort((one, other) => other.row.at - one.row.at || other.index - one.index)
    .map(({ row }) => row);
  return (
    <Card title={text.title} isWide>
      <div class="laptop-log-head" aria-hidden="true">
        <span />
        <strong>{text.device}</strong>
        <strong>{text.service}</strong>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section class="laptop-log-frame" aria-label={`${text.title}: ${deviceId}`} tabIndex={0}>
        <ol class="laptop-log">
          {newestFirst.map((row, index) => (
            <li key={row.key} class={'entry' in row ? 'laptop-log-device' : 'laptop-log-service'}>
              <time class="quiet" dateTime={new Date(row.at).toISOString()}>
                {isNextDay(row, newestFirst[index + 1]) && <strong>{formatDay(row.at)}</strong>}{' '}
                {formatTime(row.at)}
              </time>
              <div class="laptop-log-text">
                {'entry' in row ? <DeviceEntryText entry={row.entry} /> : <LifecycleText event={row.event} />}
              </div>
            </li>
          ))}
        </ol>
      </section>
    </Card>
  );
}

/** Whether a day has begun since what was before: by the clock that is moved, many a day begins. */
const isNextDay = (row: Row, before: Row | undefined): boolean =>
  before !== undefined && formatDay(before.at) !== formatDay(row.at);
