import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/states/values.ts';

/** How deep a Parallel or a Map is in others at most. */
const MAX_DEPTH = 2;
const CATCH_ALL = [{ ErrorEquals: ['States.ALL'], Next: 'caught' }];

const value: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  '{% $states.input %}',
  '{% $states.context.State.Name %}',
  '{% [1..3] %}',
  '{% $states.input.absent %}',
  { a: '{% $states.input %}' },
  1,
);

/** What `Parameters`, `ResultSelector` and the like make, in JSONPath. */
const template = fc.constantFrom<Json>(
  {},
  { 'a.$': '$' },
  { a: [{ 'b.$': '$$.State.Name' }], 'c.$': "States.Format('{}', 1)" },
  { 'a.$': '$.absent' },
  { 'a.$': 'States.ArrayLength($)' },
);
const path = fc.constantFrom('$', '$.a', '$$.Execution.Id', '$..*', null);
const resultPath = fc.constantFrom('$', '$.a', '$.a.b', '$.a[0]', null);

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const recovery = {
  Retry: maybe(fc.constant([{ ErrorEquals: ['Again'], MaxAttempts: 1 }])),
  Catch: maybe(fc.constant(CATCH_ALL)),
};

function anyState(depth: number): fc.Arbitrary<JsonObject> {
  const states = fc.oneof(jsonataState(depth), jsonPathState(depth));
  return states as fc.Arbitrary<JsonObject>;
}

function jsonPathState(depth: number): fc.Arbitrary<object> {
  const data = { InputPath: maybe(path), OutputPath: maybe(path) };
  const result = { ...data, Parameters: maybe(template), ResultPath: maybe(resultPath) };
  const Assign = maybe(fc.constant({ [`of${depth}.$`]: '$' }));
  const flat: fc.Arbitrary<object>[] = [
    fc.record({ Type: fc.constant('Pass'), Result: maybe(fc.constant({ a: [1] })), Assign, ...result }),
    fc.record({
      Type: fc.constant('Wait'),
      Seconds: fc.constantFrom(0, 1),
      OutputPath: fc.constantFrom('$', '$$.State.Name', null),
      Assign,
    }),
  ];
  const work = { ...result, ResultSelector: maybe(template), ...recovery };
  const deep: fc.Arbitrary<object>[] = [
    fc.record({
      Type: fc.constant('Parallel'),
      Branches: fc.array(anyStates(depth + 1), { minLength: 1, maxLength: 2 }),
      ...work,
    }),
    fc.record({
      ...work,
      Type: fc.constant('Map'),
      ItemsPath: fc.constantFrom('$', '$.a', '$$.Execution.Input'),
      MaxConcurrencyPath: maybe(fc.constant('$.a')),
      ItemProcessor: anyStates(depth + 1),
    }),
  ];
  return fc.oneof(...flat, ...(depth < MAX_DEPTH ? deep : []));
}

function jsonataState(depth: number): fc.Arbitrary<object> {
  const QueryLanguage = fc.constant('JSONata');
  const Assign = maybe(fc.constant({ [`of${depth}`]: '{% $states.input %}' }));
  const flat: fc.Arbitrary<object>[] = [
    fc.record({ QueryLanguage, Type: fc.constant('Pass'), Output: value, Assign }),
    fc.record({ QueryLanguage, Type: fc.constant('Fail'), Error: fc.constantFrom('Again', 'Never') }),
    fc.record({ QueryLanguage, Type: fc.constant('Wait'), Seconds: fc.constantFrom(0, 1, 2), Assign }),
  ];
  const deep: fc.Arbitrary<object>[] = [
    fc.record({
      QueryLanguage,
      Type: fc.constant('Parallel'),
      Branches: fc.array(anyStates(depth + 1), { minLength: 1, maxLength: 3 }),
      ...recovery,
    }),
    fc.record({
      QueryLanguage,
      Type: fc.constant('Map'),
      Items: fc.constantFrom<Json>([1, 2, 3], [], '{% $states.input %}'),
      MaxConcurrency: fc.constantFrom(0, 1, 2),
      ItemProcessor: anyStates(depth + 1),
      ...recovery,
    }),
  ];
  return fc.oneof(...flat, ...(depth < MAX_DEPTH ? deep : []));
}

/** States that follow one another, without names. */
function anyStates(depth: number): fc.Arbitrary<Json> {
  return fc.array(fc.constant(depth).chain(anyState), { minLength: 1, maxLength: 3 });
}

/** Names the states of a container, one after the other; what follows a Fail is left out. */
function named(states: readonly JsonObject[], next: () => string): JsonObject {
  const failsAt = states.findIndex(({ Type }) => Type === 'Fail');
  const reached = failsAt === -1 ? states : states.slice(0, failsAt + 1);
  const names = reached.map(next);
  const end = next();
  const isEndReached = failsAt === -1 || reached.some(({ Catch }) => Catch !== undefined);
  const entries = reached.map((state, index): [string, JsonObject] => [
    names[index] ?? end,
    completed(state, state['Type'] === 'Fail' ? {} : { Next: names[index + 1] ?? end }, end, next),
  ]);
  if (isEndReached) entries.push([end, { Type: 'Succeed' }]);
  return { StartAt: names[0] ?? end, States: Object.fromEntries(entries) };
}

function completed(state: JsonObject, flow: JsonObject, end: string, next: () => string): JsonObject {
  const { Branches, ItemProcessor, Catch } = state;
  return {
    ...state,
    ...flow,
    ...(Catch === undefined ? {} : { Catch: CATCH_ALL.map((catcher) => ({ ...catcher, Next: end })) }),
    ...(Array.isArray(Branches) ? { Branches: Branches.map((branch) => named(branch, next)) } : {}),
    ...(Array.isArray(ItemProcessor) ? { ItemProcessor: named(ItemProcessor, next) } : {}),
  };
}

/** A machine of Pass, Wait, Fail, Parallel and Map states, in either language, which come to their end within some minutes. */
export const anyMachine: fc.Arbitrary<object> = anyStates(0).map((states) => {
  let count = 0;
  const next = () => {
    count += 1;
    return `state${count}`;
  };
  // Without what is undefined, as JSON has it.
  return JSON.parse(
    JSON.stringify({ QueryLanguage: 'JSONPath', ...named(states as readonly JsonObject[], next) }),
  );
});
