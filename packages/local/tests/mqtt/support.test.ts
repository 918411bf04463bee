import * as dataPlane from '@aws-sdk/client-iot-data-plane';
import { describe, expect, it } from '@jest/globals';
import { mqttSupport } from '../../src/mqtt/support.ts';

describe('the checklist of the message broker', () => {
  it('has every operation of the data plane', () => {
    const operations = Object.keys(dataPlane)
      .filter((name) => name.endsWith('Command') && !name.startsWith('$'))
      .map((name) => name.slice(0, -'Command'.length));
    const listed = mqttSupport.at(-1)?.entries.map(({ name }) => name) ?? [];

    expect([...listed].sort()).toEqual(operations.sort());
  });

  it('says of everything but what runs what is different', () => {
    const entries = mqttSupport.flatMap((chapter) => chapter.entries);
    expect(entries.filter(({ status, note }) => (status !== 'runs') !== (note !== undefined))).toEqual([]);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  });
});
