import type { DeviceDescription } from '@device-lifecycle/operator/device/describe.ts';
import { printable, printableLine } from '@device-lifecycle/operator/output/printable.ts';
import { duration } from '../progress.ts';

const WIDTH = 14;

/** For people; safe for terminals. */
export function deviceAsText(described: DeviceDescription): string {
  const { attributes, guards, problems } = described;
  const lines = ROWS.flatMap(([label, cell]) => {
    const text = cell(described);
    return text === undefined ? [] : [row(label, text)];
  });
  for (const { id, deviceId, expiresAt } of guards) {
    const owner = deviceId === undefined ? 'missing' : `of ${String(deviceId)}`;
    lines.push(row('guard', `${id}, ${owner}${expiresAt === undefined ? '' : `, until ${expiresAt}`}`));
  }
  for (const problem of problems) lines.push(row('problem', `${problem} A person has to look.`));
  const parts = [lines.join('\n')];
  if (Object.keys(Object(attributes)).length > 0) {
    parts.push(`Attributes\n${printable(JSON.stringify(attributes, null, 2))}`);
  }
  return parts.join('\n\n');
}

type Part = Readonly<Record<string, unknown>> | undefined;
type Cell = (described: DeviceDescription) => string | undefined;

const plain =
  (field: string): Cell =>
  (described) =>
    described[field] === undefined ? undefined : String(described[field]);

/** Made of an object of the description, where there is one. */
const of =
  (field: string, say: (part: NonNullable<Part>) => string): Cell =>
  (described) => {
    const part = described[field] as Part;
    return part && say(part);
  };

const because = ({ reason }: NonNullable<Part>): string =>
  reason === undefined ? '' : `: ${String(reason)}`;

const ROWS: readonly (readonly [label: string, Cell])[] = [
  ['device', plain('deviceId')],
  ['state', stateText],
  ['serial number', plain('serialNumber')],
  ['MAC address', plain('macAddress')],
  ['name', plain('name')],
  ['type', plain('type')],
  ['version', plain('version')],
  ['registered', plain('registeredAt')],
  ['updated', plain('updatedAt')],
  ['last seen', plain('lastSeenAt')],
  [
    'presence',
    of('presence', ({ connected, at }) => `${connected ? 'connected' : 'disconnected'} since ${at}`),
  ],
  ['decommissioned', of('decommission', (part) => `${part['at']} by ${part['requestedBy']}${because(part)}`)],
  ['legal hold', holdText],
  ['released', of('release', (part) => `${part['at']} by ${part['requestedBy']}${because(part)}`)],
  [
    'heard of',
    of(
      'ghost',
      ({ count, lastSeenAt, lastOperation }) =>
        `in ${count} minutes since it left service, last ${lastSeenAt} (${lastOperation})`,
    ),
  ],
  [
    'purge',
    of('purge', (part) => `${part['at']} by ${part['requestedBy'] ?? part['source']}${because(part)}`),
  ],
  ['credentials', plain('credentials')],
  ['certificates', ({ certificateIds }) => certificateIds.join(' ') || undefined],
];

function stateText({ state, legalHold, expiresAt, secondsLeft, pendingSince }: DeviceDescription): string {
  const pending = pendingSince === undefined ? '' : `, work pending since ${String(pendingSince)}`;
  if (legalHold) return `${state}, under legal hold${pending}`;
  if (typeof secondsLeft !== 'number') return `${state}${pending}`;
  const left = secondsLeft > 0 ? `${duration(secondsLeft)} left` : 'its retention is over';
  return `${state} until ${String(expiresAt)}, ${left}${pending}`;
}

function holdText({ legalHold, hold, decommission }: DeviceDescription): string | undefined {
  if (!legalHold) return undefined;
  const part = (hold ?? decommission) as NonNullable<Part>;
  return `since ${part['at']} by ${part['requestedBy']}${because(part)}`;
}

const row = (label: string, text: string): string => `${label.padEnd(WIDTH)}  ${printableLine(text)}`;
