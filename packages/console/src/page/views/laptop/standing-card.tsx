import type { PlayedDeviceDetails, Standing } from '../../../contract/laptop.ts';
import { Badge } from '../../components/badge.tsx';
import { Card } from '../../components/card.tsx';
import { Facts } from '../../components/facts.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Loading, ProblemNote } from '../../components/states.tsx';
import { Countdown, Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { laptopMessages } from './messages.ts';
import { offsetSeconds } from './stack-clock.tsx';

interface StandingCardProps {
  readonly device: PlayedDeviceDetails;
  readonly onRetry: () => void;
}

/** What the service and AWS IoT have of the device. */
export function StandingCard({ device, onRetry }: StandingCardProps) {
  const text = useMessages(laptopMessages);
  const { deviceId, standing, problem } = device;
  return (
    <Card title={text.standing} actions={<DeviceLink deviceId={deviceId} />}>
      {problem !== undefined && <ProblemNote problem={problem} onRetry={onRetry} />}
      {standing === undefined && problem === undefined && <Loading />}
      {standing !== undefined && <StandingFacts device={device} standing={standing} />}
    </Card>
  );
}

const TONES = { active: 'good', decommissioned: 'warn', none: 'plain' } as const;

interface StandingFactsProps {
  readonly device: PlayedDeviceDetails;
  readonly standing: Standing;
}

function StandingFacts({ device: { deviceId, serialNumber }, standing }: StandingFactsProps) {
  const text = useMessages(laptopMessages);
  const { state, name, version, lastSeenAt, reason, expiresAtMs, isHeld, certificateStatus, hasThing } =
    standing;
  const { serialNumberOf: owner } = standing;
  const whose = owner === deviceId ? text.reserved : owner === undefined ? text.free : text.taken(owner);
  const aheadMs = (offsetSeconds.value ?? 0) * 1_000;
  const timeLeft = expiresAtMs && <Countdown untilMs={expiresAtMs} aheadMs={aheadMs} />;
  return (
    <Facts
      facts={[
        [
          text.record,
          <>
            <Badge tone={TONES[state]}>{text.states[state]}</Badge>{' '}
            <span class="quiet">{text.tables[state]}</span>
          </>,
        ],
        [text.certificate, <CertificateBadge key="certificate" status={certificateStatus} />],
        [
          text.serialNumber,
          <>
            <span class="mono">{serialNumber}</span> <span class="quiet">{whose}</span>
          </>,
        ],
        [text.thing, hasThing ? text.there : text.removed],
        [text.timeLeft, isHeld ? text.held : timeLeft],
        [text.lastSeen, lastSeenAt && <Time at={lastSeenAt} />],
        [text.version, version && formatNumber(version)],
        [text.name, name],
        [text.reason, reason],
      ]}
    />
  );
}

function CertificateBadge({ status }: { readonly status: string | undefined }) {
  const text = useMessages(laptopMessages);
  if (status === undefined) return <>{text.removed}</>;
  return <Badge tone={status === 'ACTIVE' ? 'good' : 'bad'}>{status}</Badge>;
}
