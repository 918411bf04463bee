import type { FleetKind, FleetOperation, FleetRunStatus } from '../../../contract/fleets.ts';
import { defineMessages } from '../../i18n/locale.ts';

/** Words that several views of fleets use. */
export const fleetMessages = defineMessages({
  en: {
    kinds: {
      decommission: 'Decommission',
      restore: 'Restore',
      stale: 'Find stale devices',
    } satisfies Record<FleetKind, string> as Record<FleetKind, string>,
    operations: {
      decommission: 'Decommission',
      restore: 'Restore',
    } satisfies Record<FleetOperation, string> as Record<FleetOperation, string>,
    outcomes: {
      decommissioned: 'Decommissioned',
      alreadyDecommissioned: 'Already decommissioned',
      wouldDecommission: 'Would be decommissioned',
      restored: 'Restored',
      alreadyActive: 'Already active',
      wouldRestore: 'Would be restored',
      failed: 'Failed',
      notRun: 'Not run',
    } as Readonly<Record<string, string>>,
    dryRun: 'dry run',
    devices: (count: number, formatted: string) => (count === 1 ? '1 device' : `${formatted} devices`),
    perSecond: (rate: string) => `${rate} a second`,
    ofTotal: (done: string, total: string) => `${done} of ${total}`,
  },
  ja: {
    kinds: { decommission: '廃止', restore: '復元', stale: '未確認デバイスの抽出' },
    operations: { decommission: '廃止', restore: '復元' },
    outcomes: {
      decommissioned: '廃止しました',
      alreadyDecommissioned: '廃止済みでした',
      wouldDecommission: '廃止されます',
      restored: '復元しました',
      alreadyActive: '稼働中でした',
      wouldRestore: '復元されます',
      failed: '失敗',
      notRun: '未実行',
    },
    dryRun: 'ドライラン',
    devices: (_, formatted) => `${formatted} 台`,
    perSecond: (rate) => `毎秒 ${rate} 台`,
    ofTotal: (done, total) => `${done} / ${total}`,
  },
});

export const isGoingOn = (status: FleetRunStatus): boolean =>
  status === 'RUNNING' || status === 'PENDING_REDRIVE';
