import { useState } from 'preact/hooks';
import type { FailedDevice, FailedDevices, FleetTally } from '../../../contract/fleets.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Field } from '../../components/field.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Loaded } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { Pager } from './pager.tsx';
import { fleetMessages } from './words.ts';

const messages = defineMessages({
  en: {
    caption: 'Devices that have failed or were not run',
    which: 'Devices with',
    all: 'any failure',
    device: 'Device',
    outcome: 'Outcome',
    error: 'Error',
    message: 'Message',
  },
  ja: {
    caption: '失敗または未実行のデバイス',
    which: '対象の失敗',
    all: 'すべて',
    device: 'デバイス',
    outcome: '結果',
    error: 'エラー',
    message: 'メッセージ',
  },
});

const PAGE = 50;
const NOT_RUN = 'notRun';

interface FailedTableProps {
  readonly executionArn: string;
  readonly tally: FleetTally;
}

/** Each device that has failed or was not run, page by page. */
export function FailedTable({ executionArn, tally }: FailedTableProps) {
  const text = useMessages(messages);
  const words = useMessages(fleetMessages);
  const [error, setError] = useState('');
  /** Where the pages begin that were looked at; the last one is shown. */
  const [starts, setStarts] = useState<readonly number[]>([0]);
  const after = starts.at(-1) ?? 0;
  const query = { after, limit: PAGE, error: error === '' ? undefined : error };
  const page = useResource<FailedDevices>(
    pathOf(`/fleets/runs/${encodeURIComponent(executionArn)}/failures`, query),
  );
  const errors = [...new Set(tally.failures.map((failure) => failure.error))];
  const hasNotRun = (tally.outcomes[NOT_RUN] ?? 0) > 0;
  const columns: readonly Column<FailedDevice>[] = [
    {
      key: 'device',
      title: text.device,
      cell: (row) => (
        <div class="fleet-cell">
          <DeviceLink deviceId={row.deviceId} />
        </div>
      ),
    },
    { key: 'outcome', title: text.outcome, cell: ({ outcome }) => words.outcomes[outcome] ?? outcome },
    {
      key: 'error',
      title: text.error,
      cell: (row) => row.error !== undefined && <code class="nowrap">{row.error}</code>,
    },
    {
      key: 'message',
      title: text.message,
      cell: ({ message }) => <div class="fleet-message">{message}</div>,
    },
  ];
  return (
    <>
      <Field label={text.which}>
        {(attributes) => (
          <select
            {...attributes}
            value={error}
            onChange={({ currentTarget }) => {
              setError(currentTarget.value);
              setStarts([0]);
            }}
          >
            <option value="">{text.all}</option>
            {errors.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            {hasNotRun && <option value={NOT_RUN}>{words.outcomes[NOT_RUN]}</option>}
          </select>
        )}
      </Field>
      <Loaded resource={page}>
        {({ devices, next }) => (
          <>
            <DataTable
              caption={text.caption}
              columns={columns}
              rows={devices}
              keyOf={({ deviceId }) => deviceId}
            />
            <Pager
              from={(starts.length - 1) * PAGE}
              shown={devices.length}
              {...(starts.length > 1 && { onPrevious: () => setStarts(starts.slice(0, -1)) })}
              {...(next !== undefined && { onNext: () => setStarts([...starts, next]) })}
            />
          </>
        )}
      </Loaded>
    </>
  );
}
