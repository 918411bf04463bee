import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { RecentEvents, Span } from '../../../contract/overview.ts';
import { useResource } from '../../api/use-resource.ts';
import { View } from '../../components/view.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { CensusStatus } from './census-status.tsx';
import { EventsCard } from './events-card.tsx';
import { ExpiringCard } from './expiring-card.tsx';
import { MovesCard } from './moves-card.tsx';
import { overviewMessages } from './overview-messages.ts';
import { PACES } from './paces.ts';
import { RejectionsCard } from './rejections-card.tsx';
import { Tiles } from './tiles.tsx';
import { type CensusUse, useCensus } from './use-census.ts';
import { useLiveReload } from './use-live-reload.ts';
import './overview.css';

/** Where the devices are in their lives, what happens to them, and what somebody should look at. */
export function Overview() {
  const text = useMessages(overviewMessages);
  const { isLocal, pollMs } = useSession();
  const [span, setSpan] = useState<Span>(isLocal ? 'hour' : 'day');
  const use = useCensus();
  const events = useResource<RecentEvents>('/overview/events', { everyMs: pollMs * PACES.logs });
  useLiveReload(use.state, events);
  return (
    <View title={text.title}>
      {isWithoutDevices(use, events.data) && <Welcome />}
      <Tiles use={use} />
      <CensusStatus use={use} />
      <div class="columns">
        <ExpiringCard use={use} />
        <MovesCard span={span} onSpan={setSpan} />
        <EventsCard events={events} />
        <RejectionsCard span={span} onSpan={setSpan} />
      </div>
    </View>
  );
}

const isWithoutDevices = ({ census }: CensusUse, events: RecentEvents | undefined): boolean =>
  census !== undefined &&
  census.active + census.decommissioned + census.expired === 0 &&
  events?.events.length === 0;

/** For a stack that nobody has used yet. */
function Welcome() {
  const text = useMessages(overviewMessages);
  const { isLocal } = useSession();
  return (
    <div class="note note-info">
      <strong>{text.nothingYet}</strong>
      <p>{text.whatItDoes}</p>
      {isLocal && <Link href="/laptop">{text.tryIt}</Link>}
    </div>
  );
}
