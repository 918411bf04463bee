import { describe, expect, it } from '@jest/globals';
import type { MqttMessage } from '../../src/contracts.ts';
import { withMessageFaults } from '../../src/faults/delivery-faults.ts';
import { planOf } from './plans.ts';

const message = (topic: string): MqttMessage => ({ topic, payload: Buffer.alloc(0), qos: 1 });

function start(...rules: readonly string[]) {
  const came: string[] = [];
  const { plan, told } = planOf(rules);
  const rulesEngine = withMessageFaults({ handle: async ({ topic }) => void came.push(topic) }, plan);
  return { came, told, handle: (topic: string) => rulesEngine.handle(message(topic)) };
}

describe('messages with faults on their way to the rules', () => {
  it('come twice', async () => {
    const { came, handle } = start('mqtt:a=duplicate');
    await handle('a');
    await handle('b');
    expect(came).toEqual(['a', 'a', 'b']);
  });

  it('come after the next one, and are done with only then', async () => {
    const { came, told, handle } = start('mqtt:a=reorder');
    const held = handle('a').then(() => came.push('done with a'));
    await handle('b');
    await held;
    expect(came).toEqual(['b', 'a', 'done with a']);
    expect(told).toHaveLength(1);
  });

  it('come by themselves when no other comes', async () => {
    const { came, handle } = start('mqtt:a=reorder', 'mqtt:a=duplicate');
    await handle('a');
    expect(came).toEqual(['a', 'a']);
  });
});
