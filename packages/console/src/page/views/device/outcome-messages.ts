import { defineMessages } from '../../i18n/locale.ts';
import type { Advice } from './operations.ts';

type Outcomes = Readonly<Record<string, string>>;

/** What is said of an operation that was started. */
export const outcomeMessages = defineMessages({
  en: {
    running: 'Under way…',
    scheduled: 'Scheduled',
    waitsUntil: 'It waits until',
    failed: 'It failed, and nothing was changed',
    open: 'No answer came: it may have been carried out all the same',
    until: 'It can be restored until',
    pending: 'What is to be done in AWS IoT is pending; the service goes on with it by itself.',
    execution: 'Execution',
    again: 'Repeat the request',
    close: 'Close',
    notFollowed: 'It goes on all the same; what becomes of it is not known here.',
    outcomes: {
      decommissioned: 'Decommissioned',
      alreadyDecommissioned: 'It had been decommissioned before',
      restored: 'Restored',
      alreadyActive: 'It was in service already',
      held: 'Put under legal hold',
      alreadyHeld: 'It was under legal hold already',
      released: 'The hold is released',
      notHeld: 'It was under no legal hold',
      purged: 'Purged',
    } as Outcomes,
    advice: {
      mend: 'See how the device stands now, and ask anew for what is still wanted.',
      again: 'Repeat the request: however often it is made, it has one effect.',
      look: 'The tables contradict each other: a person has to look before anything else is done.',
      setting: 'A setting of the stack is missing or wrong: mend serverless.yml and deploy.',
    } satisfies Record<Advice, string> as Record<Advice, string>,
  },
  ja: {
    running: '実行中…',
    scheduled: '予約しました',
    waitsUntil: '次の時刻まで待機します：',
    failed: '失敗しました。何も変更されていません',
    open: '応答がありませんでした。処理が行われた可能性があります',
    until: '復元期限：',
    pending: 'AWS IoT での処理が保留中です。サービスが自動的に続けます。',
    execution: '実行',
    again: 'リクエストを再送',
    close: '閉じる',
    notFollowed: '処理は続いていますが、結果をここで確認できません。',
    outcomes: {
      decommissioned: '廃止しました',
      alreadyDecommissioned: 'すでに廃止されていました',
      restored: '復元しました',
      alreadyActive: 'すでに稼働中でした',
      held: 'リーガルホールドの対象にしました',
      alreadyHeld: 'すでにリーガルホールドの対象でした',
      released: 'ホールドを解除しました',
      notHeld: 'リーガルホールドの対象ではありませんでした',
      purged: '完全に削除しました',
    },
    advice: {
      mend: 'デバイスの現在の状態を確認し、必要であればもう一度操作してください。',
      again: 'リクエストを再送してください。何度送っても、処理は一度しか行われません。',
      look: 'テーブルの内容に矛盾があります。ほかの操作の前に、担当者の確認が必要です。',
      setting: 'スタックの設定に不足または誤りがあります。serverless.yml を修正し、デプロイしてください。',
    },
  },
});
