import type { ExecutionDetails } from '../../../contract/executions.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { type Advice, adviceFor } from './advice.ts';

const messages = defineMessages({
  en: {
    advice: {
      input: 'Nothing was changed. Start it again with another input, if there is something to mend.',
      repeat:
        'No answer came through all retries, so that it may have been carried out all the same. Start it again under a new name, with the name of this one as its request id: it has one effect.',
      look: 'Nothing was changed. The tables contradict each other: a person has to look at them.',
      setting: 'Nothing was changed. Mend the setting in serverless.yml, and deploy.',
      tolerance: 'What was moved stays moved. See in the results what has failed, and redrive it.',
      stopped: 'What was done until then stays done.',
    } satisfies Record<Advice, string> as Readonly<Record<Advice, string>>,
  },
  ja: {
    advice: {
      input: '何も変更されていません。修正できる場合は、入力を直して再度開始してください。',
      repeat:
        '再試行しても応答がなく、処理が行われた可能性があります。新しい名前で、この実行の名前をリクエスト ID に指定して再度開始してください。処理は一度しか行われません。',
      look: '何も変更されていません。テーブルの内容が矛盾しています。人による確認が必要です。',
      setting: '何も変更されていません。serverless.yml の設定を直してデプロイしてください。',
      tolerance: '処理済みのデバイスはそのままです。結果で失敗を確認し、再実行してください。',
      stopped: '停止までに行われた処理はそのままです。',
    },
  },
});

interface FailureNoteProps {
  readonly failure: NonNullable<ExecutionDetails['failure']>;
  readonly execution: Pick<ExecutionDetails, 'status'>;
}

/** Why an execution came to nothing, and what to do. */
export function FailureNote({ failure: { error, message }, execution: { status } }: FailureNoteProps) {
  const text = useMessages(messages);
  const advice = adviceFor(error, status);
  return (
    <div class={`note ${status === 'ABORTED' ? 'note-refused' : 'note-bad'}`}>
      <strong class="mono">{error}</strong>
      <p>{message}</p>
      {advice !== undefined && <p>{text.advice[advice]}</p>}
    </div>
  );
}
