import { useState } from 'preact/hooks';
import type { FleetPace, FleetRun } from '../../../contract/fleets.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Adjust this run',
    text: 'It goes on with this from the next batch.',
    confirm: 'Adjust',
    done: 'The run was adjusted.',
    maxConcurrency: 'Batches at a time',
    maxConcurrencyHint: '1 to 1,000, of 100 devices each.',
    tolerated: 'Tolerated failures, in percent',
    toleratedHint: '0 to 100; the run stops when more of its batches fail.',
  },
  ja: {
    title: '実行の調整',
    text: '次のバッチからこの設定で続けます。',
    confirm: '調整する',
    done: '実行を調整しました。',
    maxConcurrency: '同時バッチ数',
    maxConcurrencyHint: '1〜1,000。1 バッチは 100 台です。',
    tolerated: '許容する失敗の割合（%）',
    toleratedHint: '0〜100。これより多くのバッチが失敗すると停止します。',
  },
});

const MAX_CONCURRENCY = 1_000;

interface AdjustDialogProps {
  readonly run: FleetRun;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Changes how fast a run goes, and what it puts up with. */
export function AdjustDialog({ run: { executionArn, mapRun }, onClose, onDone }: AdjustDialogProps) {
  const text = useMessages(messages);
  const [concurrency, setConcurrency] = useState(String(mapRun?.maxConcurrency ?? ''));
  const [tolerated, setTolerated] = useState(String(mapRun?.toleratedFailurePercentage ?? ''));
  const pace: FleetPace = {
    maxConcurrency: Number(concurrency),
    toleratedFailurePercentage: Number(tolerated),
  };
  const action = useAction(() =>
    send<FleetPace>('POST', `/fleets/runs/${encodeURIComponent(executionArn)}/pace`, pace),
  );
  const isGood = Number.isInteger(pace.maxConcurrency) && isWithin(concurrency, 1, MAX_CONCURRENCY);
  return (
    <ConfirmDialog
      title={text.title}
      confirmLabel={text.confirm}
      isReady={isGood && isWithin(tolerated, 0, 100)}
      action={action}
      onDone={() => {
        announce(text.done);
        onClose();
        onDone();
      }}
      onClose={onClose}
    >
      <p>{text.text}</p>
      <Field label={text.maxConcurrency} hint={text.maxConcurrencyHint}>
        {(attributes) => (
          <input
            {...attributes}
            value={concurrency}
            inputMode="numeric"
            autoComplete="off"
            onInput={({ currentTarget }) => setConcurrency(currentTarget.value)}
          />
        )}
      </Field>
      <Field label={text.tolerated} hint={text.toleratedHint}>
        {(attributes) => (
          <input
            {...attributes}
            value={tolerated}
            inputMode="decimal"
            autoComplete="off"
            onInput={({ currentTarget }) => setTolerated(currentTarget.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}

const isWithin = (text: string, least: number, most: number): boolean =>
  text.trim() !== '' && Number(text) >= least && Number(text) <= most;
