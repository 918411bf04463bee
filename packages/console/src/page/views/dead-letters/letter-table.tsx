import { useState } from 'preact/hooks';
import type { LetterSummary } from '../../../contract/dead-letters.ts';
import { Button } from '../../components/button.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { letterMessages } from './messages.ts';

const PAGE_ROWS = 200;

interface LetterTableProps {
  readonly letters: readonly LetterSummary[];
  /** Message ids. */
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onRead: (messageId: string) => void;
}

export function LetterTable({ letters, selected, onSelect, onRead }: LetterTableProps) {
  const text = useMessages(letterMessages);
  const [shownCount, setShownCount] = useState(PAGE_ROWS);
  const shown = letters.slice(0, shownCount);
  const isAll = shown.every(({ messageId }) => selected.has(messageId));
  const toggle = (messageId: string, isSelected: boolean) => {
    const others = [...selected].filter((id) => id !== messageId);
    onSelect(new Set(isSelected ? [...others, messageId] : others));
  };
  const columns: readonly Column<LetterSummary>[] = [
    {
      key: 'select',
      title: (
        <input
          type="checkbox"
          aria-label={text.selectAll}
          checked={isAll}
          onChange={() => onSelect(new Set(isAll ? [] : shown.map(({ messageId }) => messageId)))}
        />
      ),
      cell: ({ messageId }) => (
        <input
          type="checkbox"
          aria-label={text.select(messageId)}
          checked={selected.has(messageId)}
          onChange={({ currentTarget }) => toggle(messageId, currentTarget.checked)}
        />
      ),
    },
    {
      key: 'read',
      title: text.letter,
      cell: ({ messageId }) => (
        <Button onClick={() => onRead(messageId)} label={`${text.read}: ${messageId}`}>
          {text.read}
        </Button>
      ),
    },
    { key: 'sentAt', title: text.columns.sentAt, cell: ({ sentAt }) => <Time at={Date.parse(sentAt)} /> },
    { key: 'kind', title: text.columns.kind, cell: ({ kind }) => text.kinds[kind] },
    {
      key: 'target',
      title: text.columns.target,
      cell: ({ functionName, ruleName }) => functionName ?? ruleName,
    },
    {
      key: 'device',
      title: text.columns.device,
      cell: ({ deviceId }) => deviceId !== undefined && <DeviceLink deviceId={deviceId} />,
    },
    {
      key: 'tries',
      title: text.columns.tries,
      isNumber: true,
      cell: ({ tries }) => tries !== undefined && formatNumber(tries),
    },
    {
      key: 'error',
      title: text.columns.error,
      cell: ({ error }) => <span class="letter-error">{error}</span>,
    },
  ];
  const rest = letters.length - shown.length;
  return (
    <>
      <DataTable caption={text.title} columns={columns} rows={shown} keyOf={({ messageId }) => messageId} />
      {rest > 0 && (
        <Button onClick={() => setShownCount(shownCount + PAGE_ROWS)}>
          {text.more(formatNumber(Math.min(rest, PAGE_ROWS)))}
        </Button>
      )}
    </>
  );
}
