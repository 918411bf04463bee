import { useSearchParams } from 'wouter-preact';
import { View } from '../../components/view.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { GivenSource } from './given-source.tsx';
import { PrepareRun } from './prepare-run.tsx';
import { SourceCard } from './source-card.tsx';
import './fleets.css';

const messages = defineMessages({
  en: {
    title: 'New run',
    lead: 'Give a list of devices, and see what would happen. Nothing is changed until you start the run.',
  },
  ja: {
    title: '新しい実行',
    lead: 'デバイスの一覧を指定すると、何が起こるかを確認できます。開始するまで何も変更しません。',
  },
});

/** `/fleets/new`: from a list of devices to a run. With `?upload=` the list is on the server; `?from=` says where it is. */
export function NewRun() {
  const text = useMessages(messages);
  const [query, setQuery] = useSearchParams();
  const [uploadId, from] = [query.get('upload'), query.get('from')];
  const choose = (id: string) => setQuery({ upload: id }, { replace: true });
  const restart = () => setQuery({}, { replace: true });
  return (
    <View title={text.title} lead={text.lead}>
      {uploadId !== null && <PrepareRun key={uploadId} uploadId={uploadId} onRestart={restart} />}
      {uploadId === null && from !== null && (
        <GivenSource
          from={from}
          executionArn={query.get('run') ?? ''}
          onUpload={choose}
          onRestart={restart}
        />
      )}
      {uploadId === null && from === null && <SourceCard onUpload={choose} />}
    </View>
  );
}
