import { EXECUTIONS, exampleOf } from '@device-lifecycle/test-kit/executions-schema.ts';
import { describe, expect, it } from '@jest/globals';
import { draftOf, inputOf } from '../../../src/page/components/json-form-draft.ts';
import { problemsOf } from '../../../src/schema/check-schema.ts';
import type { ObjectSchema } from '../../../src/schema/schema.ts';

const SCHEMAS = Object.entries(EXECUTIONS.$defs) as unknown as readonly (readonly [string, ObjectSchema])[];

describe('the draft of a form', () => {
  it.each(SCHEMAS)('stands for the input that it was made of, of %s', (_, schema) => {
    for (const input of [exampleOf(schema), exampleOf(schema, 'required')]) {
      expect(inputOf(schema, draftOf(schema, input))).toEqual(input);
    }
  });

  it.each(SCHEMAS)('leaves out what is empty, so that only what is needed is missing of %s', (_, schema) => {
    const problems = problemsOf(schema, inputOf(schema, draftOf(schema, {})));
    expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set(['required']));
  });

  const schema: ObjectSchema = {
    type: 'object',
    properties: {
      count: { type: 'integer', default: 3 },
      bucket: { type: 'string', default: 'fleet' },
      at: { type: 'integer', 'x-unit': 'epochSeconds' },
      dryRun: { type: 'boolean', default: false },
    },
    required: ['bucket', 'count'],
  };

  it('begins with the defaults of what is needed', () => {
    expect(draftOf(schema, {})).toEqual({ count: '3', bucket: 'fleet', at: '', dryRun: false });
  });

  it('keeps what is no number, to be refused', () => {
    const input = inputOf(schema, { count: '1,5', bucket: ' ', at: 'soon', dryRun: true });
    expect(input).toEqual({ count: '1,5', at: 'soon', dryRun: true });
    expect(problemsOf(schema, input).map(({ path, rule }) => [path[0], rule])).toEqual([
      ['bucket', 'required'],
      ['count', 'type'],
      ['at', 'type'],
    ]);
  });
});
