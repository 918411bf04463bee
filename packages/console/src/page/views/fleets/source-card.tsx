import { useState } from 'preact/hooks';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { formatBytes } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { MOST_BYTES, useUpload } from './use-upload.ts';

const messages = defineMessages({
  en: {
    title: 'Devices',
    drop: 'Drop a file here, or choose one',
    file: 'File of devices',
    hint: 'CSV with a column deviceId, or JSON Lines. It stays on this machine; only the ids go to AWS, when you see the plan or start.',
    checking: (name: string) => `Reading ${name}`,
    tooLarge: (size: string, most: string) =>
      `The file has ${size}, and the console takes ${most} at most: split it, or use "devicectl fleet".`,
    one: 'Give one file at a time.',
  },
  ja: {
    title: 'デバイス',
    drop: 'ファイルをここにドロップするか、選択してください',
    file: 'デバイスのファイル',
    hint: 'deviceId 列のある CSV、または JSON Lines です。ファイルはこの端末に残り、計画の確認または開始のときに ID だけを AWS に送ります。',
    checking: (name) => `${name} を読み込み中`,
    tooLarge: (size, most) =>
      `ファイルは ${size} ですが、コンソールで扱えるのは ${most} までです。分割するか「devicectl fleet」を使ってください。`,
    one: 'ファイルは 1 つずつ指定してください。',
  },
});

interface SourceCardProps {
  readonly onUpload: (uploadId: string) => void;
}

/** Takes a file, chosen or dropped. */
export function SourceCard({ onUpload }: SourceCardProps) {
  const text = useMessages(messages);
  const readOnly = useReadOnlyReason();
  const uploading = useUpload();
  const [isOver, setIsOver] = useState(false);
  const [name, setName] = useState('');
  const [refusal, setRefusal] = useState<string>();
  const take = async (files: readonly File[]) => {
    const [file, ...others] = files;
    if (file === undefined || readOnly !== undefined) return;
    setRefusal(refusalOf(file, others));
    if (refusalOf(file, others) !== undefined) return;
    setName(file.name);
    const upload = await uploading.send(file, file.name);
    if (upload !== undefined) onUpload(upload.id);
  };
  const refusalOf = (file: File, others: readonly File[]): string | undefined => {
    if (others.length > 0) return text.one;
    return file.size > MOST_BYTES
      ? text.tooLarge(formatBytes(file.size), formatBytes(MOST_BYTES))
      : undefined;
  };
  return (
    <Card title={text.title}>
      <fieldset
        aria-label={text.drop}
        class={isOver ? 'fleet-drop fleet-drop-over' : 'fleet-drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setIsOver(false);
          void take([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <p aria-hidden="true">{text.drop}</p>
        <Field label={text.file} hint={readOnly ?? text.hint} problem={refusal}>
          {(attributes) => (
            <input
              {...attributes}
              type="file"
              accept=".csv,.jsonl,.ndjson,.txt,text/csv"
              disabled={readOnly !== undefined || uploading.share !== undefined}
              onChange={({ currentTarget }) => {
                void take([...(currentTarget.files ?? [])]);
                // The same file, mended, is chosen again.
                currentTarget.value = '';
              }}
            />
          )}
        </Field>
        {uploading.share !== undefined && (
          <progress class="progress" aria-label={text.checking(name)} max={1} value={uploading.share} />
        )}
      </fieldset>
      {uploading.problem !== undefined && <ProblemNote problem={uploading.problem} />}
    </Card>
  );
}
