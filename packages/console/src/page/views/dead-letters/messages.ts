import type { LetterOutcome, LetterSummary } from '../../../contract/dead-letters.ts';
import { defineMessages } from '../../i18n/locale.ts';

type Kinds = Readonly<Record<LetterSummary['kind'], string>>;
type Outcomes = Readonly<Record<LetterOutcome['outcome'], string>>;

const kinds: Kinds = {
  invocation: 'a function failed',
  stream: 'records of a table',
  rule: 'a rule failed',
  unanswerable: 'nobody to answer',
  foreign: 'not of this service',
};
const outcomes: Outcomes = {
  sent: 'sent again',
  discarded: 'discarded',
  wouldBeSent: 'would be sent',
  kept: 'kept in the queue',
  skipped: 'skipped: somebody else has it',
  notDeleted: 'done, but still in the queue',
};

export const letterMessages = defineMessages({
  en: {
    title: 'Dead letters',
    lead: 'Messages that could not be answered for, with what the devices sent. Looking at them hides them from others for up to a minute.',
    empty: 'There are no dead letters: every message was answered.',
    emptyFiltered: 'None of the dead letters is like that.',
    look: 'Look again',
    changed: (count: string) => `There are about ${count} now, which is not what is shown.`,
    hidden: (count: string) => `About ${count} more are in somebody's hands: look again in a minute.`,
    notAll: (count: string) => `There are more than were looked at, about ${count} in all.`,
    functionName: 'Function',
    functionHint: 'as in register-device',
    error: 'Error',
    errorHint: 'a part of it',
    filter: 'Filter',
    select: (id: string) => `Select ${id}`,
    selectAll: 'Select all that are shown',
    more: (count: string) => `Show ${count} more`,
    columns: {
      sentAt: 'Since',
      kind: 'What failed',
      target: 'Function or rule',
      device: 'Device',
      tries: 'Tries',
      error: 'Error',
    },
    read: 'Read',
    kinds,
    redrive: (count: string) => `Send ${count} again`,
    discard: (count: string) => `Discard ${count}`,
    redriveTitle: (count: string) =>
      count === '1' ? 'Send this dead letter again?' : `Send ${count} dead letters again?`,
    redriveText:
      'Each goes to the function that failed, ten a second, the oldest first, and leaves the queue once it is taken. What has had its effect already has none a second time. What fails again comes back here.',
    staying: (count: string, total: string) => {
      if (total === '1') return 'It cannot be sent again: nothing would take it. It stays in the queue.';
      if (count === total)
        return 'None of them can be sent again: nothing would take them. They stay in the queue.';
      if (count === '1') return `1 of ${total} cannot be sent again, and stays in the queue.`;
      return `${count} of ${total} cannot be sent again, and stay in the queue.`;
    },
    discardTitle: (count: string) =>
      count === '1' ? 'Discard this dead letter?' : `Discard ${count} dead letters?`,
    discardText: (group: string) =>
      `They are written into the log group ${group}, with your name and the reason, and deleted from the queue. Nobody gets an answer.`,
    typeNumber: (count: string) => `Type the number of letters, ${count}, to go on`,
    reason: 'Reason',
    reasonHint: 'Has to be given.',
    outcomes,
    running: (done: string, total: string) => `${done} of ${total}`,
    stop: 'Stop after this one',
    stopped: 'Stopped: what was not tried is in the queue as before.',
    close: 'Close',
    result: 'What became of them',
    more2: 'The queue has more than was looked at: look again.',
    letter: 'Dead letter',
    payload: 'What the device sent',
    binary: 'It is not text; in base64:',
    body: 'The message, as it is in the queue',
    plan: 'Sending it again',
    invoke: (name: string) => `invokes ${name} with its event, as at first.`,
    replay: (name: string) => `has ${name} read its records from the table's stream once more.`,
    event: 'The event',
    topic: 'Topic',
    messageId: 'Message id',
  },
  ja: {
    title: 'デッドレター',
    lead: '応答できなかったメッセージを、デバイスが送った内容とともに表示します。表示したメッセージは最長 1 分間、他の人からは見えなくなります。',
    empty: 'デッドレターはありません。すべてのメッセージに応答済みです。',
    emptyFiltered: '条件に合うデッドレターはありません。',
    look: '再読み込み',
    changed: (count) => `現在は約 ${count} 件で、表示中の内容と異なります。`,
    hidden: (count) => `ほかに約 ${count} 件が処理中です。1 分後に再読み込みしてください。`,
    notAll: (count) => `表示していないものもあります（全体で約 ${count} 件）。`,
    functionName: '関数',
    functionHint: '例：register-device',
    error: 'エラー',
    errorHint: '一部の文字列',
    filter: '絞り込む',
    select: (id) => `${id} を選択`,
    selectAll: '表示中のすべてを選択',
    more: (count) => `さらに ${count} 件を表示`,
    columns: {
      sentAt: '発生日時',
      kind: '失敗の種類',
      target: '関数またはルール',
      device: 'デバイス',
      tries: '試行回数',
      error: 'エラー',
    },
    read: '読む',
    kinds: {
      invocation: '関数の失敗',
      stream: 'テーブルのレコード',
      rule: 'ルールの失敗',
      unanswerable: '応答先なし',
      foreign: '本サービス以外',
    },
    redrive: (count) => `${count} 件を再送`,
    discard: (count) => `${count} 件を破棄`,
    redriveTitle: (count) => `${count} 件のデッドレターを再送しますか？`,
    redriveText:
      '失敗した関数へ、古い順に毎秒 10 件ずつ送り、受け付けられたものをキューから削除します。すでに反映済みのものが二重に反映されることはありません。再び失敗したものはここに戻ります。',
    staying: (count, total) =>
      count === total
        ? '再送できるものがありません。キューに残ります。'
        : `${total} 件中 ${count} 件は再送できないため、キューに残ります。`,
    discardTitle: (count) => `${count} 件のデッドレターを破棄しますか？`,
    discardText: (group) =>
      `あなたの名前と理由とともにロググループ ${group} に記録し、キューから削除します。応答は送られません。`,
    typeNumber: (count) => `続けるには、件数 ${count} を入力してください`,
    reason: '理由',
    reasonHint: '必須です。',
    outcomes: {
      sent: '再送済み',
      discarded: '破棄済み',
      wouldBeSent: '再送予定',
      kept: 'キューに残存',
      skipped: '他の人が処理中のため対象外',
      notDeleted: '処理済み、キューに残存',
    },
    running: (done, total) => `${total} 件中 ${done} 件`,
    stop: '処理中の 1 件で停止',
    stopped: '停止しました。未処理のものは元のままキューにあります。',
    close: '閉じる',
    result: '処理結果',
    more2: 'キューにはまだ表示していないものがあります。再読み込みしてください。',
    letter: 'デッドレター',
    payload: 'デバイスが送った内容',
    binary: 'テキストではありません。base64 表記：',
    body: 'キュー内のメッセージ',
    plan: '再送した場合',
    invoke: (name) => `当初と同じイベントで ${name} を呼び出します。`,
    replay: (name) => `${name} がテーブルのストリームからレコードを再度読み取ります。`,
    event: 'イベント',
    topic: 'トピック',
    messageId: 'メッセージ ID',
  },
});
