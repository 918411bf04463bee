import { describe, expect, it } from '@jest/globals';
import { lambdaOperations } from '../../src/lambda/api/lambda-api.ts';
import { notRun } from '../../src/lambda/api/not-run.ts';
import { lambdaSupport } from '../../src/lambda/support.ts';
import { mappingOperations } from '../../src/streams/api.ts';
import { mappingSupport } from '../../src/streams/support.ts';

/** As the SDK sends it. */
const commandsOf = async () =>
  Object.keys(await import('@aws-sdk/client-lambda')).flatMap(
    (name) => /^(\w+)Command$/.exec(name)?.[1] ?? [],
  );

describe('the support of Lambda', () => {
  it('tells of every operation that the SDK has', async () => {
    const known = [...Object.keys(lambdaOperations), ...Object.keys(mappingOperations)];
    const all = [...known, ...notRun.map(({ name }) => name)];
    // These are other forms of ListLayers and ListProvisionedConcurrencyConfigs: by their query alone.
    const byQuery = ['GetLayerVersionByArn', 'ListProvisionedConcurrencyConfigs'];
    expect([...all, ...byQuery].sort()).toEqual((await commandsOf()).sort());
  });

  it('says what is limited, refused or open, and why', () => {
    for (const { entries } of [...lambdaSupport, ...mappingSupport]) {
      for (const { status, note } of entries) {
        if (status !== 'runs') expect(note).toMatch(/\.$/);
      }
      const names = entries.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});
