import { AwsError } from '../aws.ts';
import type { Clock } from '../clock.ts';
import { clientTokenIn, parseShadowUpdate } from '../iot/shadow-document.ts';
import type { ShadowName, Shadows } from '../iot/shadows.ts';
import type { Broker } from './broker.ts';
import type { TopicService } from './intake.ts';
import { type ShadowMethod, shadowRequest, shadowTopic } from './reserved-topics.ts';

/** A message that a shadow publishes. */
interface ShadowMessage {
  /** What comes after the shadow's prefix. */
  readonly subject: string;
  readonly document: object;
}

interface ShadowServiceOptions {
  readonly shadows: Shadows;
  readonly clock: Clock;
  readonly publish: Broker['publish'];
}

/** What is published once a shadow is updated, however that was asked for, and the answer. Throws `AwsError`. */
export function updateShadow(
  shadows: Shadows,
  name: ShadowName,
  payload: Buffer,
): { readonly accepted: object; readonly messages: readonly ShadowMessage[] } {
  const { accepted, delta, documents } = shadows.update(name, parseShadowUpdate(payload));
  return {
    accepted,
    messages: [
      { subject: 'update/accepted', document: accepted },
      ...(delta === undefined ? [] : [{ subject: 'update/delta', document: delta }]),
      { subject: 'update/documents', document: documents },
    ],
  };
}

/** Publishes what a shadow tells, in order. */
export async function sendShadowMessages(
  publish: Broker['publish'],
  name: ShadowName,
  messages: readonly ShadowMessage[],
): Promise<void> {
  for (const { subject, document } of messages) {
    await publish(shadowTopic(name, subject), Buffer.from(JSON.stringify(document)), 1);
  }
}

/**
 * Device shadows over MQTT. Source: https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-mqtt.html and
 * https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-error-messages.html
 */
export function createShadowService({ shadows, clock, publish }: ShadowServiceOptions): TopicService {
  const operations: Readonly<
    Record<ShadowMethod, (name: ShadowName, payload: Buffer) => readonly ShadowMessage[]>
  > = {
    get: (name, payload) => [
      { subject: 'get/accepted', document: { ...shadows.get(name), ...clientTokenIn(payload) } },
    ],
    update: (name, payload) => updateShadow(shadows, name, payload).messages,
    delete: (name, payload) => [
      { subject: 'delete/accepted', document: { ...shadows.delete(name), ...clientTokenIn(payload) } },
    ],
  };

  const rejected = (method: ShadowMethod, error: AwsError, payload: Buffer): ShadowMessage => ({
    subject: `${method}/rejected`,
    document: {
      code: error.status,
      message: error.message,
      timestamp: Math.floor(clock.now() / 1_000),
      ...clientTokenIn(payload),
    },
  });

  return ({ topic, payload }) => {
    const request = shadowRequest(topic);
    if (request === undefined) return undefined;
    const { name, method } = request;
    let messages: readonly ShadowMessage[];
    try {
      messages = operations[method](name, payload);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      messages = [rejected(method, error, payload)];
    }
    return () => sendShadowMessages(publish, name, messages);
  };
}
