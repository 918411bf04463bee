import { defineMessages } from '../../i18n/locale.ts';

/** The steps of a device's life, and what can be done with it. */
export const stepMessages = defineMessages({
  en: {
    events: {
      DeviceRegistered: 'Registered',
      DeviceUpdated: 'Updated',
      DeviceDecommissioned: 'Decommissioned',
      DeviceRestored: 'Restored',
      DevicePurged: 'Purged',
    },
    held: 'Put under legal hold',
    released: 'Hold released',
    operations: {
      decommission: 'Decommission',
      restore: 'Restore',
      hold: 'Hold',
      release: 'Release',
      purge: 'Purge',
    },
  },
  ja: {
    events: {
      DeviceRegistered: '登録',
      DeviceUpdated: '更新',
      DeviceDecommissioned: '廃止',
      DeviceRestored: '復元',
      DevicePurged: '完全削除',
    },
    held: 'リーガルホールドを設定',
    released: 'ホールドを解除',
    operations: {
      decommission: '廃止',
      restore: '復元',
      hold: 'ホールド',
      release: 'ホールド解除',
      purge: '完全削除',
    },
  },
});
