import type { LogRow } from '@device-lifecycle/operator/logs/ports.ts';
import type { LifecycleEventType } from '../../contract/live.ts';
import type { Moves, Scanned, Span } from '../../contract/overview.ts';
import { eventsLogGroupOf } from '../live/lifecycle-feed.ts';
import { type ConsoleTools, isLocal } from '../tools.ts';
import type { Follower } from './follower.ts';
import { addTo, type CountsByTime, createHeardMoves, SLOT_MS } from './heard-moves.ts';
import { askLogs, FRESH_MS, restAfter, SPAN_MS } from './insights.ts';
import { type Kept, keep } from './keep.ts';

const MINUTE_MS = 60_000;
const BIN_MS: Readonly<Record<Span, number>> = {
  hour: MINUTE_MS,
  day: 30 * MINUTE_MS,
  week: 6 * 60 * MINUTE_MS,
};
/** How long it takes until queries find an event. What is younger is told by what was heard. */
const LAG_MS = { aws: 15_000, laptop: 1_000 } as const;
const MAX_ROWS = 10_000;

/** What a query has found, of the time before `asOfMs`. */
interface Found {
  readonly bins: CountsByTime;
  readonly asOfMs: number;
  readonly scanned: Scanned;
}

type Tools = Pick<ConsoleTools, 'stack' | 'clients' | 'clock' | 'signal'>;

interface MovesOptions {
  readonly follower: Follower;
  /** By the stack's clock. */
  now(): Promise<number>;
}

/**
 * Tells what was moved over time: by a query now and then, and by what is heard of since, so that what happens is in it
 * at once. `atMost`: how old the query may be, in milliseconds. @throws CliError, and errors of the SDK
 */
export function createMoves(
  tools: Tools,
  { follower, now }: MovesOptions,
): (span: Span, atMost?: number) => Promise<Moves> {
  const { stack, clock } = tools;
  const heard = createHeardMoves();
  follower.add({
    follow: heard.follow,
    begin() {
      heard.begin(undefined);
      now().then(heard.begin, () => heard.begin(undefined));
    },
  });
  const fresh = isLocal(stack) ? FRESH_MS.laptop : FRESH_MS.aws;
  const lagMs = isLocal(stack) ? LAG_MS.laptop : LAG_MS.aws;
  const load = async (span: Span): Promise<Found> => {
    const nowMs = await now();
    const sinceMs = heard.sinceMs();
    const whole = Math.floor((nowMs - lagMs) / SLOT_MS) * SLOT_MS;
    return find(tools, span, { nowMs, asOfMs: sinceMs === undefined ? nowMs : Math.max(whole, sinceMs) });
  };
  const kept = (span: Span): Kept<Found> =>
    keep(() => load(span), { clock, freshMs: fresh[span], staleMs: 2 * fresh[span], restMs: restAfter });
  const founds = { hour: kept('hour'), day: kept('day'), week: kept('week') };
  return async (span, atMost) => {
    await follower.touch();
    const found = await founds[span](atMost);
    // What was found before all was heard of has a gap behind it.
    const hasGap = found.asOfMs < (heard.sinceMs() ?? 0);
    return binned(hasGap ? await founds[span](0) : found, heard.from(found.asOfMs), {
      span,
      nowMs: await now(),
    });
  };
}

async function find(
  tools: Tools,
  span: Span,
  { nowMs, asOfMs }: { readonly nowMs: number; readonly asOfMs: number },
): Promise<Found> {
  const binMs = BIN_MS[span];
  const fromMs = nowMs - SPAN_MS[span] - binMs;
  const { rows, scanned } = await askLogs(tools, {
    title: 'moves',
    logGroupNames: [eventsLogGroupOf(tools.stack)],
    queryString: [
      `filter detail.at >= ${fromMs} and detail.at < ${asOfMs}`,
      `fields floor(detail.at / ${binMs}) as bin, \`detail-type\` as type`,
      'stats count(*) as moves by bin, type',
      `limit ${MAX_ROWS}`,
    ].join(' | '),
    fromMs,
    limit: MAX_ROWS,
  });
  return { bins: binsOf(rows, binMs), asOfMs, scanned };
}

function binsOf(rows: readonly LogRow[], binMs: number): CountsByTime {
  const bins: CountsByTime = new Map();
  for (const { bin, type, moves } of rows) {
    addTo(bins, Number(bin) * binMs, type as LifecycleEventType, Number(moves));
  }
  return bins;
}

function binned(
  { bins, scanned }: Found,
  heard: CountsByTime,
  { span, nowMs }: { readonly span: Span; readonly nowMs: number },
): Moves {
  const binMs = BIN_MS[span];
  const all: CountsByTime = new Map([...bins].map(([atMs, counts]) => [atMs, { ...counts }]));
  for (const [atMs, counts] of heard) {
    for (const [type, count] of Object.entries(counts)) {
      addTo(all, Math.floor(atMs / binMs) * binMs, type as LifecycleEventType, count);
    }
  }
  const count = SPAN_MS[span] / binMs;
  const lastMs = Math.floor(nowMs / binMs) * binMs;
  return {
    binMs,
    scanned,
    bins: Array.from({ length: count }, (_, index) => {
      const startMs = lastMs - (count - 1 - index) * binMs;
      return { startMs, counts: all.get(startMs) ?? {} };
    }),
  };
}
