import './device.css';
import { useCallback, useState } from 'preact/hooks';
import type { DeviceAnswer } from '../../../contract/device.ts';
import type { LifecycleEvent } from '../../../contract/live.ts';
import { useResource } from '../../api/use-resource.ts';
import { announce } from '../../components/announcer.tsx';
import { eventMessages } from '../../components/event-badge.tsx';
import { Loaded } from '../../components/states.tsx';
import { useAhead } from '../../components/use-ahead.ts';
import { focusTitle, View } from '../../components/view.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { paramOf } from '../../paths.ts';
import { useSession } from '../../session.ts';
import { Actions } from './actions.tsx';
import { AttributesCard } from './attributes-card.tsx';
import { CertificatesCard } from './certificates-card.tsx';
import { GuardsCard } from './guards-card.tsx';
import { ItemsCard } from './items-card.tsx';
import { Notes } from './notes.tsx';
import { OperationNote, type StartedRequest } from './operation-note.tsx';
import { OutOfServiceCard } from './out-of-service-card.tsx';
import { RecordCard } from './record-card.tsx';
import { Standing } from './standing.tsx';
import { TimelineCard } from './timeline-card.tsx';
import { UnknownDevice } from './unknown-device.tsx';
import { useTimeline } from './use-timeline.ts';

/** So often is the record read anew, in polls: holds, ghosts and certificates are in no event. */
const POLLS = 2;

/** One device: what it is, what became of it, and what can be done with it. */
export function Device({ params: { deviceId } }: { readonly params: { readonly deviceId: string } }) {
  // A device of its own, with none of the state of the one before.
  const id = paramOf(deviceId);
  return <OneDevice key={id} deviceId={id} />;
}

function OneDevice({ deviceId }: { readonly deviceId: string }) {
  const { pollMs } = useSession();
  const events = useMessages(eventMessages);
  const path = `/devices/${encodeURIComponent(deviceId)}/record`;
  const record = useResource<DeviceAnswer>(path, { everyMs: pollMs * POLLS });
  const { data, reload } = record;
  const [started, setStarted] = useState<StartedRequest>();
  const onEvent = useCallback(
    ({ type }: LifecycleEvent) => {
      announce(events[type]);
      reload();
    },
    [events, reload],
  );
  const timeline = useTimeline(deviceId, onEvent);
  const aheadMs = useAhead(data?.nowMs);
  return (
    <View
      title={deviceId}
      {...(data !== undefined && {
        lead: <Standing device={data} aheadMs={aheadMs} />,
        actions: <Actions device={data} aheadMs={aheadMs} onStarted={setStarted} />,
      })}
    >
      {started !== undefined && (
        <OperationNote
          key={started.executionArn}
          started={started}
          onStarted={setStarted}
          onEnd={reload}
          onClose={() => {
            setStarted(undefined);
            focusTitle();
          }}
        />
      )}
      {data !== undefined && <Notes device={data} />}
      {data?.state === 'unknown' && <UnknownDevice deviceId={deviceId} />}
      <div class="device-columns">
        <div class="column">
          <Loaded resource={record}>{(device) => <Cards device={device} aheadMs={aheadMs} />}</Loaded>
        </div>
        <div class="column">
          {/* Of an id that is none, the record has said so. */}
          {record.problem?.kind !== 'invalid' && (
            <TimelineCard deviceId={deviceId} device={data} timeline={timeline} aheadMs={aheadMs} />
          )}
        </div>
      </div>
    </View>
  );
}

function Cards({ device, aheadMs }: { readonly device: DeviceAnswer; readonly aheadMs: number }) {
  if (device.state === 'unknown') return <CertificatesCard device={device} />;
  return (
    <>
      <OutOfServiceCard device={device} aheadMs={aheadMs} />
      <RecordCard device={device} />
      <CertificatesCard device={device} />
      <GuardsCard device={device} />
      <AttributesCard device={device} />
      <ItemsCard device={device} />
    </>
  );
}
