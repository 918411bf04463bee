import { createTool } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { confirm } from '../src/confirm.ts';

const few = { what: 'Decommission dev-1', count: 1 };
const many = { what: 'Decommission 1,000 devices', count: 1_000 };

describe('whether a command is meant', () => {
  it('is asked, and answered by yes or no', async () => {
    const [sure, unsure] = [createTool({ answers: true }), createTool({ answers: false })];
    expect(await confirm(sure.context(), few, {})).toBe(true);
    expect(await confirm(unsure.context(), few, {})).toBe(false);
    expect(sure.said.asked).toEqual(['Decommission dev-1?']);
  });

  it.each([
    ['1000', true],
    ['1,000', true],
    ['yes', false],
    ['100', false],
    [undefined, false],
  ])('of many devices, is answered by their number: %s', async (types, expected) => {
    const tool = createTool({ answers: true, ...(types !== undefined && { types }) });
    expect(await confirm(tool.context(), many, {})).toBe(expected);
    expect(tool.said.asked).toEqual(['Decommission 1,000 devices? Type the number of devices to go on:']);
    expect(tool.said.error).toEqual(expected || types === undefined ? [] : ['That is not 1000.']);
  });

  it('is many above a number that can be set', async () => {
    const tool = createTool({ answers: true });
    await confirm(tool.context({ 'confirm-above': '1000' }), many, {});
    await confirm(tool.context(), many, { DEVICECTL_CONFIRM_ABOVE: '1000' });
    expect(tool.said.asked).toEqual(['Decommission 1,000 devices?', 'Decommission 1,000 devices?']);
    await expect(confirm(tool.context(), many, { DEVICECTL_CONFIRM_ABOVE: 'few' })).rejects.toThrow(
      'DEVICECTL_CONFIRM_ABOVE is "few"',
    );
  });

  it('is not asked with --yes, and is a wrong command line where nobody can be asked', async () => {
    const tool = createTool();
    expect(await confirm(tool.context({ yes: true }), many, {})).toBe(true);
    await expect(confirm(tool.context(), few, {})).rejects.toMatchObject({ exitCode: 2 });
    expect(tool.said.asked).toEqual([]);
  });
});
