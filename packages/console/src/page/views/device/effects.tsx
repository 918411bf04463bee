import type { DeviceAnswer, DeviceOperation } from '../../../contract/device.ts';
import { formatDateTime, formatDuration } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { operationMessages } from './operation-messages.ts';

const DAY_SECONDS = 86_400;

interface EffectsProps {
  readonly operation: DeviceOperation;
  readonly device: DeviceAnswer;
  /** As asked for; absent where that is left to the stack. */
  readonly retentionDays?: number | undefined;
  readonly legalHold: boolean;
  /** When it is to be done; now where absent. */
  readonly notBeforeMs?: number | undefined;
  /** Of the stack's clock. */
  readonly nowMs: number;
}

/** What an operation will do, in sentences. */
export function Effects(props: EffectsProps) {
  return (
    <ul class="device-effects">
      {useEffects(props).map((effect) => (
        <li key={effect}>{effect}</li>
      ))}
    </ul>
  );
}

function useEffects({
  operation,
  device,
  retentionDays,
  legalHold,
  notBeforeMs,
  nowMs,
}: EffectsProps): readonly string[] {
  const { effects: say } = useMessages(operationMessages);
  const { expiresAtMs, isHeld, record } = device;
  switch (operation) {
    case 'decommission':
      return [
        say.moves,
        retentionOf(say, { retentionDays, legalHold, fromMs: Math.max(nowMs, notBeforeMs ?? 0) }),
        say.certificatesOff,
        say.reserved,
      ];
    case 'restore':
      return [say.comesBack, say.certificatesOn, ...(isHeld ? [say.endsHold] : [])];
    case 'hold': {
      const left = expiresAtMs === undefined ? [] : [say.keepsRest(durationOf(expiresAtMs - nowMs))];
      return [say.keeps, ...left, say.stillRestorable];
    }
    case 'release':
      return [releaseOf(say, retentionDays, record.hold?.remainingSeconds)];
    case 'purge':
      return [say.removed, say.thingRemoved, say.free, say.receipt];
  }
}

type Say = (typeof operationMessages)['en']['effects'];

interface Retention {
  readonly retentionDays: number | undefined;
  readonly legalHold: boolean;
  /** When the device leaves service. */
  readonly fromMs: number;
}

function retentionOf(say: Say, { retentionDays, legalHold, fromMs }: Retention): string {
  if (legalHold) return say.heldAtOnce;
  if (retentionDays === undefined) return say.canComeBackAsConfigured;
  const seconds = retentionDays * DAY_SECONDS;
  return say.canComeBack(formatDuration(seconds), formatDateTime(fromMs + seconds * 1_000));
}

/** A record that was decommissioned with a hold has no retention yet. */
function releaseOf(
  say: Say,
  retentionDays: number | undefined,
  remainingSeconds: number | undefined,
): string {
  const seconds = retentionDays === undefined ? remainingSeconds : retentionDays * DAY_SECONDS;
  return seconds === undefined ? say.expiresAsConfigured : say.expiresAfter(formatDuration(seconds));
}

const durationOf = (ms: number): string => formatDuration(ms / 1_000);
