import './dead-letters.css';
import { useState } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { LetterCount, LetterList } from '../../../contract/dead-letters.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { useSession } from '../../session.ts';
import { DealDialog } from './deal-dialog.tsx';
import { DealPanel } from './deal-panel.tsx';
import { LetterDialog } from './letter-dialog.tsx';
import { LetterFilter, type LetterFilterValues } from './letter-filter.tsx';
import { LetterTable } from './letter-table.tsx';
import { letterMessages } from './messages.ts';
import { type DealKind, useDeal } from './use-deal.ts';

/** So often is counted, in polls; counting hides nothing from anybody. */
const POLLS = 10;

/** The dead-letter queue: read, send again, discard. */
export function DeadLetters() {
  const text = useMessages(letterMessages);
  const { pollMs } = useSession();
  const [search, setSearch] = useSearchParams();
  const filter = { functionName: search.get('function') ?? '', error: search.get('error') ?? '' };
  const letters = useResource<LetterList>(
    pathOf('/dead-letters', {
      functionName: filter.functionName || undefined,
      error: filter.error || undefined,
    }),
  );
  const count = useResource<LetterCount>('/dead-letters/count', { everyMs: pollMs * POLLS });
  const { deal, start, stop, close } = useDeal(() => {
    letters.reload();
    count.reload();
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [read, setRead] = useState<string>();
  const [asked, setAsked] = useState<DealKind>();
  const isFiltered = filter.functionName !== '' || filter.error !== '';
  const look = () => {
    setSelected(new Set());
    letters.reload();
    count.reload();
  };
  const shown = letters.data?.letters ?? [];
  const chosen = shown.filter(({ messageId }) => selected.has(messageId));
  const meant = chosen.length === 0 ? shown : chosen;
  const counts = {
    count: meant.length,
    stayingCount: meant.filter(({ canBeRedriven }) => !canBeRedriven).length,
  };
  const carryOut = (kind: DealKind, reason: string) => {
    setAsked(undefined);
    setSelected(new Set());
    const ids = meant.map(({ messageId }) => messageId);
    void start(kind, { ids, ...(kind === 'discard' && { reason }) });
  };
  return (
    <View
      title={text.title}
      lead={text.lead}
      actions={
        <Button onClick={look} isBusy={letters.isLoading}>
          {text.look}
        </Button>
      }
    >
      <LetterFilter
        values={filter}
        onFilter={({ functionName, error }: LetterFilterValues) => {
          setSelected(new Set());
          setSearch({ ...(functionName && { function: functionName }), ...(error && { error }) });
        }}
      />
      {deal !== undefined && <DealPanel deal={deal} onStop={stop} onClose={close} />}
      <Loaded
        resource={letters}
        isEmpty={(list) => list.letters.length === 0}
        empty={
          <>
            <p>{isFiltered ? text.emptyFiltered : text.empty}</p>
            {letters.data && <Remarks list={letters.data} count={count.data} />}
          </>
        }
      >
        {(list) => (
          <>
            <Remarks list={list} count={count.data} />
            <DealButtons {...counts} isRunning={deal?.isRunning === true} onAsk={setAsked} />
            <LetterTable
              letters={list.letters}
              selected={new Set(chosen.map(({ messageId }) => messageId))}
              onSelect={setSelected}
              onRead={setRead}
            />
          </>
        )}
      </Loaded>
      {read !== undefined && <LetterDialog messageId={read} onClose={() => setRead(undefined)} />}
      {asked !== undefined && (
        <DealDialog
          kind={asked}
          {...counts}
          onMeant={(reason) => carryOut(asked, reason)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </View>
  );
}

interface RemarksProps {
  readonly list: LetterList;
  readonly count: LetterCount | undefined;
}

/** What the list does not show. */
function Remarks({ list, count }: RemarksProps) {
  const text = useMessages(letterMessages);
  const { sawAll, approximateCount, warnings } = list;
  const now = count ?? approximateCount;
  const isChanged = now.visible + now.hidden !== approximateCount.visible + approximateCount.hidden;
  return (
    <div class="letter-remarks" role="status">
      {isChanged && <p>{text.changed(formatNumber(now.visible + now.hidden))}</p>}
      {!sawAll && <p>{text.notAll(formatNumber(approximateCount.visible))}</p>}
      {approximateCount.hidden > 0 && <p>{text.hidden(formatNumber(approximateCount.hidden))}</p>}
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </div>
  );
}

interface DealButtonsProps {
  readonly count: number;
  /** Of them, those that cannot be sent again. */
  readonly stayingCount: number;
  readonly isRunning: boolean;
  readonly onAsk: (kind: DealKind) => void;
}

function DealButtons({ count, stayingCount, isRunning, onAsk }: DealButtonsProps) {
  const text = useMessages(letterMessages);
  const unavailable = useReadOnlyReason();
  const number = formatNumber(count);
  const inVain = stayingCount === count ? text.staying(number, number) : undefined;
  return (
    <div class="actions">
      <Button
        tone="primary"
        isBusy={isRunning}
        unavailable={unavailable ?? inVain}
        onClick={() => onAsk('redrive')}
      >
        {text.redrive(number)}
      </Button>
      <Button isBusy={isRunning} unavailable={unavailable} onClick={() => onAsk('discard')}>
        {text.discard(number)}
      </Button>
    </div>
  );
}
