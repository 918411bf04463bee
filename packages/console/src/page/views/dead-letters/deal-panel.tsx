import type { LetterOutcome } from '../../../contract/dead-letters.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { letterMessages } from './messages.ts';
import type { Deal } from './use-deal.ts';

/** Of thousands, those that did not go well are what one wants to see, and they come first. */
const MAX_ROWS = 200;
const GOOD: readonly LetterOutcome['outcome'][] = ['sent', 'discarded', 'wouldBeSent'];

const isGood = ({ outcome }: LetterOutcome): boolean => GOOD.includes(outcome);

interface DealPanelProps {
  readonly deal: Deal;
  readonly onStop: () => void;
  readonly onClose: () => void;
}

/** What becomes of letters, as it comes. */
export function DealPanel({ deal, onStop, onClose }: DealPanelProps) {
  const text = useMessages(letterMessages);
  const { done, total, outcomes, isRunning, isStopped, isPartial, problem, warnings } = deal;
  const actions = isRunning ? (
    <Button onClick={onStop}>{text.stop}</Button>
  ) : (
    <Button onClick={onClose}>{text.close}</Button>
  );
  return (
    <Card title={text.result} actions={actions}>
      {isRunning && (
        <div class="deal-progress">
          <progress class="progress" value={done} max={Math.max(1, total)} aria-label={text.result} />
          <span>{text.running(formatNumber(done), formatNumber(total))}</span>
        </div>
      )}
      <Counts outcomes={outcomes} />
      {isStopped && <p>{text.stopped}</p>}
      {isPartial && <p>{text.more2}</p>}
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
      {problem !== undefined && <ProblemNote problem={problem} />}
      {outcomes.length > 0 && <OutcomeTable outcomes={outcomes} />}
    </Card>
  );
}

const toneOf = (outcome: LetterOutcome): Tone => (isGood(outcome) ? 'good' : 'warn');

function Counts({ outcomes }: { readonly outcomes: readonly LetterOutcome[] }) {
  const text = useMessages(letterMessages);
  const groups = Object.entries(Object.groupBy(outcomes, ({ outcome }) => outcome));
  return (
    <p role="status" class="actions">
      {groups.map(([outcome, members = []]) => (
        <Badge key={outcome} tone={members[0] === undefined ? 'plain' : toneOf(members[0])}>
          {`${formatNumber(members.length)} ${text.outcomes[outcome as LetterOutcome['outcome']]}`}
        </Badge>
      ))}
    </p>
  );
}

function OutcomeTable({ outcomes }: { readonly outcomes: readonly LetterOutcome[] }) {
  const text = useMessages(letterMessages);
  const columns: readonly Column<LetterOutcome>[] = [
    { key: 'id', title: text.messageId, cell: ({ messageId }) => <span class="mono">{messageId}</span> },
    {
      key: 'outcome',
      title: text.result,
      cell: (row) => <Badge tone={toneOf(row)}>{text.outcomes[row.outcome]}</Badge>,
    },
    { key: 'function', title: text.columns.target, cell: ({ functionName }) => functionName },
    {
      key: 'device',
      title: text.columns.device,
      cell: ({ deviceId }) => deviceId !== undefined && <DeviceLink deviceId={deviceId} />,
    },
    { key: 'detail', title: '', cell: ({ detail }) => detail },
  ];
  const rows = [...outcomes.filter((row) => !isGood(row)), ...outcomes.filter(isGood)].slice(0, MAX_ROWS);
  return (
    <DataTable caption={text.result} columns={columns} rows={rows} keyOf={({ messageId }) => messageId} />
  );
}
