import { hasTool } from '@device-lifecycle/test-kit/tools.ts';
import { describe, expect, it } from '@jest/globals';
import { completeAll, problemOf } from '../support/complete.ts';

const isInstalled = hasTool('zsh', problemOf('zsh'));

describe('completion for zsh', () => {
  (isInstalled ? it : it.skip)('offers commands, options, their values, and files', async () => {
    const { offered, expected } = await completeAll('zsh');
    expect(offered).toEqual(expected);
  });
});
