import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultProvider } from '../../../layer/environment-credentials.ts';

const OWN = { ...process.env };

describe('credentials of the environment', () => {
  beforeEach(() => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIAFIRST';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
    process.env['AWS_SESSION_TOKEN'] = 'session';
  });

  afterEach(() => {
    process.env = { ...OWN };
  });

  it('are those that Lambda puts there', async () => {
    expect(await defaultProvider()()).toMatchObject({
      accessKeyId: 'AKIAFIRST',
      secretAccessKey: 'secret',
      sessionToken: 'session',
    });
  });

  it('are read once, and not with each call', async () => {
    const provide = defaultProvider();
    const first = await provide();
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIASECOND';
    expect(await provide()).toBe(first);
  });
});
