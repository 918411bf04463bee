import type { FleetUpload } from '../../../contract/fleets.ts';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { Field } from '../../components/field.tsx';
import { formatDays, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { Choices } from './choices.tsx';
import type { RunTask, TaskProblems } from './run-task.ts';
import { fleetMessages } from './words.ts';

const messages = defineMessages({
  en: {
    title: 'What to do',
    operation: 'Operation',
    reason: 'Reason',
    reasonHint: 'Kept with each device, and in its events.',
    reasonOptional: 'May be left out.',
    reasonWrong: 'Say why, in 1,024 characters at most.',
    retention: 'Retention',
    retentions: {
      byType: "Each device's type decides",
      days: 'So many days',
      hold: 'Legal hold: kept until it is released',
    },
    retentionDays: 'Days of retention',
    retentionWrong: 'Give a number above 0, up to 36,500.',
    asBefore: 'As the run before',
    maxConcurrency: 'Batches at a time',
    maxConcurrencyHint: '100 devices each; 10 when left out.',
    maxConcurrencyWrong: 'Give a whole number from 1 to 1,000.',
    tolerated: 'Tolerated failures, in percent',
    toleratedHint: 'The run stops when more of its batches fail; 10 when left out.',
    toleratedWrong: 'Give a number from 0 to 100.',
    skip: (count: string) => `Leave out the lines above (${count})`,
    skipWrong: 'Mend the file and give it again, or leave these lines out.',
  },
  ja: {
    title: '操作の内容',
    operation: '操作',
    reason: '理由',
    reasonHint: '各デバイスのレコードとイベントに残ります。',
    reasonOptional: '省略できます。',
    reasonWrong: '理由を 1,024 文字以内で入力してください。',
    retention: '保持期間',
    retentions: {
      byType: 'デバイスの種類ごとの設定',
      days: '日数を指定',
      hold: 'リーガルホールド（解除するまで保持）',
    },
    retentionDays: '保持日数',
    retentionWrong: '0 より大きく 36,500 以下の数を入力してください。',
    asBefore: '前回の実行と同じ',
    maxConcurrency: '同時バッチ数',
    maxConcurrencyHint: '1 バッチは 100 台です。省略すると 10 です。',
    maxConcurrencyWrong: '1〜1,000 の整数を入力してください。',
    tolerated: '許容する失敗の割合（%）',
    toleratedHint: 'これより多くのバッチが失敗すると停止します。省略すると 10 です。',
    toleratedWrong: '0〜100 の数を入力してください。',
    skip: (count) => `上記の行を除外する（${count} 行）`,
    skipWrong: 'ファイルを修正して指定し直すか、これらの行を除外してください。',
  },
});

interface TaskCardProps {
  readonly upload: FleetUpload;
  readonly task: RunTask;
  /** What is told to be wrong. */
  readonly problems: TaskProblems;
  readonly onTask: (task: RunTask) => void;
}

/** The form of a run. */
export function TaskCard({ upload, task, problems, onTask }: TaskCardProps) {
  const text = useMessages(messages);
  const words = useMessages(fleetMessages);
  const { operations, problemCount, from } = upload;
  const { operation } = task;
  const change = (changed: Partial<RunTask>) => onTask({ ...task, ...changed });
  const isDecommission = operation === 'decommission';
  const input = (name: 'reason' | 'retentionDays' | 'maxConcurrency' | 'toleratedFailurePercentage') => ({
    value: task[name],
    autoComplete: 'off',
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      change({ [name]: currentTarget.value }),
    ...(name !== 'reason' && { inputMode: 'decimal' as const }),
  });
  const problem = (name: keyof TaskProblems, sentence: string) =>
    problems[name] === true ? sentence : undefined;
  return (
    <Card title={text.title}>
      <form class="form" onSubmit={(event) => event.preventDefault()}>
        {operations.length > 1 && (
          <Choices
            legend={text.operation}
            choices={operations.map((value) => ({ value, label: words.operations[value] }))}
            chosen={operation}
            onChoose={(chosen) => change({ operation: chosen })}
          />
        )}
        {operations.length === 1 && <Facts facts={[[text.operation, words.operations[operation]]]} />}
        <Field
          label={text.reason}
          hint={isDecommission ? text.reasonHint : text.reasonOptional}
          problem={problem('reason', text.reasonWrong)}
        >
          {(attributes) => <input {...attributes} {...input('reason')} />}
        </Field>
        {isDecommission && from?.take === 'failures' && (
          <Facts facts={[[text.retention, <Before from={from} />]]} />
        )}
        {isDecommission && from?.take !== 'failures' && (
          <Choices
            legend={text.retention}
            choices={(['byType', 'days', 'hold'] as const).map((value) => ({
              value,
              label: text.retentions[value],
            }))}
            chosen={task.retention}
            onChoose={(retention) => change({ retention })}
          />
        )}
        <div class="fleet-fields">
          {isDecommission && from?.take !== 'failures' && task.retention === 'days' && (
            <Field label={text.retentionDays} problem={problem('retentionDays', text.retentionWrong)}>
              {(attributes) => <input {...attributes} {...input('retentionDays')} />}
            </Field>
          )}
          <Field
            label={text.maxConcurrency}
            hint={text.maxConcurrencyHint}
            problem={problem('maxConcurrency', text.maxConcurrencyWrong)}
          >
            {(attributes) => <input {...attributes} {...input('maxConcurrency')} />}
          </Field>
          <Field
            label={text.tolerated}
            hint={text.toleratedHint}
            problem={problem('toleratedFailurePercentage', text.toleratedWrong)}
          >
            {(attributes) => <input {...attributes} {...input('toleratedFailurePercentage')} />}
          </Field>
        </div>
        {problemCount > 0 && (
          <div>
            <label class="check">
              <input
                type="checkbox"
                checked={task.skipBadLines}
                aria-invalid={problems.skipBadLines === true}
                onChange={({ currentTarget }) => change({ skipBadLines: currentTarget.checked })}
              />
              {text.skip(formatNumber(problemCount))}
            </label>
            {problems.skipBadLines === true && <p class="hint hint-bad">{text.skipWrong}</p>}
          </div>
        )}
      </form>
    </Card>
  );
}

function Before({ from }: { readonly from: NonNullable<FleetUpload['from']> }) {
  const text = useMessages(messages);
  const { retentionDays, legalHold } = from;
  if (legalHold === true) return <>{text.retentions.hold}</>;
  return <>{retentionDays === undefined ? text.asBefore : formatDays(retentionDays)}</>;
}
