import type { DeviceEntry } from '../../../contract/laptop.ts';
import type { LifecycleEvent } from '../../../contract/live.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { EventBadge } from '../../components/event-badge.tsx';
import { ExecutionLink } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { logMessages } from './log-messages.ts';

const TONES: Readonly<Record<DeviceEntry['kind'] | 'accepted' | 'rejected', Tone>> = {
  made: 'plain',
  connected: 'good',
  disconnected: 'plain',
  cutOff: 'bad',
  turnedAway: 'bad',
  published: 'info',
  answered: 'plain',
  failed: 'bad',
  accepted: 'good',
  rejected: 'bad',
};

/** What has happened between the device and AWS IoT. */
export function DeviceEntryText({ entry }: { readonly entry: DeviceEntry }) {
  const text = useMessages(logMessages);
  const kind = entry.kind === 'answered' ? entry.verdict : entry.kind;
  return (
    <>
      <p>
        <Badge tone={TONES[kind]}>{text.kinds[kind]}</Badge> <EntryHead entry={entry} />
      </p>
      {(entry.kind === 'published' || entry.kind === 'answered') && (
        <code class="laptop-payload">
          {entry.payload}
          {entry.isCut && `… (${text.cut})`}
        </code>
      )}
    </>
  );
}

function EntryHead({ entry }: { readonly entry: DeviceEntry }) {
  const text = useMessages(logMessages);
  switch (entry.kind) {
    case 'made':
      return <>{text.made}</>;
    case 'cutOff':
    case 'turnedAway':
      return (
        <>
          {text[entry.kind]} {entry.disconnectReason !== undefined && <code>{entry.disconnectReason}</code>}{' '}
          {entry.details !== undefined && <span class="quiet">{entry.details}</span>}
        </>
      );
    case 'published':
      return <code>{entry.topic}</code>;
    case 'answered':
      return (
        <>
          {entry.code !== undefined && <strong>{entry.code}</strong>} <code class="quiet">{entry.topic}</code>{' '}
          {entry.latencyMs !== undefined && (
            <span class="quiet">{text.after(formatNumber(Math.round(entry.latencyMs)))}</span>
          )}
        </>
      );
    case 'failed':
      return <>{entry.message}</>;
    default:
      return null;
  }
}

/** A step of the device's life. */
export function LifecycleText({ event }: { readonly event: LifecycleEvent }) {
  const text = useMessages(logMessages);
  const { type, actor, device, reason, retention, correlationId } = event;
  const known: Readonly<Record<string, string>> = text.actors;
  return (
    <>
      <p>
        <EventBadge type={type} />{' '}
        <span class="quiet">
          {text.by(known[actor.source] ?? actor.source)}
          {device?.version !== undefined && ` · ${text.version(device.version)}`}
          {reason !== undefined && ` · ${reason}`}
        </span>
      </p>
      {type === 'DeviceDecommissioned' && retention?.ttl !== undefined && (
        <p class="quiet">
          TTL <Time at={retention.ttl * 1_000} />
        </p>
      )}
      {correlationId?.includes(':execution:') === true && <ExecutionLink executionArn={correlationId} />}
    </>
  );
}
