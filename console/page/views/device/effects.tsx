import type { DeviceAnswer, DeviceOperation } from '../../../contract/device.ts';
import { formatDuration } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { operationMessages } from './operation-messages.ts';

const DAY_SECONDS = 86_400;

interface EffectsProps {
  readonly operation: DeviceOperation;
  readonly device: DeviceAnswer;
  /** As asked for; absent where that is left to the stack. */
  readonly retentionDays?: number | undefined;
  readonly legalHold: boolean;
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

function useEffects({ operation, device, retentionDays, legalHold, nowMs }: EffectsProps): readonly string[] {
  const { effects: say } = useMessages(operationMessages);
  const { expiresAtMs, isHeld, record } = device;
  switch (operation) {
    case 'decommission':
      return [say.moves, retentionOf(say, retentionDays, legalHold), say.certificatesOff, say.reserved];
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

function retentionOf(say: Say, retentionDays: number | undefined, legalHold: boolean): string {
  if (legalHold) return say.heldAtOnce;
  if (retentionDays === undefined) return say.canComeBackAsConfigured;
  return say.canComeBack(formatDuration(retentionDays * DAY_SECONDS));
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
