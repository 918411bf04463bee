import { useState } from 'preact/hooks';
import type { NewDevice } from '../../../contract/laptop.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { makeDevice } from './bench.ts';
import { laptopMessages } from './messages.ts';
import { suggestDevice } from './names.ts';

interface NewDeviceDialogProps {
  readonly onMade: (device: NewDevice) => void;
  readonly onClose: () => void;
}

/** Makes a device with a name of one's own; one is suggested. */
export function NewDeviceDialog({ onMade, onClose }: NewDeviceDialogProps) {
  const text = useMessages(laptopMessages);
  const [device, setDevice] = useState<NewDevice>(suggestDevice);
  const action = useAction(() => makeDevice(device));
  const isWhole = device.deviceId !== '' && device.serialNumber !== '';
  return (
    <ConfirmDialog
      title={text.newDevice}
      confirmLabel={text.make}
      isReady={isWhole}
      action={action}
      onDone={onMade}
      onClose={onClose}
    >
      <Field label={text.deviceId} hint={text.deviceIdHint}>
        {(attributes) => (
          <input
            {...attributes}
            class="mono"
            autoComplete="off"
            value={device.deviceId}
            maxLength={128}
            onInput={({ currentTarget }) => setDevice({ ...device, deviceId: currentTarget.value.trim() })}
          />
        )}
      </Field>
      <Field label={text.serialNumber} hint={text.serialNumberHint}>
        {(attributes) => (
          <input
            {...attributes}
            class="mono"
            autoComplete="off"
            value={device.serialNumber}
            maxLength={256}
            onInput={({ currentTarget }) => setDevice({ ...device, serialNumber: currentTarget.value })}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
