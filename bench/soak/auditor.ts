import { AttachPolicyCommand, CreatePolicyCommand, IoTClient } from '@aws-sdk/client-iot';
import { tlsOptions } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Ledger } from './ledger.ts';

export const AUDITOR = 'auditor';
const EVERYTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'iot:*', Resource: '*' }],
});
const RECONNECT_MS = 200;

/**
 * Connects a client that hears every answer, also of devices whose connection has ended meanwhile, and writes them into
 * the ledger. It has a session, so that it hears what is said while it is not connected.
 */
export async function connectAuditor(
  stack: RunningStack,
  identity: Identity,
  ledger: Ledger,
): Promise<MqttClient> {
  const iot = new IoTClient(stack.clientConfig);
  try {
    await iot.send(new CreatePolicyCommand({ policyName: AUDITOR, policyDocument: EVERYTHING }));
    await iot.send(new AttachPolicyCommand({ policyName: AUDITOR, target: identity.certificateArn }));
  } finally {
    iot.destroy();
  }
  const mqtt = await connectAsync({
    ...(await tlsOptions(stack, identity)),
    clientId: identity.thingName,
    clean: false,
    reconnectPeriod: RECONNECT_MS,
  });
  mqtt.on('message', (topic, message) => {
    const body = JSON.parse(message.toString()) as Readonly<Record<string, unknown>>;
    const requestId = String(body['requestId']);
    if (topic.endsWith('/accepted')) ledger.accepted(requestId, body);
    else ledger.rejected(requestId, String(body['code']));
  });
  // It connects again by itself.
  mqtt.on('error', () => undefined);
  await mqtt.subscribeAsync(['devices/+/+/accepted', 'devices/+/+/rejected'], { qos: 1 });
  return mqtt;
}
