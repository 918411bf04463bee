import { defineMessages } from '../../i18n/locale.ts';

export const overviewMessages = defineMessages({
  en: {
    title: 'Overview',
    tiles: {
      active: 'Active',
      decommissioned: 'Decommissioned',
      held: 'Under legal hold',
      ghosts: 'Ghosts',
      credentials: 'Pending credentials',
      purges: 'Being purged',
      deadLetters: 'Dead letters',
      running: 'Running executions',
      failed: 'Failed executions',
    },
    /** Below the tiles. */
    notes: {
      decommissioned: 'can be restored',
      ghosts: 'heard of after they left',
      credentials: 'certificates to follow',
      expired: (count: string) => `${count} more expired`,
      hidden: (count: string) => `and ${count} in somebody’s hands`,
      day: 'last 24 hours',
      notCounted: 'not counted',
    },
    unknown: 'not known',
    about: (count: string) => `about ${count}`,
    atLeast: (count: string) => `${count} or more`,
    fleet: 'The fleet in numbers',
    nothingYet: 'No devices yet',
    whatItDoes:
      'When a device leaves service, its record moves into a limited afterlife: until its retention is over, it can be restored without loss. Then the record, its certificates and its thing are removed.',
    tryIt: 'Try it with a device of your own',
  },
  ja: {
    title: '概要',
    tiles: {
      active: '稼働中',
      decommissioned: '廃止済み',
      held: 'リーガルホールド中',
      ghosts: 'ゴースト',
      credentials: '保留中の証明書',
      purges: '完全削除中',
      deadLetters: 'デッドレター',
      running: '実行中の実行',
      failed: '失敗した実行',
    },
    notes: {
      decommissioned: '復元できます',
      ghosts: '廃止後に通信あり',
      credentials: '証明書の変更待ち',
      expired: (count) => `ほかに期限切れ ${count} 件`,
      hidden: (count) => `ほかに処理中 ${count} 件`,
      day: '過去 24 時間',
      notCounted: '未集計',
    },
    unknown: '不明',
    about: (count) => `約 ${count}`,
    atLeast: (count) => `${count} 以上`,
    fleet: 'フリートの集計',
    nothingYet: 'デバイスはまだありません',
    whatItDoes:
      'デバイスが廃止されると、レコードは保持期間のあいだ別のテーブルに移り、期間内なら損失なく復元できます。期間が過ぎると、レコード、証明書、モノが削除されます。',
    tryIt: '自分のデバイスで試してみる',
  },
});
