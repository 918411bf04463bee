import type { MqttClient } from 'mqtt';

export interface TopicAnswer {
  readonly topic: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const TIMEOUT_MS = 10_000;

/** The next message that a client hears. */
export function nextAnswer(mqtt: MqttClient): Promise<TopicAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
    mqtt.once('message', (topic, payload) => {
      clearTimeout(timer);
      resolve({ topic, body: JSON.parse(payload.toString()) as Record<string, unknown> });
    });
  });
}
