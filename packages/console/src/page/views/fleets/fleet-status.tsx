import type { FleetRunSummary } from '../../../contract/fleets.ts';
import { Badge } from '../../components/badge.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { ExecutionStatusBadge, statusMessages } from '../executions/status-badge.tsx';

const messages = defineMessages({
  en: {
    someFailed: (status: string, count: number, formatted: string) =>
      `${status}, ${count === 1 ? '1 device' : `${formatted} devices`} failed`,
    notRead: 'Whether devices have failed is in the results of the run.',
  },
  ja: {
    someFailed: (status, _, formatted) => `${status}（${formatted} 台が失敗）`,
    notRead: '失敗したデバイスの有無は、実行の結果で確認できます。',
  },
});

interface FleetStatusProps {
  readonly run: Pick<FleetRunSummary, 'kind' | 'status'>;
  /** Nothing while the results are not read. */
  readonly failedDevices: number | undefined;
}

/** How a run stands. It succeeds for Step Functions when its batches do, whatever becomes of their devices. */
export function FleetStatus({ run: { kind, status }, failedDevices }: FleetStatusProps) {
  const text = useMessages(messages);
  const { executions: statuses } = useMessages(statusMessages);
  if (status !== 'SUCCEEDED' || kind === 'stale' || failedDevices === 0) {
    return <ExecutionStatusBadge status={status} />;
  }
  if (failedDevices === undefined) return <Badge title={text.notRead}>{statuses[status]}</Badge>;
  return (
    <Badge tone="warn" title={status}>
      {text.someFailed(statuses[status], failedDevices, formatNumber(failedDevices))}
    </Badge>
  );
}
