import type { DeviceList, ListedState } from '../../../contract/devices.ts';
import type { LifecycleEventType } from '../../../contract/live.ts';
import { defineMessages } from '../../i18n/locale.ts';

/** Words about devices in lists. */
export const listMessages = defineMessages({
  en: {
    lists: {
      active: 'Active',
      decommissioned: 'Decommissioned',
      pending: 'Pending credentials',
      held: 'Under legal hold',
      ghosts: 'Ghosts',
      purging: 'Purges',
    } satisfies Record<DeviceList, string> as Record<DeviceList, string>,
    leads: {
      active: 'In service.',
      decommissioned: 'Out of service, and able to come back until their time is over.',
      pending: 'With certificates that are still to be turned off, or on again.',
      held: 'Out of service, and kept until the hold is released.',
      ghosts: 'Out of service, and yet heard of since.',
      purging: 'Their retention is over: what is being removed, and what has been within a week.',
    } satisfies Record<DeviceList, string> as Record<DeviceList, string>,
    none: {
      active: 'No device is in service.',
      decommissioned: 'No device is out of service.',
      pending: 'No certificates are pending.',
      held: 'Nothing is under legal hold.',
      ghosts: 'Nothing has been heard of devices that are out of service.',
      purging: 'Nothing is being purged, and nothing has been within a week.',
    } satisfies Record<DeviceList, string> as Record<DeviceList, string>,
    states: {
      active: 'active',
      decommissioned: 'decommissioned',
      expired: 'expired',
      purging: 'purging',
      purged: 'purged',
    } satisfies Record<ListedState, string> as Record<ListedState, string>,
    changes: {
      DeviceRegistered: 'registered just now',
      DeviceUpdated: 'updated just now',
      DeviceDecommissioned: 'decommissioned just now',
      DeviceRestored: 'restored just now',
      DevicePurged: 'purged just now',
    } satisfies Record<LifecycleEventType, string> as Record<LifecycleEventType, string>,
    held: 'legal hold',
    pending: 'pending',
    connected: 'connected',
    offline: 'offline',
    ghost: (count: string) => `ghost ×${count}`,
    ghostTitle: 'In how many minutes it was heard of after it left service',
  },
  ja: {
    lists: {
      active: '稼働中',
      decommissioned: '廃止済み',
      pending: '保留中の証明書',
      held: 'リーガルホールド',
      ghosts: 'ゴースト',
      purging: '完全削除',
    },
    leads: {
      active: '稼働中のデバイスです。',
      decommissioned: '廃止済みで、期限までは復元できるデバイスです。',
      pending: '証明書の無効化または再有効化が保留中のデバイスです。',
      held: '廃止済みで、ホールド解除まで保持されるデバイスです。',
      ghosts: '廃止後にも通信があったデバイスです。',
      purging: '保持期間が終わったデバイスです。削除中のものと、1 週間以内に削除されたものを表示します。',
    },
    none: {
      active: '稼働中のデバイスはありません。',
      decommissioned: '廃止済みのデバイスはありません。',
      pending: '保留中の証明書はありません。',
      held: 'リーガルホールド中のデバイスはありません。',
      ghosts: '廃止後に通信があったデバイスはありません。',
      purging: '削除中または 1 週間以内に削除されたデバイスはありません。',
    },
    states: {
      active: '稼働中',
      decommissioned: '廃止済み',
      expired: '期限切れ',
      purging: '完全削除中',
      purged: '完全削除済み',
    },
    changes: {
      DeviceRegistered: 'たった今登録',
      DeviceUpdated: 'たった今更新',
      DeviceDecommissioned: 'たった今廃止',
      DeviceRestored: 'たった今復元',
      DevicePurged: 'たった今完全削除',
    },
    held: 'リーガルホールド',
    pending: '保留中',
    connected: '接続中',
    offline: 'オフライン',
    ghost: (count: string) => `ゴースト ×${count}`,
    ghostTitle: '廃止後に通信があった回数（分単位）',
  },
});
