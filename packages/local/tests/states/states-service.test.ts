import { describe, expect, it } from '@jest/globals';
import { MACHINE_ARN, statesApi } from './states-api.ts';

const api = statesApi();

describe('close', () => {
  it('lets go of what runs and starts nothing more', async () => {
    await api.start('running', { seconds: 60 });
    await api.clock.advance(0);
    expect(api.clock.sleeping).toBe(1);
    await api.service.close();
    expect(api.clock.sleeping).toBe(0);
    expect(() => api.service.startExecution({ stateMachineArn: MACHINE_ARN })).toThrow(/shutting down/);
  });
});
