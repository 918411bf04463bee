import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { FleetRun, FleetTally, TakenFromRun } from '../../../contract/fleets.ts';
import { pathOf, send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { AdjustDialog } from './adjust-dialog.tsx';
import { canRestore, canRetry } from './failed-devices.ts';
import { SaveButton } from './save-button.tsx';
import { isGoingOn } from './words.ts';

const messages = defineMessages({
  en: {
    stop: 'Stop…',
    stopTitle: 'Stop this run?',
    stopText: 'No further batch is begun. What is done stays done; the rest can be redriven or retried.',
    stopped: 'The run was stopped.',
    confirmStop: 'Stop the run',
    adjust: 'Adjust…',
    redrive: 'Redrive…',
    redriveTitle: 'Go on with this run?',
    redriveText: 'What has failed or was not run is run now; what is done is not done again.',
    redriven: 'The run goes on.',
    confirmRedrive: 'Redrive',
    retry: 'Retry failures',
    noRetry: 'No device has failed that could succeed when it is tried again.',
    restore: 'Restore devices',
    noRestore: 'This run has decommissioned no device.',
    report: 'Download the report',
    list: 'Download the list',
    decommission: 'Decommission these',
  },
  ja: {
    stop: '停止…',
    stopTitle: 'この実行を停止しますか？',
    stopText: '新しいバッチは始まりません。完了した分はそのまま残り、残りは再実行または再試行できます。',
    stopped: '実行を停止しました。',
    confirmStop: '停止する',
    adjust: '調整…',
    redrive: '再実行…',
    redriveTitle: 'この実行を続けますか？',
    redriveText: '失敗した分と未実行の分を処理します。完了した分は繰り返しません。',
    redriven: '実行を再開しました。',
    confirmRedrive: '再実行する',
    retry: '失敗を再試行',
    noRetry: '再試行で成功する見込みのある失敗はありません。',
    restore: 'デバイスを復元',
    noRestore: 'この実行で廃止したデバイスはありません。',
    report: 'レポートをダウンロード',
    list: '一覧をダウンロード',
    decommission: 'これらを廃止',
  },
});

interface ChangeProps {
  readonly run: FleetRun;
  /** The run is another now. */
  readonly onChange: () => void;
}

interface RunActionsProps extends ChangeProps {
  /** Nothing while the results are not read. */
  readonly tally: FleetTally | undefined;
}

/** What can be done with a run, as it stands. */
export function RunActions({ run, tally, onChange }: RunActionsProps) {
  return isGoingOn(run.status) ? (
    <WhileRunning run={run} onChange={onChange} />
  ) : (
    <AfterEnd run={run} tally={tally} onChange={onChange} />
  );
}

function WhileRunning({ run, onChange }: ChangeProps) {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const [dialog, setDialog] = useState<'stop' | 'adjust'>();
  const close = () => setDialog(undefined);
  return (
    <>
      {run.mapRun?.isRunning === true && run.kind !== 'stale' && (
        <Button unavailable={unavailable} onClick={() => setDialog('adjust')}>
          {text.adjust}
        </Button>
      )}
      <Button tone="danger" unavailable={unavailable} onClick={() => setDialog('stop')}>
        {text.stop}
      </Button>
      {dialog === 'adjust' && <AdjustDialog run={run} onClose={close} onDone={onChange} />}
      {dialog === 'stop' && <ChangeDialog run={run} change="stop" onClose={close} onDone={onChange} />}
    </>
  );
}

function AfterEnd({ run, tally, onChange }: RunActionsProps) {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const [isRedriving, setIsRedriving] = useState(false);
  const [, navigate] = useLocation();
  const { executionArn, kind, name, hasResults, isDryRun, proposal, isRedrivable } = run;
  const path = `/fleets/runs/${encodeURIComponent(executionArn)}`;
  const take = (from: TakenFromRun, label: string, whyNot?: string) => (
    <Button
      unavailable={unavailable ?? whyNot}
      onClick={() => navigate(pathOf('/fleets/new', { from, run: executionArn }))}
    >
      {label}
    </Button>
  );
  const canFollow = hasResults && !isDryRun && kind !== 'stale';
  const noRetry = tally === undefined || canRetry(tally) ? undefined : text.noRetry;
  const noRestore = tally === undefined || canRestore(tally) ? undefined : text.noRestore;
  return (
    <>
      {isRedrivable && (
        <Button unavailable={unavailable} onClick={() => setIsRedriving(true)}>
          {text.redrive}
        </Button>
      )}
      {canFollow && take('failures', text.retry, noRetry)}
      {canFollow && kind === 'decommission' && take('decommissioned', text.restore, noRestore)}
      {hasResults && kind !== 'stale' && (
        <SaveButton path={`${path}/report`} fileName={`${name}.report.csv`}>
          {text.report}
        </SaveButton>
      )}
      {proposal !== undefined && (
        <SaveButton path={`${path}/proposal`} fileName={`${name}.csv`}>
          {text.list}
        </SaveButton>
      )}
      {proposal !== undefined && proposal.devices > 0 && take('stale', text.decommission)}
      {isRedriving && (
        <ChangeDialog run={run} change="redrive" onClose={() => setIsRedriving(false)} onDone={onChange} />
      )}
    </>
  );
}

interface ChangeDialogProps {
  readonly run: FleetRun;
  readonly change: 'stop' | 'redrive';
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function ChangeDialog({ run: { executionArn, name }, change, onClose, onDone }: ChangeDialogProps) {
  const text = useMessages(messages);
  const action = useAction(() =>
    send<object>('POST', `/fleets/runs/${encodeURIComponent(executionArn)}/${change}`),
  );
  const isStop = change === 'stop';
  return (
    <ConfirmDialog
      title={isStop ? text.stopTitle : text.redriveTitle}
      confirmLabel={isStop ? text.confirmStop : text.confirmRedrive}
      isDangerous={isStop}
      action={action}
      onDone={() => {
        announce(isStop ? text.stopped : text.redriven);
        onClose();
        onDone();
      }}
      onClose={onClose}
    >
      <p class="mono">{name}</p>
      <p>{isStop ? text.stopText : text.redriveText}</p>
    </ConfirmDialog>
  );
}
