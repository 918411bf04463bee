import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { openEntry } from '../support/undocumented.ts';
import { casts } from './cast.ts';
import { functions } from './functions/functions.ts';
import { operations } from './operators.ts';
import { statementForms } from './statement-forms.ts';
import { undocumented } from './undocumented.ts';

const GUIDE = 'https://docs.aws.amazon.com/iot/latest/developerguide';

const operatorNames = [...Object.keys(operations), 'NOT'];
const chaptersOfTheirOwn = ['iot-sql-operators', 'iot-sql-functions', 'iot-sql-data-types'];

function openEntries(page: string): readonly SupportEntry[] {
  return undocumented.filter((open) => open.page === page).map(openEntry);
}

/** What is open about something stands with what is known of it. */
function entriesOf(page: string, known: readonly SupportEntry[]): readonly SupportEntry[] {
  const limits = new Map(known.map(({ name, note }) => [name, note]));
  const open = openEntries(page).map((entry) => {
    const note = limits.get(entry.name);
    return note === undefined ? entry : { ...entry, note: `${note} ${entry.note}` };
  });
  const openNames = new Set(open.map(({ name }) => name));
  return [...known.filter(({ name }) => !openNames.has(name)), ...open];
}

function functionEntries(): readonly SupportEntry[] {
  return [...functions].map(([name, definition]) => {
    if ('refused' in definition) return { name, status: 'refused', note: `${capital(definition.refused)}.` };
    return definition.limits === undefined
      ? { name, status: 'runs' }
      : { name, status: 'partly', note: `${capital(definition.limits)}.` };
  });
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The SQL of AWS IoT rules. */
export const ruleSqlSupport: readonly SupportChapter[] = [
  {
    title: 'SQL of AWS IoT rules: statements',
    source: `${GUIDE}/iot-sql-reference.html`,
    entries: [
      ...statementForms.map(({ name, status, note }) => ({
        name,
        status,
        ...(note === undefined ? {} : { note }),
      })),
      {
        name: 'SQL version beta',
        status: 'refused',
        note: 'AWS may change it at any time.',
      },
      ...undocumented.filter(({ page }) => !chaptersOfTheirOwn.includes(page)).map(openEntry),
    ],
  },
  {
    title: 'SQL of AWS IoT rules: types',
    source: `${GUIDE}/iot-sql-data-types.html`,
    entries: entriesOf('iot-sql-data-types', [
      { name: 'Int, Decimal: 34 digits', status: 'runs' },
      { name: 'Boolean, String, Array, Object, Null, Undefined', status: 'runs' },
      { name: `cast to ${Object.keys(casts).join(', ')}`, status: 'runs' },
    ]),
  },
  {
    title: 'SQL of AWS IoT rules: operators',
    source: `${GUIDE}/iot-sql-operators.html`,
    entries: entriesOf(
      'iot-sql-operators',
      operatorNames
        .filter((name) => name !== 'AND' && name !== 'OR')
        .map((name) => ({ name, status: 'runs' })),
    ),
  },
  {
    title: 'SQL of AWS IoT rules: functions',
    source: `${GUIDE}/iot-sql-functions.html`,
    entries: entriesOf('iot-sql-functions', [...functionEntries(), { name: 'cast', status: 'runs' }]),
  },
];
