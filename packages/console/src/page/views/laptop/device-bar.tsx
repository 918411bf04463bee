import { useState } from 'preact/hooks';
import type { NewDevice, PlayedDevice } from '../../../contract/laptop.ts';
import { useAction } from '../../api/use-action.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { forget } from './bench.ts';
import { laptopMessages } from './messages.ts';
import { NewDeviceDialog } from './new-device-dialog.tsx';

interface DeviceBarProps {
  readonly devices: readonly PlayedDevice[];
  readonly chosen: string | undefined;
  readonly onChoose: (deviceId: string) => void;
  readonly onMade: (device: NewDevice) => void;
  readonly onForgotten: () => void;
}

/** The devices that are played; one of them is looked at. */
export function DeviceBar({ devices, chosen, onChoose, onMade, onForgotten }: DeviceBarProps) {
  const text = useMessages(laptopMessages);
  const [isMaking, setMaking] = useState(false);
  const unavailable = useReadOnlyReason();
  const forgetting = useAction(async () => {
    await forget(chosen ?? '');
    onForgotten();
  });
  return (
    <Card
      title={text.devices}
      actions={
        <>
          {chosen !== undefined && (
            <Button
              title={unavailable ?? text.removeTitle}
              unavailable={unavailable}
              isBusy={forgetting.isRunning}
              onClick={() => void forgetting.run()}
            >
              {text.remove}
            </Button>
          )}
          <Button unavailable={unavailable} onClick={() => setMaking(true)}>
            {text.newDevice}
          </Button>
        </>
      }
    >
      {devices.length === 0 && <p class="quiet">{text.noDevice}</p>}
      <fieldset class="laptop-devices">
        <legend class="for-screen-readers">{text.devices}</legend>
        {devices.map(({ deviceId, connection }) => (
          <label key={deviceId} class="laptop-device">
            <input
              type="radio"
              name="device"
              checked={deviceId === chosen}
              onChange={() => onChoose(deviceId)}
            />
            <span class="mono">{deviceId}</span>
            <Badge tone={connection === 'connected' ? 'good' : 'plain'}>{text.connections[connection]}</Badge>
          </label>
        ))}
      </fieldset>
      {forgetting.problem !== undefined && <ProblemNote problem={forgetting.problem} />}
      {isMaking && (
        <NewDeviceDialog
          onClose={() => setMaking(false)}
          onMade={(device) => {
            setMaking(false);
            onMade(device);
          }}
        />
      )}
    </Card>
  );
}
