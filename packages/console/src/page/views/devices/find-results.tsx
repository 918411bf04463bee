import { useEffect } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import type { DeviceMatches } from '../../../contract/devices.ts';
import { pathOf } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { announce } from '../../components/announcer.tsx';
import { Card } from '../../components/card.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Loaded } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { devicePath } from '../../paths.ts';

const messages = defineMessages({
  en: {
    found: 'Which of these?',
    by: { deviceId: 'its device id', serialNumber: 'its serial number', macAddress: 'its MAC address' },
    several: (text: string) => `“${text}” is what several devices are called:`,
    none: (text: string) => `No device has “${text}” as its device id, serial number or MAC address.`,
    notPart: 'What is looked for has to be the whole of it.',
    contains: 'Look through active devices for a part',
    containsOut: 'Look through decommissioned devices for a part',
  },
  ja: {
    found: 'どのデバイスですか',
    by: { deviceId: 'デバイス ID', serialNumber: 'シリアル番号', macAddress: 'MAC アドレス' },
    several: (text: string) => `「${text}」に当てはまるデバイスが複数あります。`,
    none: (text: string) =>
      `デバイス ID、シリアル番号、MAC アドレスのいずれかが「${text}」のデバイスはありません。`,
    notPart: '完全に一致するものだけを探します。',
    contains: '稼働中のデバイスから部分一致で探す',
    containsOut: '廃止済みのデバイスから部分一致で探す',
  },
});

/** Leads to the device that is called so; says so where there is none, and lets choose among several. */
export function FindResults({ text: wanted }: { readonly text: string }) {
  const text = useMessages(messages);
  const [, navigate] = useLocation();
  const found = useResource<DeviceMatches>(pathOf('/devices/matches', { text: wanted }));
  const { data } = found;
  useEffect(() => {
    const ids = new Set(data?.matches.map(({ deviceId }) => deviceId));
    const [first] = ids;
    if (first !== undefined && ids.size === 1) navigate(devicePath(first), { replace: true });
    if (data !== undefined && ids.size === 0) announce(text.none(wanted));
  }, [data]);
  return (
    <Loaded
      resource={found}
      isEmpty={({ matches }) => matches.length === 0}
      empty={<Nothing text={wanted} />}
    >
      {({ matches }) => (
        <Card title={text.found}>
          <p>{text.several(wanted)}</p>
          <ul>
            {matches.map(({ deviceId, by }) => (
              <li key={by}>
                <DeviceLink deviceId={deviceId} /> <span class="quiet">({text.by[by]})</span>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Loaded>
  );
}

function Nothing({ text: wanted }: { readonly text: string }) {
  const text = useMessages(messages);
  return (
    <div class="nothing-found">
      <p>{text.none(wanted)}</p>
      <p>{text.notPart}</p>
      <p>
        <Link href={pathOf('/devices', { state: 'active', text: wanted })}>{text.contains}</Link>
      </p>
      <p>
        <Link href={pathOf('/devices', { state: 'decommissioned', text: wanted })}>{text.containsOut}</Link>
      </p>
    </div>
  );
}
