import type { DeviceList, DeviceRow } from '../../../contract/devices.ts';
import type { LifecycleEventType } from '../../../contract/live.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import type { Column } from '../../components/data-table.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { formatDuration, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { listMessages } from './list-messages.ts';

const messages = defineMessages({
  en: {
    deviceId: 'Device',
    standing: 'State',
    serialNumber: 'Serial number',
    macAddress: 'MAC address',
    type: 'Type',
    name: 'Name',
    lastSeen: 'Last seen',
    never: 'never seen',
    timeLeft: 'Time left',
    unlimited: 'until released',
    pendingSince: 'Pending since',
    over: 'over',
    purgedAt: 'Purged at',
  },
  ja: {
    deviceId: 'デバイス',
    standing: '状態',
    serialNumber: 'シリアル番号',
    macAddress: 'MAC アドレス',
    type: '種類',
    name: '名前',
    lastSeen: '最終通信',
    never: '通信なし',
    timeLeft: '残り時間',
    unlimited: '解除まで',
    pendingSince: '保留開始',
    over: '終了',
    purgedAt: '削除日時',
  },
});

const TONES: Readonly<Record<DeviceRow['state'], Tone>> = {
  active: 'good',
  decommissioned: 'plain',
  expired: 'warn',
  purging: 'warn',
  purged: 'plain',
};

interface ColumnOptions {
  readonly list: DeviceList;
  /** What has just happened to devices, by their ids. */
  readonly changes: ReadonlyMap<string, LifecycleEventType>;
  /** By the stack's clock. */
  readonly nowMs: number;
}

/** What a list says of its devices. */
export function useDeviceColumns({ list, changes, nowMs }: ColumnOptions): readonly Column<DeviceRow>[] {
  const text = useMessages(messages);
  const texts = (name: 'serialNumber' | 'macAddress' | 'type' | 'name', isMono = false) => ({
    key: name,
    title: text[name],
    cell: (row: DeviceRow) => (
      <span class={isMono ? 'mono' : undefined} title={row[name]}>
        {row[name]}
      </span>
    ),
  });
  return [
    { key: 'deviceId', title: text.deviceId, cell: ({ deviceId }) => <DeviceLink deviceId={deviceId} /> },
    {
      key: 'standing',
      title: text.standing,
      cell: (row) => <Standing row={row} list={list} change={changes.get(row.deviceId)} />,
    },
    texts('serialNumber', true),
    texts('macAddress', true),
    texts('type'),
    texts('name'),
    { key: 'when', title: text[WHEN[list]], cell: (row) => <When row={row} of={WHEN[list]} nowMs={nowMs} /> },
  ];
}

/** What a list's devices wait for, or have been seen at. */
const WHEN = {
  active: 'lastSeen',
  decommissioned: 'timeLeft',
  pending: 'pendingSince',
  held: 'timeLeft',
  ghosts: 'timeLeft',
  purging: 'purgedAt',
} as const satisfies Record<DeviceList, string>;

interface WhenProps {
  readonly row: DeviceRow;
  readonly of: (typeof WHEN)[DeviceList];
  readonly nowMs: number;
}

function When({ row, of, nowMs }: WhenProps) {
  const text = useMessages(messages);
  if (of === 'timeLeft') {
    if (row.expiresAtMs === undefined) return <span class="quiet">{text.unlimited}</span>;
    const seconds = (row.expiresAtMs - nowMs) / 1_000;
    return (
      <time class="number" dateTime={new Date(row.expiresAtMs).toISOString()}>
        {seconds <= 0 ? text.over : formatDuration(seconds)}
      </time>
    );
  }
  const at = { lastSeen: row.lastSeenAt, pendingSince: row.pendingSince, purgedAt: row.purgedAt }[of];
  if (at !== undefined) return <Time at={at} />;
  return <span class="quiet">{of === 'lastSeen' ? text.never : ''}</span>;
}

/** What goes without saying in a list. */
const IMPLIED: Readonly<Record<DeviceList, DeviceRow['state'] | undefined>> = {
  active: 'active',
  decommissioned: 'decommissioned',
  pending: undefined,
  held: 'decommissioned',
  ghosts: 'decommissioned',
  purging: undefined,
};

interface StandingProps {
  readonly row: DeviceRow;
  readonly list: DeviceList;
  readonly change: LifecycleEventType | undefined;
}

/** In words: where it is in its life, and what is special about it. */
function Standing({ row, list, change }: StandingProps) {
  const text = useMessages(listMessages);
  const isPending = row.pendingSince !== undefined && row.state !== 'purging' && list !== 'pending';
  return (
    <span class="badges">
      {change !== undefined && <Badge tone="info">{text.changes[change]}</Badge>}
      {row.state !== IMPLIED[list] && <Badge tone={TONES[row.state]}>{text.states[row.state]}</Badge>}
      {row.isHeld === true && list !== 'held' && <Badge tone="info">{text.held}</Badge>}
      {isPending && <Badge tone="warn">{text.pending}</Badge>}
      {row.ghostCount !== undefined && (
        <Badge tone="bad" title={text.ghostTitle}>
          {text.ghost(formatNumber(row.ghostCount))}
        </Badge>
      )}
      {row.isConnected === true && <Badge tone="good">{text.connected}</Badge>}
      {row.isConnected === false && <Badge>{text.offline}</Badge>}
    </span>
  );
}
