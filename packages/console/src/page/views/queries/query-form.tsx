import { useState } from 'preact/hooks';
import { useSearchParams } from 'wouter-preact';
import type { QueryParameter, QuerySummary } from '../../../contract/queries.ts';
import { pathOf } from '../../api/client.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { queryMessages } from './messages.ts';
import { isPeriod, PERIOD_NAMES, type Period, spanOf } from './period.ts';

const LABELS = { 'device-id': 'deviceId', 'correlation-id': 'correlationId' } as const;
const MAX_ID = 2_048;

interface QueryFormProps {
  readonly query: QuerySummary;
  readonly isRunning: boolean;
  readonly onRun: (path: string) => void;
  readonly onStop: () => void;
}

/** What a query needs, and for which time; kept in the address, so that a colleague can be sent it. */
export function QueryForm({ query, isRunning, onRun, onStop }: QueryFormProps) {
  const text = useMessages(queryMessages);
  const [search, setSearch] = useSearchParams();
  const [values, setValues] = useState<Readonly<Record<string, string>>>(Object.fromEntries(search));
  const [isWrong, setIsWrong] = useState(false);
  const chosen = values['period'] ?? null;
  const period: Period = isPeriod(chosen) ? chosen : '3h';
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const run = () => {
    const [fromText = '', untilText = ''] = [values['from'], values['until']];
    const span = spanOf(period, { fromText, untilText }, Date.now());
    setIsWrong(span === undefined);
    if (span === undefined) return;
    setSearch({ ...values, period }, { replace: true });
    const parameters = Object.fromEntries(query.parameters.map((name) => [name, values[name]?.trim()]));
    onRun(pathOf(`/queries/${encodeURIComponent(query.name)}/run`, { ...span, ...parameters }));
  };
  return (
    <form
      class="form-row"
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      {query.parameters.map((name) => (
        <ParameterField
          key={name}
          name={name}
          value={values[name] ?? ''}
          onInput={(value) => set(name, value)}
        />
      ))}
      <Field label={text.period}>
        {(attributes) => (
          <select
            {...attributes}
            value={period}
            onChange={({ currentTarget }) => set('period', currentTarget.value)}
          >
            {PERIOD_NAMES.map((name) => (
              <option key={name} value={name}>
                {text.periods[name]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {period === 'custom' &&
        (['from', 'until'] as const).map((name) => (
          <Field key={name} label={text[name]} problem={isWrong ? text.wrongPeriod : undefined}>
            {(attributes) => (
              <input
                {...attributes}
                type="datetime-local"
                step="1"
                required
                value={values[name] ?? ''}
                onInput={({ currentTarget }) => set(name, currentTarget.value)}
              />
            )}
          </Field>
        ))}
      <div class="actions">
        <Button type="submit" tone="primary" isBusy={isRunning}>
          {text.run}
        </Button>
        {isRunning && <Button onClick={onStop}>{text.stop}</Button>}
      </div>
    </form>
  );
}

interface ParameterFieldProps {
  readonly name: QueryParameter;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

function ParameterField({ name, value, onInput }: ParameterFieldProps) {
  const text = useMessages(queryMessages);
  const hint = name === 'correlation-id' ? { hint: text.correlationHint } : {};
  return (
    <Field label={text[LABELS[name]]} {...hint}>
      {(attributes) => (
        <input
          {...attributes}
          value={value}
          required
          maxLength={MAX_ID}
          autoComplete="off"
          onInput={({ currentTarget }) => onInput(currentTarget.value)}
        />
      )}
    </Field>
  );
}
