import { useState } from 'preact/hooks';
import type { DeviceAnswer, DeviceOperation } from '../../../contract/device.ts';
import { Button } from '../../components/button.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { OperationDialog } from './operation-dialog.tsx';
import type { StartedRequest } from './operation-note.tsx';
import { type Obstacle, OPERATIONS, obstacleTo } from './operations.ts';
import { stepMessages } from './step-messages.ts';

const messages = defineMessages({
  en: {
    obstacles: {
      unknown: 'There is no such device.',
      inService: 'It is in service: decommission it first.',
      outOfService: 'It is out of service already.',
      expired: 'Its retention is over: nothing brings it back.',
      purging: 'It is being purged: nothing brings it back.',
      held: 'It is under legal hold already.',
      notHeld: 'It is under no legal hold.',
      purgeNeedsRelease: 'It is under legal hold: release it first.',
    } satisfies Record<Obstacle, string> as Record<Obstacle, string>,
  },
  ja: {
    obstacles: {
      unknown: 'このデバイスはありません。',
      inService: '稼働中です。先に廃止してください。',
      outOfService: 'すでに廃止されています。',
      expired: '保持期間が終わったため、元に戻せません。',
      purging: '完全削除中のため、元に戻せません。',
      held: 'すでにリーガルホールドの対象です。',
      notHeld: 'リーガルホールドの対象ではありません。',
      purgeNeedsRelease: 'リーガルホールド中です。先にホールドを解除してください。',
    },
  },
});

interface ActionsProps {
  readonly device: DeviceAnswer;
  readonly aheadMs: number;
  readonly onStarted: (started: StartedRequest) => void;
}

/** What can be done with a device; what cannot be done now says why. */
export function Actions({ device, aheadMs, onStarted }: ActionsProps) {
  const text = useMessages(messages);
  const steps = useMessages(stepMessages);
  const readOnly = useReadOnlyReason();
  const [open, setOpen] = useState<DeviceOperation>();
  const whyNot = (operation: DeviceOperation) => {
    const obstacle = obstacleTo(operation, device);
    return readOnly ?? (obstacle && text.obstacles[obstacle]);
  };
  return (
    <>
      {OPERATIONS.map((operation) => (
        <Button key={operation} unavailable={whyNot(operation)} onClick={() => setOpen(operation)}>
          {steps.operations[operation]}
        </Button>
      ))}
      {open !== undefined && (
        <OperationDialog
          operation={open}
          device={device}
          aheadMs={aheadMs}
          onClose={() => setOpen(undefined)}
          onStarted={(started) => {
            setOpen(undefined);
            onStarted(started);
          }}
        />
      )}
    </>
  );
}
