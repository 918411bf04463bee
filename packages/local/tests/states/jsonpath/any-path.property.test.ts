import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyPath, missReason } from '../../../src/states/jsonpath/apply-path.ts';
import { parsePath } from '../../../src/states/jsonpath/paths.ts';
import { putAt, referencePathProblem } from '../../../src/states/jsonpath/references.ts';
import { compileExpression } from '../../../src/states/jsonpath/templates.ts';
import { type Json, StatesError } from '../../../src/states/values.ts';

const PARTS = [
  '$',
  '$$',
  '$x',
  '.',
  '..',
  'a',
  'b',
  '[',
  ']',
  '*',
  '?',
  '(',
  ')',
  '@',
  '0',
  '-1',
  ':',
  ',',
  "'",
  '"',
];
const MORE = [
  ' ',
  '\\',
  '==',
  '&&',
  '!',
  'States.Array',
  'States.Format',
  'States.MathAdd',
  '{}',
  '1.5',
  'null',
  'é',
];

const text = fc.array(fc.constantFrom(...PARTS, ...MORE), { maxLength: 14 }).map((parts) => parts.join(''));
const name = fc.constantFrom('a', 'b', '__proto__', 'a b');
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(null, 0, 'a', true),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 3 }).map((members) => Object.fromEntries(members)),
  ),
})).value;

it('any text is an expression, or is refused with a reason', () => {
  fc.assert(
    fc.property(text, json, (expression, data) => {
      const query = { states: { input: data, context: data }, variables: { x: data }, nowMs: 0 };
      try {
        expect(compileExpression(expression, 'f')({ data, query })).toBeDefined();
      } catch (error) {
        if (!(error instanceof SyntaxError) && !(error instanceof StatesError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});

const path = fc
  .array(
    fc.oneof(
      name.map((each) => `['${each}']`),
      fc.constantFrom('[0]', '[-1]', '.a', '[1]'),
    ),
    { maxLength: 4 },
  )
  .map((segments) => parsePath(`$${segments.join('')}`));

it('what is put at a reference path is found there, and nothing else is touched', () => {
  fc.assert(
    fc.property(path, json, json, (reference, data, value) => {
      expect(referencePathProblem(reference)).toBeUndefined();
      const before = JSON.stringify(data);
      try {
        expect(applyPath(reference, putAt(reference, data, value))).toEqual(value);
      } catch (error) {
        if (!(error instanceof StatesError)) throw error;
        expect(error.error).toBe('States.ResultPathMatchFailure');
      }
      expect(JSON.stringify(data)).toBe(before);
      if (applyPath(reference, data) === undefined)
        expect(missReason(reference, data)).toMatch(/ path:? \$\[/);
    }),
  );
});
