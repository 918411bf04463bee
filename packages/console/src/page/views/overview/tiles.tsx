import type { DeadLetterCount, ExecutionCounts, Pending } from '../../../contract/overview.ts';
import { useResource } from '../../api/use-resource.ts';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { overviewMessages } from './overview-messages.ts';
import { PACES } from './paces.ts';
import { Tile } from './tile.tsx';
import type { CensusUse } from './use-census.ts';
import { useLiveReload } from './use-live-reload.ts';

const exact = (count: number) => ({ count, isAtLeast: false });
const listPath = (list: string) => `/devices?state=${list}`;

/** Where the fleet stands, and what is to be done. Each tile stands for itself: none falls with another. */
export function Tiles({ use }: { readonly use: CensusUse }) {
  const text = useMessages(overviewMessages);
  return (
    <ul class="tiles" aria-label={text.fleet}>
      <CensusTiles use={use} />
      <PendingTiles expired={use.census?.expired ?? 0} />
      <DeadLettersTile />
      <ExecutionTiles />
    </ul>
  );
}

function CensusTiles({ use: { state, census, problem, isCounting } }: { readonly use: CensusUse }) {
  const text = useMessages(overviewMessages);
  const why = census === undefined ? (problem ?? state.problem) : undefined;
  const absent = census === undefined && !isCounting && !state.isLoading ? text.notes.notCounted : undefined;
  const isApproximate = census?.isApproximate ?? false;
  const { active, decommissioned, held, ghosts } = text.tiles;
  const of = (count: number | undefined) =>
    count === undefined ? undefined : { ...exact(count), isApproximate };
  return (
    <>
      <Tile label={active} href={listPath('active')} count={of(census?.active)} problem={why} note={absent} />
      <Tile
        label={decommissioned}
        href={listPath('decommissioned')}
        count={of(census?.decommissioned)}
        problem={why}
        note={absent ?? text.notes.decommissioned}
      />
      <Tile label={held} href={listPath('held')} count={of(census?.held)} problem={why} note={absent} />
      <Tile
        label={ghosts}
        href={listPath('ghosts')}
        count={census && exact(census.ghosts)}
        problem={why}
        note={absent ?? text.notes.ghosts}
      />
    </>
  );
}

function PendingTiles({ expired }: { readonly expired: number }) {
  const text = useMessages(overviewMessages);
  const { pollMs } = useSession();
  const pending = useResource<Pending>('/overview/pending', { everyMs: pollMs * PACES.heavy });
  useLiveReload(pending);
  return (
    <>
      <Tile
        label={text.tiles.credentials}
        href={listPath('pending')}
        count={pending.data?.credentials}
        problem={pending.problem}
        note={text.notes.credentials}
      />
      <Tile
        label={text.tiles.purges}
        href={listPath('purging')}
        count={pending.data?.purges}
        problem={pending.problem}
        note={expired > 0 ? text.notes.expired(formatNumber(expired)) : undefined}
      />
    </>
  );
}

function DeadLettersTile() {
  const text = useMessages(overviewMessages);
  const { pollMs } = useSession();
  const { data, problem } = useResource<DeadLetterCount>('/overview/dead-letters', {
    everyMs: pollMs * PACES.light,
  });
  return (
    <Tile
      label={text.tiles.deadLetters}
      href="/dead-letters"
      count={data && exact(data.visible)}
      problem={problem}
      note={data !== undefined && data.hidden > 0 ? text.notes.hidden(formatNumber(data.hidden)) : undefined}
      isAlarming
    />
  );
}

function ExecutionTiles() {
  const text = useMessages(overviewMessages);
  const { pollMs } = useSession();
  const { data, problem } = useResource<ExecutionCounts>('/overview/executions', {
    everyMs: pollMs * PACES.heavy,
  });
  return (
    <>
      <Tile
        label={text.tiles.running}
        href="/executions?status=RUNNING"
        count={data?.running}
        problem={problem}
      />
      <Tile
        label={text.tiles.failed}
        href="/executions?status=FAILED"
        count={data?.failed}
        problem={problem}
        note={text.notes.day}
        isAlarming
      />
    </>
  );
}
