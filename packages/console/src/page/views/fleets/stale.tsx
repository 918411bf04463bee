import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { FleetRunRef } from '../../../contract/fleets.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import './fleets.css';

const messages = defineMessages({
  en: {
    title: 'Find stale devices',
    lead: 'Looks through all devices for those without a heartbeat or a connection for long. Nothing is changed: you get a list, to download or to decommission.',
    search: 'Search',
    days: 'Not seen for days',
    hint: 'At least; fractions are allowed, as in 0.5.',
    wrong: 'Give a number above 0, up to 10,000.',
    start: 'Start the search',
  },
  ja: {
    title: '未確認デバイスの抽出',
    lead: '長いあいだハートビートも接続もないデバイスを抽出します。何も変更しません。結果の一覧はダウンロードするか、廃止に使えます。',
    search: '検索',
    days: '未確認の日数',
    hint: 'この日数以上です。0.5 のような小数も使えます。',
    wrong: '0 より大きく 10,000 以下の数を入力してください。',
    start: '検索を開始',
  },
});

const MOST_DAYS = 10_000;

/** `/fleets/stale`: has those proposed that were not seen for long. */
export function FindStale() {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const [, navigate] = useLocation();
  const [days, setDays] = useState('90');
  const unseenDays = Number(days);
  const isGood = unseenDays > 0 && unseenDays <= MOST_DAYS;
  const action = useAction(() => send<FleetRunRef>('POST', '/fleets/stale', { unseenDays }));
  const submit = async () => {
    const begun = await action.run();
    if (begun !== undefined) navigate(fleetPath(begun.executionArn));
  };
  return (
    <View title={text.title} lead={text.lead}>
      <Card title={text.search}>
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (isGood && !action.isRunning) void submit();
          }}
        >
          <div class="fleet-fields">
            <Field label={text.days} hint={text.hint} problem={isGood ? undefined : text.wrong}>
              {(attributes) => (
                <input
                  {...attributes}
                  value={days}
                  inputMode="decimal"
                  autoComplete="off"
                  onInput={({ currentTarget }) => setDays(currentTarget.value)}
                />
              )}
            </Field>
          </div>
          {action.problem !== undefined && <ProblemNote problem={action.problem} />}
          <div class="actions">
            <Button
              type="submit"
              tone="primary"
              isBusy={action.isRunning}
              isDisabled={!isGood}
              unavailable={unavailable}
            >
              {text.start}
            </Button>
          </div>
        </form>
      </Card>
    </View>
  );
}
