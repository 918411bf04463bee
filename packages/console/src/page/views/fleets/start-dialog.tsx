import { Link } from 'wouter-preact';
import type {
  FleetRunRef,
  FleetUpload,
  SameRuns,
  StartLine,
  StartRequest,
} from '../../../contract/fleets.ts';
import { ApiProblem, request as ask, linesOf, pathOf } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { useResource } from '../../api/use-resource.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/states.tsx';
import { formatDays, formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { useSession } from '../../session.ts';
import { statusMessages } from '../executions/status-badge.tsx';

const messages = defineMessages({
  en: {
    titles: { decommission: 'Decommission these devices?', restore: 'Restore these devices?' },
    will: {
      decommission:
        'They leave service at once, and their certificates are turned off after that. They can be restored while their retention lasts.',
      restore: 'They come back into service, and their certificates are turned on again after that.',
    },
    confirm: { decommission: 'Decommission', restore: 'Restore' },
    show: 'Go to the run',
    devices: 'Devices',
    where: 'Where',
    reason: 'Reason',
    retention: 'Retention',
    byType: 'as configured for the type of each device',
    hold: 'legal hold, until it is released',
    leftOut: 'Lines left out',
    notPlanned: 'You have not seen the plan of it: no device was looked up.',
    running: 'The same run is going on already: no other is started.',
    earlier: (status: string) => `The same was run before, and has ended (${status}):`,
  },
  ja: {
    titles: { decommission: 'これらのデバイスを廃止しますか？', restore: 'これらのデバイスを復元しますか？' },
    will: {
      decommission: 'デバイスはすぐに廃止され、その後で証明書が無効になります。保持期間中は復元できます。',
      restore: 'デバイスは稼働中に戻り、その後で証明書が再び有効になります。',
    },
    confirm: { decommission: '廃止する', restore: '復元する' },
    show: '実行を表示',
    devices: 'デバイス数',
    where: '対象',
    reason: '理由',
    retention: '保持期間',
    byType: 'デバイスの種類ごとの設定',
    hold: 'リーガルホールド（解除するまで）',
    leftOut: '除外された行',
    notPlanned: '計画をまだ確認していません。デバイスは照会されていません。',
    running: '同じ実行がすでに進行中です。新しい実行は開始しません。',
    earlier: (status) => `同じ内容の実行が以前にあり、終了しています（${status}）：`,
  },
});

type Begun = Extract<StartLine, { begun: unknown }>['begun'];

interface StartDialogProps {
  readonly upload: FleetUpload;
  readonly request: StartRequest;
  /** Whether the operator has seen what would happen. */
  readonly isPlanned: boolean;
  readonly onBegun: (begun: Begun) => void;
  readonly onClose: () => void;
}

/** Says what is about to happen, and starts it. */
export function StartDialog({ upload, request, isPlanned, onBegun, onClose }: StartDialogProps) {
  const text = useMessages(messages);
  const { maxConcurrency: _, toleratedFailurePercentage: __, ...query } = request;
  const { operation } = request;
  const same = useResource<SameRuns>(pathOf('/fleets/runs/same', query));
  const action = useAction(() => begin(request));
  const running = same.data?.running;
  return (
    <ConfirmDialog
      title={text.titles[operation]}
      confirmLabel={running === undefined ? text.confirm[operation] : text.show}
      isDangerous={operation === 'decommission' && running === undefined}
      count={running === undefined ? upload.devices : 1}
      isReady={same.data !== undefined}
      action={action}
      onDone={onBegun}
      onClose={onClose}
    >
      <p>{text.will[operation]}</p>
      <Summary upload={upload} request={request} />
      {!isPlanned && <p class="note note-info">{text.notPlanned}</p>}
      <Loaded resource={same}>{(runs) => <Same runs={runs} />}</Loaded>
    </ConfirmDialog>
  );
}

function Summary({ upload, request }: Pick<StartDialogProps, 'upload' | 'request'>) {
  const text = useMessages(messages);
  const { where, region, accountId, isLocal } = useSession();
  const retentionDays = request.retentionDays ?? upload.from?.retentionDays;
  const isHeld = request.legalHold ?? upload.from?.legalHold;
  const retention = retentionDays === undefined ? text.byType : formatDays(retentionDays);
  return (
    <Facts
      facts={[
        [text.devices, formatNumber(upload.devices)],
        [text.where, isLocal ? where : `${where} · ${region} · ${accountId}`],
        [text.reason, request.reason],
        [text.retention, request.operation === 'decommission' && (isHeld === true ? text.hold : retention)],
        [text.leftOut, upload.problemCount > 0 ? formatNumber(upload.problemCount) : undefined],
      ]}
    />
  );
}

function Same({ runs: { running, earlier } }: { readonly runs: SameRuns }) {
  const text = useMessages(messages);
  const { executions: statuses } = useMessages(statusMessages);
  const known = running ?? earlier;
  if (known === undefined) return null;
  return (
    <div class="note note-info">
      <p>{running === undefined ? text.earlier(statuses[known.status]) : text.running}</p>
      <RunLink {...known} />
    </div>
  );
}

const RunLink = ({ executionArn, name }: FleetRunRef & { readonly name: string }) => (
  <Link href={fleetPath(executionArn)} class="mono">
    {name}
  </Link>
);

/** @throws ApiProblem */
async function begin(request: StartRequest): Promise<Begun> {
  const response = await ask('/fleets/runs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  for await (const line of linesOf<StartLine>(response)) if ('begun' in line) return line.begun;
  throw new ApiProblem({
    kind: 'failed',
    message: 'The console has not said what it has started: look at the list of runs.',
  });
}
