import type { ComponentChildren } from 'preact';
import type { LifecycleEvent } from '../../../contract/live.ts';
import { Badge } from '../../components/badge.tsx';
import { EventBadge } from '../../components/event-badge.tsx';
import { Time } from '../../components/time.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { CorrelationLink } from './correlation-link.tsx';
import type { LogLine } from './log-lines.ts';
import { stepMessages } from './step-messages.ts';
import type { Entry } from './timeline.ts';

const messages = defineMessages({
  en: {
    by: 'by',
    sources: { device: 'the device itself', ttl: 'the end of its retention' } as Readonly<
      Record<string, string>
    >,
    changed: 'Changed:',
    until: 'Can be restored until',
    held: 'under legal hold',
    kept: 'Its thing was kept.',
  },
  ja: {
    by: '実行者：',
    sources: { device: 'デバイス自身', ttl: '保持期間の終了' },
    changed: '変更：',
    until: '復元期限：',
    held: 'リーガルホールド中',
    kept: 'モノは残されました。',
  },
});

/** A line of a device's timeline. */
export function TimelineEntry({ entry }: { readonly entry: Entry }) {
  const steps = useMessages(stepMessages);
  switch (entry.kind) {
    case 'event':
      return <Step event={entry.event} />;
    case 'held':
    case 'released': {
      const { requestedBy, source, reason, correlationId } = entry.move;
      return (
        <Item at={entry.at} title={<Badge tone="info">{steps[entry.kind]}</Badge>}>
          <Why by={requestedBy ?? source} reason={reason} correlationId={correlationId} />
        </Item>
      );
    }
    case 'log':
      return <Logged at={entry.at} line={entry.line} />;
  }
}

interface ItemProps {
  readonly at: number;
  readonly title: ComponentChildren;
  readonly children?: ComponentChildren;
  /** It is no step of the device's life. */
  readonly isMinor?: boolean;
}

function Item({ at, title, children, isMinor = false }: ItemProps) {
  return (
    <li class={isMinor ? 'device-minor' : undefined}>
      <div class="device-step-head">
        {title} <Time at={at} />
      </div>
      {children}
    </li>
  );
}

function Step({ event }: { readonly event: LifecycleEvent }) {
  const text = useMessages(messages);
  const { type, at, actor, reason, correlationId, changed = [], retention } = event;
  return (
    <Item at={at} title={<EventBadge type={type} />}>
      {changed.length > 0 && (
        <p>
          {text.changed} <code>{changed.join(', ')}</code>
        </p>
      )}
      {type === 'DeviceDecommissioned' && retention?.ttl !== undefined && (
        <p class="quiet">
          {text.until} <Time at={retention.ttl * 1_000} />
        </p>
      )}
      {retention?.legalHold === true && <p>{text.held}</p>}
      {event.receipt?.['thing'] === 'kept' && <p>{text.kept}</p>}
      <Why
        by={text.sources[actor.source] ?? actor.requestedBy ?? actor.source}
        reason={reason}
        correlationId={correlationId}
      />
    </Item>
  );
}

interface WhyProps {
  readonly by: string | undefined;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
}

function Why({ by, reason, correlationId }: WhyProps) {
  const text = useMessages(messages);
  return (
    <>
      {reason !== undefined && <p>{reason}</p>}
      {by !== undefined && (
        <p class="quiet">
          {text.by} {by}
        </p>
      )}
      {correlationId !== undefined && (
        <p class="quiet">
          <CorrelationLink correlationId={correlationId} />
        </p>
      )}
    </>
  );
}

function Logged({ at, line }: { readonly at: number; readonly line: LogLine }) {
  const { source, event, result, about, correlationId } = line;
  return (
    <Item
      isMinor
      at={at}
      title={
        <span>
          <code>{event}</code> {result}
        </span>
      }
    >
      {about !== undefined && about !== '' && <p>{about}</p>}
      <p class="quiet">
        {source}
        {correlationId !== undefined && correlationId !== '' && (
          <>
            {' · '}
            <CorrelationLink correlationId={correlationId} />
          </>
        )}
      </p>
    </Item>
  );
}
