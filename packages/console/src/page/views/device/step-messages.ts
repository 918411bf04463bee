import { defineMessages } from '../../i18n/locale.ts';

/** The steps of a device's life, and what can be done with it. */
export const stepMessages = defineMessages({
  en: {
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
