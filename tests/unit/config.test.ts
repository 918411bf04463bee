import { afterEach, describe, expect, it } from '@jest/globals';
import { readRetentionPolicy, readTables, requireSetting } from '../../shared/config.ts';

describe('the settings of the deployment', () => {
  afterEach(() => {
    for (const key of ['SETTING', 'RETENTION_POLICY', 'DEVICES_TABLE']) delete process.env[key];
  });

  it.each([undefined, ''])('are missed by name when one is %p', (value) => {
    if (value !== undefined) process.env['SETTING'] = value;
    expect(() => requireSetting('SETTING')).toThrow('SETTING is missing');
    expect(() => readTables()).toThrow('DEVICES_TABLE is missing');
  });

  it('hold the retention policy', () => {
    process.env['RETENTION_POLICY'] = '{"defaultDays": 30, "byType": {"camera": 0.5}}';
    expect(readRetentionPolicy()).toEqual({ defaultDays: 30, byType: { camera: 0.5 } });
  });

  it.each([
    'thirty',
    '{}',
    '{"defaultDays": 0, "byType": {}}',
    '{"defaultDays": 30, "byType": {"camera": -1}}',
    '{"defaultDays": 30, "byType": {}, "byTpye": {}}',
    '{"defaultDays": 36501, "byType": {}}',
  ])('refuse the retention policy %s', (policy) => {
    process.env['RETENTION_POLICY'] = policy;
    expect(() => readRetentionPolicy()).toThrow(
      expect.objectContaining({
        name: 'ConfigurationError',
        message: expect.stringContaining('RETENTION_POLICY'),
      }),
    );
  });
});
