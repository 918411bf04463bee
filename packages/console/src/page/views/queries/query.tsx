import './queries.css';
import { Link } from 'wouter-preact';
import type { QueryLine, QueryList, QuerySummary } from '../../../contract/queries.ts';
import { useResource } from '../../api/use-resource.ts';
import { useStream } from '../../api/use-stream.ts';
import { Loaded, ProblemNote } from '../../components/states.tsx';
import { TextBlock } from '../../components/text-block.tsx';
import { View } from '../../components/view.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { queryMessages } from './messages.ts';
import { QueryForm } from './query-form.tsx';
import { QueryResult } from './query-result.tsx';

/** One saved query, to be run. */
export function Query({ params: { name } }: { readonly params: { readonly name: string } }) {
  const text = useMessages(queryMessages);
  const list = useResource<QueryList>('/queries');
  const query = list.data?.queries.find((known) => known.name === name);
  const lead = query && (text.answers[query.title] ?? query.description);
  return (
    <View
      title={query?.title ?? name}
      {...(lead !== undefined && { lead })}
      actions={<Link href="/queries">{text.back}</Link>}
    >
      <Loaded resource={list} isEmpty={() => query === undefined} empty={text.notThere}>
        {() => query && <QueryRunner key={name} query={query} />}
      </Loaded>
    </View>
  );
}

function QueryRunner({ query }: { readonly query: QuerySummary }) {
  const text = useMessages(queryMessages);
  const { line, isRunning, isStopped, problem, run, stop } = useStream<QueryLine>();
  const result = line !== undefined && 'result' in line ? line.result : undefined;
  const recordsScanned = line !== undefined && 'recordsScanned' in line ? line.recordsScanned : 0;
  return (
    <>
      <QueryForm query={query} isRunning={isRunning} onRun={(path) => void run(path)} onStop={stop} />
      <div role="status">
        {isRunning && <p>{text.running(formatNumber(recordsScanned))}</p>}
        {isStopped && <p>{text.stopped}</p>}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {result !== undefined && <QueryResult name={query.name} result={result} />}
      <TextBlock label={text.text} text={query.queryString} />
    </>
  );
}
