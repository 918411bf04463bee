import { useLocation } from 'wouter-preact';
import type { DeviceList, DeviceRow } from '../../../contract/devices.ts';
import { saveFile } from '../../api/save-file.ts';
import { Button } from '../../components/button.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { csvOfDevices } from './device-csv.ts';
import type { LoadPart } from './pages.ts';
import { MAX_SELECTED, type Selection } from './use-selection.ts';

const messages = defineMessages({
  en: {
    selected: (count: string) => `${count} selected`,
    most: 'That is as many as can be selected: upload a file for more.',
    all: 'Select all',
    allTitle: (most: string) => `All of this list, at most ${most}`,
    stop: 'Stop',
    clear: 'Clear',
    csv: 'Download as CSV',
    decommission: 'Decommission…',
    nothing: 'Select devices first.',
  },
  ja: {
    selected: (count: string) => `${count} 件を選択中`,
    most: '選択できる上限です。これより多い場合はファイルをアップロードしてください。',
    all: 'すべて選択',
    allTitle: (most: string) => `この一覧のすべて（最大 ${most} 件）`,
    stop: '停止',
    clear: '選択解除',
    csv: 'CSV をダウンロード',
    decommission: '廃止…',
    nothing: '先にデバイスを選択してください。',
  },
});

/** Where the fleets' view finds which devices a run is for: of the session, a JSON array of ids. */
export const FLEET_IDS_KEY = 'console-fleet-ids';

interface SelectionBarProps {
  readonly list: DeviceList;
  readonly selection: Selection;
  readonly load: LoadPart<DeviceRow>;
}

/** What can be done with the devices that are selected. */
export function SelectionBar({ list, selection, load }: SelectionBarProps) {
  const text = useMessages(messages);
  const readOnly = useReadOnlyReason();
  const [, navigate] = useLocation();
  const { rows } = selection;
  const nothing = rows.size === 0 ? text.nothing : undefined;
  const decommission = () => {
    const ids = [...new Set([...rows.values()].map(({ deviceId }) => deviceId))];
    sessionStorage.setItem(FLEET_IDS_KEY, JSON.stringify(ids));
    navigate('/fleets/new?from=selection');
  };
  const save = () =>
    saveFile(`${list}-devices.csv`, new Blob([csvOfDevices(rows.values())], { type: 'text/csv' }));
  return (
    <div class="selection">
      <span role="status">
        {rows.size > 0 && <strong>{text.selected(formatNumber(rows.size))}</strong>}
        {rows.size === MAX_SELECTED && <span> {text.most}</span>}
      </span>
      <span class="actions">
        {selection.isSelecting ? (
          <Button onClick={selection.stop}>{text.stop}</Button>
        ) : (
          <Button onClick={() => selection.selectAll(load)} title={text.allTitle(formatNumber(MAX_SELECTED))}>
            {text.all}
          </Button>
        )}
        {rows.size > 0 && <Button onClick={selection.clear}>{text.clear}</Button>}
        <Button unavailable={nothing} onClick={save}>
          {text.csv}
        </Button>
        {list === 'active' && (
          <Button unavailable={readOnly ?? nothing} onClick={decommission}>
            {text.decommission}
          </Button>
        )}
      </span>
      {selection.problem !== undefined && <ProblemNote problem={selection.problem} />}
    </div>
  );
}
