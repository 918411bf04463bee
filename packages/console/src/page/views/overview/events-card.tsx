import type { LifecycleEvent } from '../../../contract/live.ts';
import type { RecentEvents } from '../../../contract/overview.ts';
import type { Resource } from '../../api/use-resource.ts';
import { Card } from '../../components/card.tsx';
import { EventBadge } from '../../components/event-badge.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Loaded } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Last events',
    none: 'Nothing happened in the last week.',
    by: (who: string) => `by ${who}`,
    itself: 'by itself',
    retention: 'retention over',
  },
  ja: {
    title: '最近のイベント',
    none: '過去 1 週間のイベントはありません。',
    by: (who) => `依頼者：${who}`,
    itself: 'デバイス自身',
    retention: '保持期間の終了',
  },
});

/** What happened last to whom, the newest first. */
export function EventsCard({ events }: { readonly events: Resource<RecentEvents> }) {
  const text = useMessages(messages);
  return (
    <Card title={text.title}>
      <Loaded resource={events} isEmpty={(data) => data.events.length === 0} empty={text.none}>
        {(data) => (
          <ol class="events">
            {data.events.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </ol>
        )}
      </Loaded>
    </Card>
  );
}

function Event({ event }: { readonly event: LifecycleEvent }) {
  const text = useMessages(messages);
  const { type, deviceId, at, reason } = event;
  return (
    <li>
      <EventBadge type={type} />
      <DeviceLink deviceId={deviceId} />
      <span class="quiet event-time">
        <Time at={at} />
      </span>
      <bdi class="quiet event-why" title={event.actor.requestedBy}>
        {[actorText(event, text), reason].filter(Boolean).join(' · ')}
      </bdi>
    </li>
  );
}

/** Of an ARN its last part, such as the name of a session; of anything else all. */
const shortNameOf = (requestedBy: string): string =>
  requestedBy.startsWith('arn:') ? (requestedBy.split(/[:/]/).findLast(Boolean) ?? requestedBy) : requestedBy;

function actorText(
  { actor: { source, requestedBy } }: LifecycleEvent,
  text: { readonly by: (who: string) => string; readonly itself: string; readonly retention: string },
): string {
  if (source === 'device') return text.itself;
  if (source === 'ttl') return text.retention;
  return requestedBy === undefined ? '' : text.by(shortNameOf(requestedBy));
}
