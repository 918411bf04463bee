import { useEffect } from 'preact/hooks';
import type { FleetUpload, TakenFromRun } from '../../../contract/fleets.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Loading, ProblemNote } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { FLEET_IDS_KEY } from '../devices/selection-bar.tsx';
import { useUpload } from './use-upload.ts';

const messages = defineMessages({
  en: {
    other: 'Choose a file instead',
    selection: 'selected devices',
    nothing: 'No device is selected any more: select some in the list of devices.',
  },
  ja: {
    other: 'ファイルを選択する',
    selection: '選択したデバイス',
    nothing: '選択されたデバイスがありません。デバイスの一覧で選択してください。',
  },
});

interface GivenSourceProps {
  /** `selection`, or what is taken of a run. */
  readonly from: string;
  readonly executionArn: string;
  readonly onUpload: (uploadId: string) => void;
  readonly onRestart: () => void;
}

/** Takes the devices that were selected elsewhere, or those of another run. */
export function GivenSource({ from, executionArn, onUpload, onRestart }: GivenSourceProps) {
  const text = useMessages(messages);
  const uploading = useUpload();
  const taking = useAction((take: TakenFromRun) =>
    send<FleetUpload>('POST', '/fleets/uploads/from-run', { executionArn, take }),
  );
  const ids = from === 'selection' ? selectedIds() : undefined;
  const take = async () => {
    if (ids?.length === 0) return;
    const upload =
      ids === undefined
        ? await taking.run(from as TakenFromRun)
        : await uploading.send(new Blob([['deviceId', ...ids].join('\n')]), text.selection);
    if (upload !== undefined) onUpload(upload.id);
  };
  useEffect(() => void take(), [from, executionArn]);
  const problem = taking.problem ?? uploading.problem;
  if (problem === undefined && ids?.length !== 0) return <Loading />;
  return (
    <>
      {problem === undefined ? <p>{text.nothing}</p> : <ProblemNote problem={problem} />}
      <div class="actions">
        <Button onClick={onRestart}>{text.other}</Button>
      </div>
    </>
  );
}

/** Quoted, since an id that is none is to be told as it is. */
function selectedIds(): readonly string[] {
  const ids: readonly unknown[] = JSON.parse(sessionStorage.getItem(FLEET_IDS_KEY) ?? '[]');
  return ids.map((id) => `"${String(id).replaceAll('"', '""')}"`);
}
