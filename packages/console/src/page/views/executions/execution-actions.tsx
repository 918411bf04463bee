import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { ExecutionDetails, StartedExecution } from '../../../contract/executions.ts';
import { pathOf, send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { isOfFleet, MACHINES } from './machine-messages.ts';

const messages = defineMessages({
  en: {
    again: 'Start again with this input',
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
    fleet: 'Open the run of the fleet',
    notRedrivable: 'It cannot be redriven.',
  },
  ja: {
    again: '同じ入力で再度開始',
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
    fleet: 'フリートの画面を開く',
    notRedrivable: '再実行できません。',
  },
});

interface ExecutionActionsProps {
  readonly execution: ExecutionDetails;
  readonly onChanged: () => void;
}

/** What can be done with an execution; what cannot says why. */
export function ExecutionActions({ execution, onChanged }: ExecutionActionsProps) {
  const text = useMessages(messages);
  const { executionArn, machine, status } = execution;
  return (
    <>
      {isOfFleet(machine) && (
        <Link href={fleetPath(executionArn)} class="button">
          {text.fleet}
        </Link>
      )}
      {MACHINES.includes(machine) && (
        <Link href={pathOf('/executions/new', { machine, again: executionArn })} class="button">
          {text.again}
        </Link>
      )}
      {status !== 'SUCCEEDED' && <ChangeButton execution={execution} onChanged={onChanged} />}
    </>
  );
}

type Change = 'stop' | 'redrive';

/** One button for both, so that the focus stays when an execution ends. */
function ChangeButton({ execution, onChanged }: ExecutionActionsProps) {
  const text = useMessages(messages);
  const readOnly = useReadOnlyReason();
  // What was asked for is what is confirmed, even if the execution ends in between.
  const [asked, setAsked] = useState<Change>();
  const { status, redrive } = execution;
  const change: Change = status === 'RUNNING' ? 'stop' : 'redrive';
  const notRedrivable = redrive.isPossible ? undefined : (redrive.reason ?? text.notRedrivable);
  const obstacle = change === 'redrive' ? notRedrivable : undefined;
  return (
    <>
      <Button
        tone={change === 'stop' ? 'danger' : 'plain'}
        unavailable={readOnly ?? obstacle}
        onClick={() => setAsked(change)}
      >
        {text[change].button}
      </Button>
      {asked !== undefined && (
        <ChangeDialog
          change={asked}
          executionArn={execution.executionArn}
          onClose={() => setAsked(undefined)}
          onChanged={onChanged}
        />
      )}
    </>
  );
}

interface ChangeDialogProps {
  readonly change: Change;
  readonly executionArn: string;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

function ChangeDialog({ change, executionArn, onClose, onChanged }: ChangeDialogProps) {
  const words = useMessages(messages)[change];
  const action = useAction(() =>
    send<StartedExecution>('POST', `/executions/${encodeURIComponent(executionArn)}/${change}`),
  );
  return (
    <ConfirmDialog
      title={words.title}
      confirmLabel={words.confirm}
      isDangerous={change === 'stop'}
      action={action}
      onDone={() => {
        onClose();
        announce(words.done);
        onChanged();
      }}
      onClose={onClose}
    >
      <p>{words.text}</p>
    </ConfirmDialog>
  );
}
