import type { LifecycleEventType } from '../../contract/live.ts';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { Badge, type Tone } from './badge.tsx';

/** The steps of a device's life. */
export const eventMessages = defineMessages({
  en: {
    DeviceRegistered: 'Registered',
    DeviceUpdated: 'Updated',
    DeviceDecommissioned: 'Decommissioned',
    DeviceRestored: 'Restored',
    DevicePurged: 'Purged',
  } satisfies Record<LifecycleEventType, string>,
  ja: {
    DeviceRegistered: '登録',
    DeviceUpdated: '更新',
    DeviceDecommissioned: '廃止',
    DeviceRestored: '復元',
    DevicePurged: '完全削除',
  },
});

const TONES: Readonly<Record<LifecycleEventType, Tone>> = {
  DeviceRegistered: 'good',
  DeviceUpdated: 'plain',
  DeviceDecommissioned: 'warn',
  DeviceRestored: 'good',
  DevicePurged: 'bad',
};

export function EventBadge({ type }: { readonly type: LifecycleEventType }) {
  return <Badge tone={TONES[type]}>{useMessages(eventMessages)[type]}</Badge>;
}
