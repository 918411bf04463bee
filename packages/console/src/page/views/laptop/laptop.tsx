import './laptop.css';
import { useCallback } from 'preact/hooks';
import type { NewDevice, PlayedDeviceDetails, PlayedDevices } from '../../../contract/laptop.ts';
import { useLifecycle } from '../../api/live.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { Empty, Loaded, ProblemNote } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { chosenId, pathOfDevice } from './bench.ts';
import { ClockCard } from './clock-card.tsx';
import { ControlsCard } from './controls-card.tsx';
import { DeviceBar } from './device-bar.tsx';
import { Guide } from './guide.tsx';
import { LogCard } from './log-card.tsx';
import { laptopMessages } from './messages.ts';
import { StandingCard } from './standing-card.tsx';

/** So often is read what the device has met with, in polls. */
const POLLS = 2;

/** Devices to play and the clock to move, so that one sees what the service does. */
export function Laptop() {
  const text = useMessages(laptopMessages);
  const { pollMs } = useSession();
  const devices = useResource<PlayedDevices>('/laptop/devices', { everyMs: pollMs * POLLS });
  return (
    <View title={text.title} lead={text.lead}>
      <Loaded resource={devices}>
        {(known) => <Bench devices={known.devices} reload={devices.reload} />}
      </Loaded>
    </View>
  );
}

interface BenchProps {
  readonly devices: PlayedDevices['devices'];
  readonly reload: () => void;
}

function Bench({ devices, reload }: BenchProps) {
  const { pollMs } = useSession();
  const chosen = devices.find(({ deviceId }) => deviceId === chosenId.value) ?? devices.at(-1);
  const device = useResource<PlayedDeviceDetails>(chosen && pathOfDevice(chosen.deviceId), {
    everyMs: pollMs * POLLS,
  });
  const reloadDevice = device.reload;
  useLifecycle(useCallback(() => reloadDevice(), [reloadDevice]));
  const onMade = ({ deviceId }: NewDevice) => {
    chosenId.value = deviceId;
    reload();
  };
  const onActed = () => {
    reload();
    reloadDevice();
  };
  return (
    <>
      <DeviceBar
        devices={devices}
        chosen={chosen?.deviceId}
        onChoose={(deviceId) => {
          chosenId.value = deviceId;
        }}
        onMade={onMade}
        onForgotten={reload}
      />
      <div class="laptop-columns">
        <Guide device={device.data} onMade={onMade} onActed={onActed} />
        <div class="column laptop-seen">
          <Seen device={device} />
        </div>
        <div class="column">
          {device.data !== undefined && (
            <ControlsCard key={device.data.deviceId} device={device.data} reload={onActed} />
          )}
          <ClockCard onMoved={reloadDevice} />
        </div>
      </div>
    </>
  );
}

/** What has come of it. A device can have been removed meanwhile, in another tab. */
function Seen({ device: { data, problem, reload } }: { readonly device: Resource<PlayedDeviceDetails> }) {
  const text = useMessages(laptopMessages);
  if (data === undefined && problem === undefined) return <Empty>{text.nothing}</Empty>;
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={reload} />}
      {data !== undefined && <StandingCard device={data} onRetry={reload} />}
      {data !== undefined && <LogCard device={data} />}
    </>
  );
}
