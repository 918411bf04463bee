import { useState } from 'preact/hooks';
import type { DeviceMessage } from '../../../contract/laptop.ts';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { type Chosen, publish, topicOf } from './bench.ts';

const messages = defineMessages({
  en: {
    title: 'Send anything',
    example: 'Example',
    examples: {
      attributes: 'an update with attributes',
      unknownField: 'a field that is unknown: rejected',
      noJson: 'no JSON: rejected',
      otherDevice: "another device's topic: cut off by its policy",
    },
    topic: 'Topic',
    payload: 'Payload',
    publish: 'Publish',
  },
  ja: {
    title: '任意のメッセージを送る',
    example: '例',
    examples: {
      attributes: '属性の更新',
      unknownField: '未知のフィールド（拒否されます）',
      noJson: 'JSON ではない（拒否されます）',
      otherDevice: '他のデバイスのトピック（ポリシーにより切断されます）',
    },
    topic: 'トピック',
    payload: 'ペイロード',
    publish: '送信',
  },
});

const EXAMPLES = ['attributes', 'unknownField', 'noJson', 'otherDevice'] as const;
type Example = (typeof EXAMPLES)[number];

function exampleOf(example: Example, deviceId: string): DeviceMessage {
  switch (example) {
    case 'attributes':
      return {
        topic: topicOf(deviceId, 'update'),
        payload: JSON.stringify({ attributes: { room: 'attic' } }),
      };
    case 'unknownField':
      return { topic: topicOf(deviceId, 'heartbeat'), payload: JSON.stringify({ temperature: 21 }) };
    case 'noJson':
      return { topic: topicOf(deviceId, 'heartbeat'), payload: 'hello' };
    case 'otherDevice':
      return { topic: topicOf('somebody-else', 'heartbeat'), payload: '{}' };
  }
}

/** Publishes any payload on any topic as the device, to see what comes of it. */
export function FreePlay({ device: { deviceId }, reload }: Chosen) {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const [example, setExample] = useState<Example>('attributes');
  const [message, setMessage] = useState(() => exampleOf('attributes', deviceId));
  const action = useAction(async () => {
    await publish(deviceId, message);
    reload();
  });
  const choose = (name: string) => {
    const chosen = EXAMPLES.find((known) => known === name) ?? 'attributes';
    setExample(chosen);
    setMessage(exampleOf(chosen, deviceId));
  };
  return (
    <details class="laptop-free-play">
      <summary>{text.title}</summary>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (unavailable === undefined && !action.isRunning) void action.run();
        }}
      >
        <Field label={text.example}>
          {(attributes) => (
            <select
              {...attributes}
              value={example}
              onChange={({ currentTarget }) => choose(currentTarget.value)}
            >
              {EXAMPLES.map((name) => (
                <option key={name} value={name}>
                  {text.examples[name]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={text.topic}>
          {(attributes) => (
            <input
              {...attributes}
              class="mono"
              autoComplete="off"
              value={message.topic}
              onInput={({ currentTarget }) => setMessage({ ...message, topic: currentTarget.value })}
            />
          )}
        </Field>
        <Field label={text.payload}>
          {(attributes) => (
            <textarea
              {...attributes}
              class="mono"
              rows={3}
              value={message.payload}
              onInput={({ currentTarget }) => setMessage({ ...message, payload: currentTarget.value })}
            />
          )}
        </Field>
        <div class="actions">
          <Button
            type="submit"
            unavailable={unavailable}
            isBusy={action.isRunning}
            isDisabled={message.topic === ''}
          >
            {text.publish}
          </Button>
        </div>
        {action.problem !== undefined && <ProblemNote problem={action.problem} />}
      </form>
    </details>
  );
}
