import { defineMessages } from '../../i18n/locale.ts';
import type { Step } from './guide-steps.ts';

interface StepText {
  readonly title: string;
  readonly sentence: string;
  readonly action: string;
}

type Steps = Readonly<Record<Step, StepText>>;

const en: Steps = {
  made: {
    title: 'Make a device',
    sentence: 'A device is a thing in AWS IoT, with a certificate of its own.',
    action: 'Make a device',
  },
  registered: {
    title: 'It registers',
    sentence: 'It connects with its certificate, and asks to be taken into service.',
    action: 'Register',
  },
  reported: {
    title: 'It reports',
    sentence: 'A heartbeat tells its record, in the table of devices, when it was last seen.',
    action: 'Send a heartbeat',
  },
  decommissioned: {
    title: 'You decommission it',
    sentence: 'Its record moves to the table of invalid devices in one transaction, with a time to live.',
    action: 'Decommission it',
  },
  turnedAway: {
    title: 'It is turned away',
    sentence: 'Its certificate was turned off with the move: AWS IoT does not let it connect.',
    action: 'Send a heartbeat',
  },
  restored: {
    title: 'You restore it',
    sentence: 'Its record moves back as it was, and its certificate is turned on again.',
    action: 'Restore it',
  },
  reportedAgain: {
    title: 'It reports again',
    sentence: 'The device has noticed nothing: the same certificate is good, nothing is lost.',
    action: 'Send a heartbeat',
  },
  decommissionedAgain: {
    title: 'It leaves by itself',
    sentence: 'A device can ask for its own decommissioning, by a message.',
    action: 'Have it leave',
  },
  gone: {
    title: 'Its time ends',
    sentence: 'DynamoDB deletes the record after 30 days; a minute later thing and certificate are removed.',
    action: 'Move the clock by 31 days',
  },
  reused: {
    title: 'Its identifiers are free',
    sentence: 'Until then its serial number was reserved. Now another device can have it.',
    action: 'Register another with it',
  },
};

const ja: Steps = {
  made: {
    title: 'デバイスを作ります',
    sentence: 'デバイスは、専用の証明書を持つ AWS IoT のモノです。',
    action: 'デバイスを作る',
  },
  registered: {
    title: '登録します',
    sentence: '証明書で接続し、サービスへの登録を求めます。',
    action: '登録する',
  },
  reported: {
    title: '稼働を知らせます',
    sentence: 'ハートビートは、devices テーブルのレコードに最終確認時刻を記録します。',
    action: 'ハートビートを送る',
  },
  decommissioned: {
    title: '廃止します',
    sentence: 'レコードは 1 つのトランザクションで invalid-devices テーブルへ移り、保持期間が付きます。',
    action: '廃止する',
  },
  turnedAway: {
    title: '接続を拒否されます',
    sentence: '移動とともに証明書が無効になり、AWS IoT は接続を受け付けません。',
    action: 'ハートビートを送る',
  },
  restored: {
    title: '復元します',
    sentence: 'レコードは元のまま戻り、証明書も再び有効になります。',
    action: '復元する',
  },
  reportedAgain: {
    title: '再び稼働を知らせます',
    sentence: '同じ証明書がそのまま使え、何も失われていません。',
    action: 'ハートビートを送る',
  },
  decommissionedAgain: {
    title: '自分で廃止を求めます',
    sentence: 'デバイスはメッセージで自身の廃止を求められます。',
    action: '自分で廃止させる',
  },
  gone: {
    title: '保持期間が終わります',
    sentence: '30 日後に DynamoDB がレコードを削除し、1 分後にモノと証明書も削除されます。',
    action: '時計を 31 日進める',
  },
  reused: {
    title: '識別子が空きます',
    sentence: 'それまで予約されていたシリアル番号を、別のデバイスが使えます。',
    action: '同じ番号で別のデバイスを登録',
  },
};

export const guideMessages = defineMessages({
  en: {
    title: 'A life in ten steps',
    steps: en,
    oneMinute: 'Move it by one more minute',
    awaited: {
      off: 'Wait until its certificate is off.',
      on: 'Wait until its certificate is on again.',
    },
    skip: 'Skip',
    states: { done: 'done', current: 'now', passed: 'left out', ahead: 'to come' },
    stepDone: (title: string) => `${title}: done`,
    end: 'That was the whole life of a device.',
    again: 'Once more with a new device',
    reason: 'tried in the console',
  },
  ja: {
    title: 'デバイスの一生を 10 ステップで',
    steps: ja,
    oneMinute: 'さらに 1 分進める',
    awaited: {
      off: '証明書が無効になるまでお待ちください。',
      on: '証明書が再び有効になるまでお待ちください。',
    },
    skip: 'スキップ',
    states: { done: '完了', current: '現在', passed: '省略', ahead: 'これから' },
    stepDone: (title: string) => `${title}：完了`,
    end: 'これがデバイスの一生です。',
    again: '新しいデバイスでもう一度',
    reason: 'コンソールでの試行',
  },
});
