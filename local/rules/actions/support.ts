import type { SupportChapter, SupportEntry } from '../../support/support.ts';
import type { ActionDefinition, ActionParameter } from './action.ts';
import { ACTIONS, REFUSED_ACTIONS } from './actions.ts';

/** The rule actions, and of each that runs its parameters. */
export const ruleActionsSupport: readonly SupportChapter[] = [
  {
    title: 'Actions of AWS IoT rules',
    source: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html',
    entries: [
      ...Object.entries(ACTIONS).flatMap(([name, action]) => entriesOf(name, action)),
      ...Object.entries(REFUSED_ACTIONS).map(
        ([name, service]): SupportEntry => ({ name, status: 'refused', note: `It would need ${service}.` }),
      ),
    ],
  },
];

function entriesOf(name: string, { note, parameters }: ActionDefinition): readonly SupportEntry[] {
  const action: SupportEntry =
    note === undefined ? { name, status: 'runs' } : { name, status: 'unconfirmed', note: sentence(note) };
  return [
    action,
    ...Object.entries(parameters).map(([parameter, about]) => parameterEntry(`${name}.${parameter}`, about)),
  ];
}

function parameterEntry(name: string, { status = 'runs', note }: ActionParameter): SupportEntry {
  return { name, status, ...(note === undefined ? {} : { note: sentence(note) }) };
}

function sentence(note: string): string {
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}
