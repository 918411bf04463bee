import type { DeviceAnswer } from '../../../contract/device.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Countdown } from '../../components/time.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    states: {
      active: 'active',
      decommissioned: 'decommissioned',
      expired: 'retention over',
      purging: 'being purged',
      unknown: 'unknown',
    },
    held: 'legal hold',
    pending: 'certificates pending',
    ghost: 'ghost',
    left: 'left to restore it',
  },
  ja: {
    states: {
      active: '稼働中',
      decommissioned: '廃止済み',
      expired: '保持期間終了',
      purging: '完全削除中',
      unknown: '不明',
    },
    held: 'リーガルホールド',
    pending: '証明書 保留中',
    ghost: 'ゴースト',
    left: '復元できる残り時間',
  },
});

const TONES: Readonly<Record<DeviceAnswer['state'], Tone>> = {
  active: 'good',
  decommissioned: 'warn',
  expired: 'bad',
  purging: 'bad',
  unknown: 'plain',
};

interface StandingProps {
  readonly device: DeviceAnswer;
  readonly aheadMs: number;
}

/** In a line: where a device is in its life, and for how long yet. */
export function Standing({ device, aheadMs }: StandingProps) {
  const text = useMessages(messages);
  const { state, isHeld, credentials, expiresAtMs, record } = device;
  return (
    <span class="device-standing">
      <Badge tone={TONES[state]}>{text.states[state]}</Badge>
      {isHeld && <Badge tone="info">{text.held}</Badge>}
      {credentials === 'pending' && <Badge tone="warn">{text.pending}</Badge>}
      {record.ghost !== undefined && <Badge tone="bad">{text.ghost}</Badge>}
      {state === 'decommissioned' && expiresAtMs !== undefined && (
        <span>
          {text.left}: <Countdown untilMs={expiresAtMs} aheadMs={aheadMs} />
        </span>
      )}
    </span>
  );
}
