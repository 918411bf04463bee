import { describe, expect, it } from '@jest/globals';
import { completeAll, problemOf, scriptFor } from '../support/complete.ts';

const problem = problemOf('bash');

describe('completion for bash', () => {
  const reason = problem === undefined ? '' : ' (skipped: bash is not installed)';

  (problem === undefined ? it : it.skip)(
    `offers commands, options, their values, and files${reason}`,
    async () => {
      const { offered, expected } = await completeAll('bash');
      expect(offered).toEqual(expected);
    },
  );
});

it('is made for the shells that are known alone', async () => {
  await expect(scriptFor('fish')).rejects.toMatchObject({ exitCode: 2 });
});
