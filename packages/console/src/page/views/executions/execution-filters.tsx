import { useSearchParams } from 'wouter-preact';
import { Field } from '../../components/field.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { MACHINES } from './machine-messages.ts';
import { statusMessages } from './status-badge.tsx';

const messages = defineMessages({
  en: { machine: 'State machine', status: 'Status', all: 'all' },
  ja: { machine: 'ステートマシン', status: '状態', all: 'すべて' },
});

/** AWS lists no others by their status. */
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;

interface ExecutionFiltersProps {
  readonly machine: string | undefined;
  readonly status: string | undefined;
}

/** Which executions are shown; kept in the address. */
export function ExecutionFilters({ machine, status }: ExecutionFiltersProps) {
  const text = useMessages(messages);
  const { executions: statuses } = useMessages(statusMessages);
  const [, setSearch] = useSearchParams();
  const choose = (name: string, value: string) =>
    setSearch(
      (before) => {
        const search = new URLSearchParams(before);
        if (value === '') search.delete(name);
        else search.set(name, value);
        return search;
      },
      { replace: true },
    );
  return (
    <div class="execution-filters">
      <Field label={text.machine}>
        {(attributes) => (
          <select
            {...attributes}
            value={machine ?? ''}
            onChange={({ currentTarget }) => choose('machine', currentTarget.value)}
          >
            <option value="">{text.all}</option>
            {MACHINES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={text.status}>
        {(attributes) => (
          <select
            {...attributes}
            value={status ?? ''}
            onChange={({ currentTarget }) => choose('status', currentTarget.value)}
          >
            <option value="">{text.all}</option>
            {STATUSES.map((name) => (
              <option key={name} value={name}>
                {statuses[name]}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
