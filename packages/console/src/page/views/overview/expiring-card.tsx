import { Card } from '../../components/card.tsx';
import { Chart } from '../../components/chart.tsx';
import { Empty, Loading } from '../../components/states.tsx';
import { formatDay, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import type { CensusUse } from './use-census.ts';

const messages = defineMessages({
  en: {
    title: 'Expiring by day',
    day: 'Day',
    expiring: 'expiring',
    later: (count: string) => `Later than these 31 days: ${count}`,
    expired: (count: string) => `Expired, to be removed by DynamoDB: ${count}`,
    none: 'No retention ends.',
    notCounted: 'Not known before the devices have been counted.',
  },
  ja: {
    title: '日別の期限切れ予定',
    day: '日',
    expiring: '期限切れ予定',
    later: (count) => `31 日より先：${count}`,
    expired: (count) => `期限切れ（DynamoDB による削除待ち）：${count}`,
    none: '期限を迎えるデバイスはありません。',
    notCounted: 'デバイスを集計するまではわかりません。',
  },
});

/** When retentions end: after that, nothing brings a device back. */
export function ExpiringCard({ use: { census, isCounting, state } }: { readonly use: CensusUse }) {
  const text = useMessages(messages);
  if (census === undefined) {
    const isOnItsWay = isCounting || state.isLoading;
    return <Card title={text.title}>{isOnItsWay ? <Loading /> : <Empty>{text.notCounted}</Empty>}</Card>;
  }
  const { expiringByDay, expiringLater, expired } = census;
  const isNone = expiringLater + expired === 0 && expiringByDay.every(({ count }) => count === 0);
  return (
    <Card title={text.title}>
      {isNone ? (
        <Empty>{text.none}</Empty>
      ) : (
        <Chart
          title={text.title}
          kind="bars"
          isTime
          points={expiringByDay.map(({ startMs, count }) => ({ x: startMs, values: [count] }))}
          series={[{ name: text.expiring, tone: 'warn' }]}
          xTitle={text.day}
          formatX={formatDay}
        />
      )}
      {expiringLater > 0 && <p class="quiet">{text.later(formatNumber(expiringLater))}</p>}
      {expired > 0 && <p class="quiet">{text.expired(formatNumber(expired))}</p>}
    </Card>
  );
}
