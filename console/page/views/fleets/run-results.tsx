import { useEffect, useState } from 'preact/hooks';
import type { FleetRun, FleetTally, TallyLine } from '../../../contract/fleets.ts';
import { type Stream, useStream } from '../../api/use-stream.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Loading, ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { FailedTable } from './failed-table.tsx';
import { FailuresByName } from './failures-by-name.tsx';
import { Outcomes } from './outcomes.tsx';

const messages = defineMessages({
  en: {
    title: 'Results',
    failures: 'Failures',
    reading: (count: string) => `${count} results read`,
    coming: 'The run has ended; its results are being written.',
    readAll: 'Read what is there',
  },
  ja: {
    title: '結果',
    failures: '失敗',
    reading: (count) => `結果を ${count} 件読み込みました`,
    coming: '実行は終了しました。結果を書き込んでいます。',
    readAll: '現在の結果を読み込む',
  },
});

/** What became of the devices of a run that has ended. */
export function RunResults({ run }: { readonly run: FleetRun }) {
  const { executionArn, hasResults, mapRun } = run;
  const [isWanted, setIsWanted] = useState(false);
  const stream = useStream<TallyLine>();
  const read = () => void stream.run(`/fleets/runs/${encodeURIComponent(executionArn)}/tally`);
  const isThere = hasResults || isWanted;
  useEffect(() => {
    if (isThere) read();
  }, [isThere, executionArn]);
  if (mapRun === undefined) return null;
  const { line } = stream;
  const tally = line !== undefined && 'tally' in line ? line.tally : undefined;
  return (
    <>
      <ResultsCard
        stream={stream}
        onRetry={read}
        {...(!isThere && { onReadNow: () => setIsWanted(true) })}
        {...(tally && { tally })}
      />
      {tally !== undefined && undone(tally) > 0 && <FailuresCard executionArn={executionArn} tally={tally} />}
    </>
  );
}

const undone = ({ outcomes }: FleetTally): number => (outcomes['failed'] ?? 0) + (outcomes['notRun'] ?? 0);

interface ResultsCardProps {
  readonly stream: Stream<TallyLine>;
  readonly tally?: FleetTally;
  readonly onRetry: () => void;
  /** While they are still being written. */
  readonly onReadNow?: () => void;
}

function ResultsCard({ stream: { line, problem }, tally, onRetry, onReadNow }: ResultsCardProps) {
  const text = useMessages(messages);
  if (onReadNow !== undefined) {
    return (
      <Card title={text.title} actions={<Button onClick={onReadNow}>{text.readAll}</Button>}>
        <p role="status">{text.coming}</p>
      </Card>
    );
  }
  return (
    <Card title={text.title}>
      {line === undefined && problem === undefined && <Loading />}
      {problem !== undefined && <ProblemNote problem={problem} onRetry={onRetry} />}
      {line !== undefined && 'read' in line && <p role="status">{text.reading(formatNumber(line.read))}</p>}
      {tally !== undefined && <Outcomes tally={tally} />}
    </Card>
  );
}

interface FailuresCardProps {
  readonly executionArn: string;
  readonly tally: FleetTally;
}

function FailuresCard({ executionArn, tally }: FailuresCardProps) {
  const text = useMessages(messages);
  return (
    <Card title={text.failures}>
      {tally.failures.length > 0 && <FailuresByName failures={tally.failures} />}
      <FailedTable executionArn={executionArn} tally={tally} />
    </Card>
  );
}
