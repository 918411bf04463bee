import { EXECUTIONS, exampleOf, variationsOf } from '@device-lifecycle/test-kit/executions-schema.ts';
import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv/dist/2020.js';
import { problemsOf } from '../../src/schema/check-schema.ts';

const ajv = new Ajv.default({ strict: false });

describe('problemsOf', () => {
  it.each(Object.entries(EXECUTIONS.$defs))(
    'refuses what a validator of JSON Schema does, of %s',
    (_, schema) => {
      const isValid = ajv.compile(schema);
      const inputs = [exampleOf(schema), exampleOf(schema, 'required')].flatMap((input) =>
        variationsOf(schema, input),
      );
      const differences = inputs.filter(
        (input) => isValid(input) !== (problemsOf(schema, input).length === 0),
      );
      expect(differences).toEqual([]);
      expect(new Set(inputs.map((input) => isValid(input)))).toEqual(new Set([true, false]));
    },
  );

  it('says which field breaks which rule', () => {
    const schema = {
      type: 'object',
      properties: { source: { type: 'object', properties: { key: { type: 'string', maxLength: 2 } } } },
      required: ['reason'],
      additionalProperties: false,
    };
    expect(problemsOf(schema, { source: { key: 'abc' }, other: 1 })).toEqual([
      { path: ['reason'], rule: 'required', limit: ['reason'] },
      { path: ['other'], rule: 'additionalProperties', limit: false },
      { path: ['source', 'key'], rule: 'maxLength', limit: 2 },
    ]);
  });

  it('does not pass over a type that it does not know', () => {
    expect(() => problemsOf({ type: 'array' }, [])).toThrow('A schema has the type array');
  });
});
