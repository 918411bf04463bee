import { useState } from 'preact/hooks';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { type Chosen, connect, disconnect, register, request } from './bench.ts';
import { FreePlay } from './free-play.tsx';
import { offsetSeconds } from './stack-clock.tsx';

const messages = defineMessages({
  en: {
    title: 'Play it',
    connect: 'Connect',
    disconnect: 'Disconnect',
    register: 'Register',
    heartbeat: 'Heartbeat',
    decommission: 'Decommission',
    hint: 'It connects first where it is not connected.',
    name: 'Name',
    update: 'Update',
    minutes: 'In so many minutes',
    later: 'Decommission later',
    reason: 'asked for by the device itself',
  },
  ja: {
    title: '操作する',
    connect: '接続',
    disconnect: '切断',
    register: '登録',
    heartbeat: 'ハートビート',
    decommission: '廃止',
    hint: '接続していないときは、先に接続します。',
    name: '名前',
    update: '更新',
    minutes: '何分後か',
    later: '後で廃止',
    reason: 'デバイス自身の要求',
  },
});

const MINUTE_MS = 60_000;
/** As far ahead as the service takes it: 364 days. */
const MAX_MINUTES = 364 * 1_440;

/** What a device can do by itself. */
export function ControlsCard({ device, reload }: Chosen) {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const { deviceId, connection } = device;
  const [name, setName] = useState('');
  const [minutes, setMinutes] = useState('5');
  const action = useAction(async (act: () => Promise<unknown>) => {
    await act();
    reload();
  });
  const isGood = Number(minutes) > 0 && Number(minutes) <= MAX_MINUTES;
  const state = { unavailable, isBusy: action.isRunning };
  const play = (act: () => Promise<unknown>) => () => void action.run(act);
  const submit = (isReady: boolean, act: () => Promise<unknown>) => (event: Event) => {
    event.preventDefault();
    if (isReady && unavailable === undefined && !action.isRunning) void action.run(act);
  };
  const leave = (notBefore?: number) => request(deviceId, 'decommission', { reason: text.reason, notBefore });
  const later = () =>
    leave(Math.floor((Date.now() + Number(minutes) * MINUTE_MS) / 1_000 + (offsetSeconds.value ?? 0)));
  return (
    <Card title={text.title}>
      <div class="actions">
        {connection === 'connected' ? (
          <Button {...state} onClick={play(() => disconnect(deviceId))}>
            {text.disconnect}
          </Button>
        ) : (
          <Button {...state} onClick={play(() => connect(deviceId))}>
            {text.connect}
          </Button>
        )}
        <Button {...state} onClick={play(() => register(device))}>
          {text.register}
        </Button>
        <Button {...state} onClick={play(() => request(deviceId, 'heartbeat'))}>
          {text.heartbeat}
        </Button>
        <Button {...state} onClick={play(() => leave())}>
          {text.decommission}
        </Button>
      </div>
      <p class="hint">{text.hint}</p>
      <form class="form-row" onSubmit={submit(name !== '', () => request(deviceId, 'update', { name }))}>
        <Field label={text.name}>
          {(attributes) => (
            <input
              {...attributes}
              autoComplete="off"
              value={name}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" {...state} isDisabled={name === ''}>
          {text.update}
        </Button>
      </form>
      <form class="form-row" onSubmit={submit(isGood, later)}>
        <Field label={text.minutes}>
          {(attributes) => (
            <input
              {...attributes}
              inputMode="decimal"
              autoComplete="off"
              value={minutes}
              onInput={({ currentTarget }) => setMinutes(currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" {...state} isDisabled={!isGood}>
          {text.later}
        </Button>
      </form>
      <FreePlay key={deviceId} device={device} reload={reload} />
      {action.problem !== undefined && <ProblemNote problem={action.problem} />}
    </Card>
  );
}
