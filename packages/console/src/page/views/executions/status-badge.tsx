import type { ExecutionStatus, StateStatus } from '../../../contract/executions.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

export const statusMessages = defineMessages({
  en: {
    executions: {
      RUNNING: 'running',
      SUCCEEDED: 'succeeded',
      FAILED: 'failed',
      TIMED_OUT: 'timed out',
      ABORTED: 'stopped',
      PENDING_REDRIVE: 'to be redriven',
    } satisfies Record<ExecutionStatus, string> as Readonly<Record<ExecutionStatus, string>>,
    states: {
      running: 'running',
      succeeded: 'succeeded',
      caught: 'failed, handled',
      failed: 'failed',
      stopped: 'stopped',
    } satisfies Record<StateStatus, string> as Readonly<Record<StateStatus, string>>,
    notReached: 'not reached',
    ofChildren: 'in executions of its own',
  },
  ja: {
    executions: {
      RUNNING: '実行中',
      SUCCEEDED: '成功',
      FAILED: '失敗',
      TIMED_OUT: 'タイムアウト',
      ABORTED: '停止',
      PENDING_REDRIVE: '再実行待ち',
    },
    states: {
      running: '実行中',
      succeeded: '成功',
      caught: '失敗（対処済み）',
      failed: '失敗',
      stopped: '停止',
    },
    notReached: '未到達',
    ofChildren: '子の実行で処理',
  },
});

const TONES: Readonly<Record<ExecutionStatus, Tone>> = {
  RUNNING: 'info',
  SUCCEEDED: 'good',
  FAILED: 'bad',
  TIMED_OUT: 'bad',
  ABORTED: 'warn',
  PENDING_REDRIVE: 'warn',
};

const STATE_TONES: Readonly<Record<StateStatus, Tone>> = {
  running: 'info',
  succeeded: 'good',
  caught: 'warn',
  failed: 'bad',
  stopped: 'warn',
};

export function ExecutionStatusBadge({ status }: { readonly status: ExecutionStatus }) {
  const text = useMessages(statusMessages);
  return (
    <Badge tone={TONES[status]} title={status}>
      {text.executions[status]}
    </Badge>
  );
}

export function StateStatusBadge({ status }: { readonly status: StateStatus }) {
  const text = useMessages(statusMessages);
  return <Badge tone={STATE_TONES[status]}>{text.states[status]}</Badge>;
}
