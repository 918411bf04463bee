import type { FleetForecast, FleetOperation } from '../../../contract/fleets.ts';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { formatDuration, formatNumber, formatRate, formatUsd } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetMessages } from './words.ts';

const messages = defineMessages({
  en: {
    caption: 'Cost and time',
    what: 'Step',
    cost: 'Cost',
    time: 'Time',
    rate: 'Rate',
    limited: 'Limited by',
    moving: (devices: string) => `Moving ${devices}`,
    off: (count: string) => `Certificates off: ${count}`,
    on: (count: string) => `Certificates on: ${count}`,
    purge: 'Purge, after the retention',
    belowCent: 'below $0.01',
    prices: (usd: string) =>
      `At list prices of us-east-1. A state machine for each device would cost ${usd}.`,
  },
  ja: {
    caption: '費用と時間',
    what: '手順',
    cost: '費用',
    time: '時間',
    rate: '速度',
    limited: '制限の要因',
    moving: (devices) => `移動 ${devices}`,
    off: (count) => `証明書の無効化 ${count} 件`,
    on: (count) => `証明書の有効化 ${count} 件`,
    purge: '保持期間後の完全削除',
    belowCent: '$0.01 未満',
    prices: (usd) => `us-east-1 の定価です。デバイスごとにステートマシンを使うと ${usd} かかります。`,
  },
});

interface Row {
  readonly what: string;
  readonly costUsd: number;
  readonly pace?: FleetForecast['time']['move'];
}

const CENT = 0.01;

interface ForecastProps {
  readonly forecast: FleetForecast;
  readonly operation: FleetOperation;
}

/** What a run costs and takes. */
export function Forecast({ forecast, operation }: ForecastProps) {
  const text = useMessages(messages);
  const words = useMessages(fleetMessages);
  const { devices, certificates, costUsd, time, notice } = forecast;
  const usd = (value: number) => (value > 0 && value < CENT ? text.belowCent : formatUsd(value));
  const isDecommission = operation === 'decommission';
  const turned = isDecommission ? text.off : text.on;
  const rows: readonly Row[] = [
    {
      what: text.moving(words.devices(devices, formatNumber(devices))),
      costUsd: costUsd.move,
      pace: time.move,
    },
    { what: turned(formatNumber(certificates)), costUsd: costUsd.credentials, pace: time.credentials },
    ...(isDecommission ? [{ what: text.purge, costUsd: costUsd.purge }] : []),
  ];
  const columns: readonly Column<Row>[] = [
    { key: 'what', title: text.what, cell: ({ what }) => <div class="fleet-cell">{what}</div> },
    { key: 'cost', title: text.cost, isNumber: true, cell: (row) => usd(row.costUsd) },
    {
      key: 'time',
      title: text.time,
      cell: ({ pace }) => pace !== undefined && pace.seconds > 0 && formatDuration(Math.ceil(pace.seconds)),
    },
    {
      key: 'rate',
      title: text.rate,
      cell: ({ pace }) =>
        pace !== undefined && pace.seconds > 0 && words.perSecond(formatRate(pace.perSecond)),
    },
    { key: 'limited', title: text.limited, cell: ({ pace }) => pace?.limitedBy },
  ];
  return (
    <>
      <DataTable caption={text.caption} columns={columns} rows={rows} keyOf={({ what }) => what} />
      <p class="quiet">
        {text.prices(usd(costUsd.statePerDevice))} {notice}
      </p>
    </>
  );
}
