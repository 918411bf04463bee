import { type IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { Notices } from '../ports.ts';

/** Publishes through the AWS IoT data plane. */
export const createNotices = (client: IoTDataPlaneClient): Notices => ({
  async publish(topic, document) {
    await client.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(JSON.stringify(document)) }));
  },
});
