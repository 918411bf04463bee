import * as sfn from '@aws-sdk/client-sfn';
import { expect, it } from '@jest/globals';
import { statesSupport } from '../../src/states/support.ts';

it('tells of every operation that the client of AWS has', () => {
  const commands = Object.keys(sfn).filter((name) => name.endsWith('Command') && !name.startsWith('$'));
  const [operations] = statesSupport;
  expect(operations?.entries.map(({ name }) => name).sort()).toEqual(
    commands.map((name) => name.slice(0, -'Command'.length)).sort(),
  );
});

it('has a note for everything but what runs, and says nothing twice', () => {
  for (const { title, entries } of statesSupport) {
    const withoutNote = entries.filter(({ status, note }) => status !== 'runs' && note === undefined);
    const names = entries.map(({ name }) => name);
    expect({ title, withoutNote, names: names.length }).toEqual({
      title,
      withoutNote: [],
      names: new Set(names).size,
    });
  }
});
