import type { FleetRun, FleetTally } from '../../../contract/fleets.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Loading, ProblemNote } from '../../components/states.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { undoneIn } from './failed-devices.ts';
import { FailedTable } from './failed-table.tsx';
import { FailuresByName } from './failures-by-name.tsx';
import { Outcomes } from './outcomes.tsx';
import type { TallyReading } from './use-tally.ts';

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

interface RunResultsProps {
  readonly run: FleetRun;
  readonly reading: TallyReading;
}

/** What became of the devices of a run that has ended. */
export function RunResults({ run: { executionArn, mapRun }, reading }: RunResultsProps) {
  const { tally } = reading;
  if (mapRun === undefined) return null;
  return (
    <>
      <ResultsCard reading={reading} />
      {tally !== undefined && undoneIn(tally) > 0 && (
        <FailuresCard executionArn={executionArn} tally={tally} />
      )}
    </>
  );
}

function ResultsCard({ reading }: Pick<RunResultsProps, 'reading'>) {
  const text = useMessages(messages);
  const { stream, tally, read, readNow } = reading;
  const { line, problem } = stream;
  if (readNow !== undefined) {
    return (
      <Card title={text.title} actions={<Button onClick={readNow}>{text.readAll}</Button>}>
        <p role="status">{text.coming}</p>
      </Card>
    );
  }
  return (
    <Card title={text.title}>
      {line === undefined && problem === undefined && <Loading />}
      {problem !== undefined && <ProblemNote problem={problem} onRetry={read} />}
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
