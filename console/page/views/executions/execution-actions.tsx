import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { ExecutionDetails, StartedExecution } from '../../../contract/executions.ts';
import { pathOf, send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { MACHINES } from './machine-messages.ts';

const messages = defineMessages({
  en: {
    again: 'Start again with this input',
    readOnly: 'This console is read-only.',
    stop: {
      button: 'Stop',
      title: 'Stop this execution',
      text: 'It ends where it is. What it has done until now stays done; what it has not done is not done.',
      confirm: 'Stop it',
      done: 'The execution has been stopped.',
    },
    redrive: {
      button: 'Redrive',
      title: 'Redrive this execution',
      text: 'It goes on where it failed or was stopped, with the same input. What has succeeded is not done again.',
      confirm: 'Redrive it',
      done: 'The execution goes on.',
    },
    running: 'It has not ended yet.',
  },
  ja: {
    again: '同じ入力で再度開始',
    readOnly: 'このコンソールは読み取り専用です。',
    stop: {
      button: '停止',
      title: 'この実行を停止',
      text: '現在の位置で終了します。すでに行われた処理はそのままで、残りは行われません。',
      confirm: '停止する',
      done: '実行を停止しました。',
    },
    redrive: {
      button: '再実行',
      title: 'この実行を再実行',
      text: '失敗または停止した位置から、同じ入力で続行します。成功した処理は繰り返されません。',
      confirm: '再実行する',
      done: '実行を続行しています。',
    },
    running: 'まだ終了していません。',
  },
});

interface ExecutionActionsProps {
  readonly execution: ExecutionDetails;
  readonly onChanged: () => void;
}

/** What can be done with an execution; what cannot says why. */
export function ExecutionActions({ execution, onChanged }: ExecutionActionsProps) {
  const text = useMessages(messages);
  const { isReadOnly } = useSession();
  const { executionArn, machine, status, redrive } = execution;
  const isRunning = status === 'RUNNING';
  const obstacle = isReadOnly ? text.readOnly : undefined;
  const notRedrivable = redrive.isPossible ? undefined : (redrive.reason ?? text.running);
  return (
    <>
      {MACHINES.includes(machine) && (
        <Link href={pathOf('/executions/new', { machine, again: executionArn })} class="button">
          {text.again}
        </Link>
      )}
      {!isRunning && status !== 'SUCCEEDED' && (
        <ChangeButton
          words={text.redrive}
          path={`/executions/${encodeURIComponent(executionArn)}/redrive`}
          unavailable={obstacle ?? notRedrivable}
          onChanged={onChanged}
        />
      )}
      {isRunning && (
        <ChangeButton
          words={text.stop}
          path={`/executions/${encodeURIComponent(executionArn)}/stop`}
          unavailable={obstacle}
          isDangerous
          onChanged={onChanged}
        />
      )}
    </>
  );
}

interface ChangeButtonProps {
  readonly words: Readonly<Record<'button' | 'title' | 'text' | 'confirm' | 'done', string>>;
  readonly path: string;
  readonly unavailable: string | undefined;
  readonly isDangerous?: boolean;
  readonly onChanged: () => void;
}

function ChangeButton({ words, path, unavailable, isDangerous = false, onChanged }: ChangeButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const change = useAction(() => send<StartedExecution>('POST', path));
  return (
    <>
      <Button
        tone={isDangerous ? 'danger' : 'plain'}
        unavailable={unavailable}
        onClick={() => {
          change.reset();
          setIsOpen(true);
        }}
      >
        {words.button}
      </Button>
      {isOpen && (
        <ConfirmDialog
          title={words.title}
          confirmLabel={words.confirm}
          isDangerous={isDangerous}
          action={change}
          onDone={() => {
            setIsOpen(false);
            announce(words.done);
            onChanged();
          }}
          onClose={() => setIsOpen(false)}
        >
          <p>{words.text}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
