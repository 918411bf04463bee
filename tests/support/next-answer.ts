import { once } from 'node:events';
import type { MqttClient } from 'mqtt';

export interface TopicAnswer {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The next message that a client hears. */
export async function nextAnswer(mqtt: MqttClient): Promise<TopicAnswer> {
  const [topic, payload] = (await once(mqtt, 'message', { signal: AbortSignal.timeout(10_000) })) as [
    string,
    Buffer,
  ];
  return { topic, body: JSON.parse(payload.toString()) as Record<string, unknown> };
}
