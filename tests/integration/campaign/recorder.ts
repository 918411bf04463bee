import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import { connectCareless } from '@device-lifecycle/test-kit/new-device.ts';
import type { World } from './world.ts';

/** Hears every answer that any device is given, as `deviceId requestId`, while it is connected. */
export class Recorder {
  readonly answers = new Set<string>();
  #connection: Device | undefined;

  async connect(world: World): Promise<void> {
    const connection = await world.persist(() => connectCareless(world.stack, 'recorder'));
    this.#connection = connection;
    connection?.mqtt.on('message', (topic, text) => {
      const { requestId } = JSON.parse(text.toString()) as { requestId?: string };
      this.answers.add(`${topic.split('/')[1]} ${requestId}`);
    });
    await connection?.mqtt.subscribeAsync(['devices/+/+/accepted', 'devices/+/+/rejected'], { qos: 1 });
  }

  disconnect(): void {
    this.#connection?.mqtt.end(true);
  }
}
