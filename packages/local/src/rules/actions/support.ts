import type { SupportChapter, SupportEntry } from '../../support/support.ts';
import { openEntry } from '../../support/undocumented.ts';
import type { ActionDefinition, ActionParameter } from './action.ts';
import { ACTIONS, REFUSED_ACTIONS } from './actions.ts';
import { undocumentedOfRules } from './undocumented.ts';

const DOCUMENTATION = 'https://docs.aws.amazon.com/iot/latest';

/** The rule actions, and of each that runs its parameters; what is open about rules and their actions. */
export const ruleActionsSupport: readonly SupportChapter[] = [
  {
    title: 'Actions of AWS IoT rules',
    source: `${DOCUMENTATION}/developerguide/iot-rule-actions.html`,
    entries: [
      ...Object.entries(ACTIONS).flatMap(([name, action]) => entriesOf(name, action)),
      ...Object.entries(REFUSED_ACTIONS).map(
        ([name, service]): SupportEntry => ({ name, status: 'refused', note: `It would need ${service}.` }),
      ),
    ],
  },
  {
    title: 'Topic rules and their errors',
    source: `${DOCUMENTATION}/developerguide/iot-rules.html`,
    entries: [
      { name: 'CreateTopicRule and its neighbours', status: 'runs' },
      { name: 'errorAction', status: 'runs' },
      { name: 'Basic Ingest', status: 'runs' },
      ...undocumentedOfRules.map(openEntry),
    ],
  },
];

function entriesOf(name: string, { note, parameters }: ActionDefinition): readonly SupportEntry[] {
  const action: SupportEntry =
    note === undefined ? { name, status: 'runs' } : { name, status: 'unconfirmed', note: sentence(note) };
  return [
    action,
    ...Object.entries(parameters).map(([parameter, about]) => parameterEntry(`${name}: ${parameter}`, about)),
  ];
}

function parameterEntry(name: string, { status = 'runs', note }: ActionParameter): SupportEntry {
  return { name, status, ...(note === undefined ? {} : { note: sentence(note) }) };
}

function sentence(note: string): string {
  return `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
}
