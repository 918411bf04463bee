import type { ComponentChildren } from 'preact';
import type { Problem, ProblemKind } from '../../contract/problem.ts';
import { useOutage } from '../api/outage.ts';
import type { Resource } from '../api/use-resource.ts';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { Button } from './button.tsx';

export const problemMessages = defineMessages({
  en: {
    loading: 'Loading…',
    retry: 'Try again',
    noAnswer: 'No answer for now.',
    stale: 'What is shown may be out of date.',
    kinds: {
      token: 'This link is no longer good',
      readOnly: 'This console is read-only',
      foreign: 'Refused',
      forbidden: 'You may not see or do this',
      credentials: 'Your AWS credentials are not good',
      unreachable: 'Nothing answers',
      throttled: 'AWS turns calls away for now',
      notFound: 'Not found',
      noStack: 'There is no such stack',
      invalid: 'This cannot be done as it was asked',
      failed: 'Something went wrong',
    } satisfies Record<ProblemKind, string> as Record<ProblemKind, string>,
  },
  ja: {
    loading: '読み込み中…',
    retry: '再試行',
    noAnswer: '現在応答がありません。',
    stale: '表示が古い可能性があります。',
    kinds: {
      token: 'このリンクはもう使えません',
      readOnly: 'このコンソールは読み取り専用です',
      foreign: '拒否されました',
      forbidden: '表示または操作の権限がありません',
      credentials: 'AWS 認証情報が使えません',
      unreachable: '応答がありません',
      throttled: 'AWS が一時的に呼び出しを制限しています',
      notFound: '見つかりません',
      noStack: 'スタックがありません',
      invalid: 'この内容では処理できません',
      failed: 'エラーが発生しました',
    },
  },
});

interface LoadedProps<T> {
  readonly resource: Resource<T>;
  /** What is shown for nothing: no list at all, not a fault. */
  readonly empty?: ComponentChildren;
  readonly isEmpty?: (data: T) => boolean;
  readonly children: (data: T) => ComponentChildren;
}

/** Shows what a resource holds, or that it is loading, empty, forbidden or failed. What was there stays. */
export function Loaded<T>({ resource, empty, isEmpty, children }: LoadedProps<T>) {
  const text = useMessages(problemMessages);
  const { data, problem, reload } = resource;
  if (data === undefined) {
    return problem === undefined ? <Loading /> : <ProblemNote problem={problem} onRetry={reload} />;
  }
  return (
    <>
      {problem !== undefined && (
        <ProblemNote problem={problem} onRetry={reload}>
          {text.stale}
        </ProblemNote>
      )}
      {isEmpty?.(data) === true ? <Empty>{empty}</Empty> : children(data)}
    </>
  );
}

export function Loading() {
  const text = useMessages(problemMessages);
  return (
    <p class="loading" role="status">
      {text.loading}
    </p>
  );
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <div class="empty">{children}</div>;
}

/** What comes of it does not change by asking again. */
const IN_VAIN: readonly ProblemKind[] = ['token', 'invalid'];

interface ProblemNoteProps {
  readonly problem: Problem;
  readonly onRetry?: () => void;
  readonly children?: ComponentChildren;
}

/**
 * What went wrong and what to do; what is forbidden is told more quietly than what is broken. Where all that is read has
 * the same problem, the banner tells of it; of what somebody does, it is told here.
 */
export function ProblemNote({ problem, onRetry, children }: ProblemNoteProps) {
  const text = useMessages(problemMessages);
  const { kind, message } = problem;
  const isInBanner = useOutage(onRetry === undefined ? undefined : problem, onRetry);
  if (isInBanner) {
    return (
      <p class="quiet">
        {text.noAnswer} {children}
      </p>
    );
  }
  const isRefusal = kind === 'forbidden' || kind === 'readOnly';
  return (
    <div class={`note ${isRefusal ? 'note-refused' : 'note-bad'}`} role="alert">
      <strong>{text.kinds[kind]}</strong>
      <p>{message}</p>
      {children !== undefined && <p>{children}</p>}
      {onRetry !== undefined && !IN_VAIN.includes(kind) && <Button onClick={onRetry}>{text.retry}</Button>}
    </div>
  );
}
