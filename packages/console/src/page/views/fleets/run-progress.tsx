import type { FleetRun } from '../../../contract/fleets.ts';
import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { Facts } from '../../components/facts.tsx';
import { formatDuration, formatNumber, formatRate, formatTime } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { withFailedDevices } from './failed-devices.ts';
import { FleetBar } from './fleet-bar.tsx';
import { rateOf, ratesOf, type Sample } from './rate.ts';
import { fleetMessages, isGoingOn } from './words.ts';

const messages = defineMessages({
  en: {
    title: 'Progress',
    devices: 'Devices',
    parts: 'Parts of the table',
    beginning: 'It has not begun with its devices yet.',
    neverBegun: 'It had not begun with its devices.',
    found: 'Devices found',
    now: 'Rate now',
    mean: 'Mean rate',
    left: 'Time left',
    failed: 'In failed batches',
    pace: 'Batches at a time',
    tolerated: 'Tolerated failures',
    items: 'Devices, by the state of their batch',
    partItems: 'Parts by state',
    batches: 'Batches by state',
    rate: 'Rate, per second',
    time: 'Time',
    states: {
      pending: 'pending',
      running: 'running',
      succeeded: 'succeeded',
      failed: 'failed',
      timedOut: 'timed out',
      aborted: 'aborted',
      total: 'total',
      resultsWritten: 'results written',
      pendingRedrive: 'pending redrive',
      failuresNotRedrivable: 'failures that cannot be redriven',
    } as Readonly<Record<string, string>>,
  },
  ja: {
    title: '進捗',
    devices: 'デバイス',
    parts: 'テーブルの分割',
    beginning: 'まだデバイスの処理を始めていません。',
    neverBegun: 'デバイスの処理を始める前に終了しました。',
    found: '見つかったデバイス',
    now: '現在の速度',
    mean: '平均速度',
    left: '残り時間',
    failed: '失敗したバッチ内',
    pace: '同時バッチ数',
    tolerated: '許容する失敗の割合',
    items: 'バッチの状態別のデバイス数',
    partItems: '状態別の分割数',
    batches: '状態別のバッチ数',
    rate: '速度（毎秒）',
    time: '時刻',
    states: {
      pending: '待機中',
      running: '実行中',
      succeeded: '成功',
      failed: '失敗',
      timedOut: 'タイムアウト',
      aborted: '停止',
      total: '合計',
      resultsWritten: '結果書き込み済み',
      pendingRedrive: '再実行待ち',
      failuresNotRedrivable: '再実行できない失敗',
    },
  },
});

/** With fewer, a line says nothing. */
const LEAST_POINTS = 3;

interface PaceProps {
  readonly run: FleetRun;
  readonly samples: readonly Sample[];
}

interface RunProgressProps extends PaceProps {
  /** Nothing while the results are not read. */
  readonly failedDevices: number | undefined;
}

/** How far a run is, and how fast it goes. */
export function RunProgress({ run, samples, failedDevices }: RunProgressProps) {
  const text = useMessages(messages);
  const { counts, mapRun, kind, status } = run;
  return (
    <Card title={text.title}>
      {counts !== undefined && (
        <FleetBar
          label={kind === 'stale' ? text.parts : text.devices}
          counts={withFailedDevices(counts, failedDevices)}
        />
      )}
      {mapRun === undefined && <p class="quiet">{isGoingOn(status) ? text.beginning : text.neverBegun}</p>}
      <Pace run={run} samples={samples} />
      {mapRun !== undefined && (
        <div class="fleet-wide-facts">
          <Facts
            facts={[
              [kind === 'stale' ? text.partItems : text.items, <States key="items" counts={mapRun.items} />],
              [text.batches, <States key="batches" counts={mapRun.batches} />],
            ]}
          />
        </div>
      )}
      {kind !== 'stale' && <RateChart samples={samples} />}
    </Card>
  );
}

function Pace({ run, samples }: PaceProps) {
  const text = useMessages(messages);
  const words = useMessages(fleetMessages);
  const { counts, mapRun, status, proposal, kind } = run;
  const rate = isGoingOn(status) ? rateOf(samples, counts?.total ?? 0) : undefined;
  const mean = meanOf(run, samples);
  const perSecond = (value: number | undefined) =>
    kind !== 'stale' && value !== undefined ? words.perSecond(formatRate(value)) : undefined;
  return (
    <Facts
      facts={[
        [text.found, proposal && <span class="fleet-number">{formatNumber(proposal.devices)}</span>],
        [text.now, perSecond(rate?.perSecond)],
        [text.mean, perSecond(mean)],
        [text.left, rate?.secondsLeft !== undefined && formatDuration(rate.secondsLeft)],
        [text.failed, counts !== undefined && counts.failed > 0 ? formatNumber(counts.failed) : undefined],
        [text.pace, mapRun && kind !== 'stale' && formatNumber(mapRun.maxConcurrency)],
        [
          text.tolerated,
          mapRun && kind !== 'stale' && `${formatNumber(mapRun.toleratedFailurePercentage)} %`,
        ],
      ]}
    />
  );
}

/** Of the whole run once it has ended, until then since it is watched. */
function meanOf({ counts, startedAt, endedAt }: FleetRun, samples: readonly Sample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  const [done, ms] =
    endedAt === undefined
      ? [(last?.done ?? 0) - (first?.done ?? 0), (last?.atMs ?? 0) - (first?.atMs ?? 0)]
      : [counts?.done ?? 0, endedAt - startedAt];
  return done > 0 && ms > 0 ? (1_000 * done) / ms : undefined;
}

/** Those that there are; the sum of them comes first. */
function States({ counts }: { readonly counts: Readonly<Record<string, number>> }) {
  const text = useMessages(messages);
  const shown = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${text.states[state] ?? state} ${formatNumber(count)}`);
  return <>{shown.join(' · ')}</>;
}

function RateChart({ samples }: { readonly samples: readonly Sample[] }) {
  const text = useMessages(messages);
  const points = ratesOf(samples).map(({ atMs, perSecond }) => ({ x: atMs, values: [perSecond] }));
  if (points.length < LEAST_POINTS) return null;
  return (
    <Chart
      title={text.rate}
      kind="lines"
      points={points}
      series={[{ name: text.rate, tone: 'accent' }]}
      xTitle={text.time}
      formatX={formatTime}
      formatY={formatRate}
      isTime
    />
  );
}
