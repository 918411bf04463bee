import { useEffect, useRef } from 'preact/hooks';
import type { CertificatesAnswer, DeviceAnswer, DeviceCertificate } from '../../../contract/device.ts';
import { useResource } from '../../api/use-resource.ts';
import { Badge, type Tone } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Empty, Loaded, ProblemNote } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    title: 'Certificates',
    table: (id: string) => `Certificates of ${id}`,
    reload: 'Look again',
    certificate: 'Certificate',
    status: 'State',
    created: 'Created',
    none: 'gone',
    notRecorded: 'not in the record',
    notAttached: 'not attached',
    empty: 'It has no certificates.',
    noThing: 'AWS IoT has no thing of this name.',
    more: (count: string) =>
      count === '1' ? 'One more is not looked at here.' : `${count} more are not looked at here.`,
  },
  ja: {
    title: '証明書',
    table: (id: string) => `${id} の証明書`,
    reload: '再確認',
    certificate: '証明書',
    status: '状態',
    created: '作成日時',
    none: '削除済み',
    notRecorded: 'レコードにありません',
    notAttached: '未アタッチ',
    empty: '証明書はありません。',
    noThing: 'AWS IoT にこの名前のモノはありません。',
    more: (count: string) => `ほかに ${count} 件あります（ここでは確認しません）。`,
  },
});

/** The device's certificates as AWS IoT has them, asked for anew when the service says that they have changed. */
export function CertificatesCard({ device }: { readonly device: DeviceAnswer }) {
  const text = useMessages(messages);
  const { deviceId, state, credentials, record } = device;
  const resource = useResource<CertificatesAnswer>(`/devices/${encodeURIComponent(deviceId)}/certificates`);
  const { reload } = resource;
  const standing = [state, credentials, ...(record.certificateIds ?? [])].join(' ');
  const asked = useRef(standing);
  useEffect(() => {
    if (asked.current !== standing) reload();
    asked.current = standing;
  }, [standing, reload]);
  return (
    <Card title={text.title} actions={<Button onClick={reload}>{text.reload}</Button>}>
      <Loaded resource={resource}>
        {(answer) => <Certificates deviceId={deviceId} answer={answer} onRetry={reload} />}
      </Loaded>
    </Card>
  );
}

interface CertificatesProps {
  readonly deviceId: string;
  readonly answer: CertificatesAnswer;
  readonly onRetry: () => void;
}

function Certificates({ deviceId, answer, onRetry }: CertificatesProps) {
  const text = useMessages(messages);
  const { certificates, omitted, hasThing, attachedProblem, statusProblem } = answer;
  const problem = statusProblem ?? attachedProblem;
  return (
    <>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={onRetry} />}
      {hasThing === false && <p class="quiet">{text.noThing}</p>}
      {certificates.length === 0 && problem === undefined && <Empty>{text.empty}</Empty>}
      {certificates.length > 0 && (
        <DataTable
          caption={text.table(deviceId)}
          rows={certificates}
          keyOf={({ certificateId }) => certificateId}
          columns={[
            {
              key: 'id',
              title: text.certificate,
              cell: ({ certificateId }) => (
                <span class="mono" title={certificateId}>
                  {certificateId}
                </span>
              ),
            },
            { key: 'status', title: text.status, cell: (row) => <Status certificate={row} /> },
            {
              key: 'created',
              title: text.created,
              cell: ({ createdAt }) => (createdAt === undefined ? '–' : <Time at={createdAt} />),
            },
          ]}
        />
      )}
      {omitted > 0 && <p class="quiet">{text.more(formatNumber(omitted))}</p>}
    </>
  );
}

const TONES: Readonly<Record<string, Tone>> = { ACTIVE: 'good', REVOKED: 'bad' };

function Status({ certificate }: { readonly certificate: DeviceCertificate }) {
  const text = useMessages(messages);
  const { status, isRecorded, isAttached } = certificate;
  return (
    <span class="device-standing">
      {status === 'NONE' && <Badge>{text.none}</Badge>}
      {status !== undefined && status !== 'NONE' && <Badge tone={TONES[status] ?? 'plain'}>{status}</Badge>}
      {!isRecorded && <Badge tone="warn">{text.notRecorded}</Badge>}
      {isAttached === false && status !== 'NONE' && <Badge tone="warn">{text.notAttached}</Badge>}
    </span>
  );
}
