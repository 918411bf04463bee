import { defineMessages } from '../../i18n/locale.ts';

/** What the state machines do, by their names. */
export const machineMessages = defineMessages({
  en: {
    machines: {
      'decommission-device': 'Decommission a device',
      'restore-device': 'Restore a device',
      'hold-device': 'Hold a device',
      'release-device': 'Release a device',
      'purge-device': 'Purge a device',
      'decommission-fleet': 'Decommission a fleet',
      'restore-fleet': 'Restore a fleet',
      'propose-stale': 'Propose stale devices',
    } as Readonly<Record<string, string>>,
  },
  ja: {
    machines: {
      'decommission-device': 'デバイスを廃止',
      'restore-device': 'デバイスを復元',
      'hold-device': 'デバイスをホールド',
      'release-device': 'ホールドを解除',
      'purge-device': 'デバイスを完全に削除',
      'decommission-fleet': 'フリートを廃止',
      'restore-fleet': 'フリートを復元',
      'propose-stale': '長期間確認のないデバイスを抽出',
    },
  },
});

export const MACHINES: readonly string[] = Object.keys(machineMessages.en.machines);

/** Whose executions have a view of their own, with counts and outcomes. */
export const isOfFleet = (machine: string): boolean =>
  machine === 'decommission-fleet' || machine === 'restore-fleet';
