import type { ApiChapter } from './chapters.ts';
import { table, text } from './markdown.ts';
import type { SupportChapter, SupportEntry } from './support.ts';

const START = '<!-- checklist: made by `npm run support` out of the code -->';
const END = '<!-- end of the checklist -->';

const isRefused = ({ status }: SupportEntry): boolean => status === 'refused';
const isUnconfirmed = ({ status }: SupportEntry): boolean => status === 'unconfirmed';

/** Names may have commas of their own. */
const listOf = (names: readonly string[]): string => names.map(text).join(' · ');
const namesOf = (entries: readonly SupportEntry[]): string => listOf(entries.map(({ name }) => name));

const byNote = (entries: readonly SupportEntry[]): readonly (readonly SupportEntry[])[] => [
  ...Map.groupBy(entries, ({ status, note = '' }) => `${status} ${note}`).values(),
];

/** Those of which the same is to be said stand in one row. */
function noteTable(entries: readonly SupportEntry[]): string {
  const rows = byNote(entries).map((alike) => [
    namesOf(alike),
    alike[0]?.status ?? '',
    text(alike[0]?.note ?? ''),
  ]);
  return table(['', '', ''], rows);
}

/** Several names of the form `Task: Resource` stand together, by what is before the colon. */
function runningList(entries: readonly SupportEntry[]): readonly string[] {
  const groupOf = (name: string): string => /^(\w+): /.exec(name)?.[1] ?? '';
  const groups = Map.groupBy(entries, ({ name }) => groupOf(name));
  const isGrouped = (name: string) => groupOf(name) !== '' && (groups.get(groupOf(name))?.length ?? 0) > 1;
  const alone = entries.filter(({ name }) => !isGrouped(name));
  const rows = [...groups]
    .filter(([, [first]]) => isGrouped(first?.name ?? ''))
    .map(([group, members]) => [
      `**${text(group)}**`,
      listOf(members.map(({ name }) => name.slice(group.length + 2))),
    ]);
  return [
    ...(alone.length === 0 ? [] : [`Runs: ${namesOf(alone)}`]),
    ...(rows.length === 0 ? [] : [table(['runs', ''], rows)]),
  ];
}

/** Folded: with why, where there is a reason for some of them. */
function refusedDetails(refused: readonly SupportEntry[], refusal: string): readonly string[] {
  if (refused.length === 0) return [];
  const groups = byNote(refused).map((alike) => {
    const { note = '' } = alike[0] ?? {};
    return note === '' ? namesOf(alike) : `${text(note)} ${namesOf(alike)}`;
  });
  return [
    `<details><summary>${refused.length} are refused</summary>`,
    ...(refusal === '' ? [] : [text(refusal)]),
    ...groups,
    '</details>',
  ];
}

function renderApi({ title, source, entries, refusal, others }: ApiChapter): string {
  const refused = entries.filter(isRefused);
  const running = entries.filter((entry) => !isRefused(entry));
  const isNoted = (entry: SupportEntry) => entry.note !== undefined && !isUnconfirmed(entry);
  const noted = [...running.filter(isNoted), ...others.filter((entry) => !isUnconfirmed(entry))];
  return [
    `### ${title}`,
    `${running.length} of [${entries.length}](${source}) run: ${namesOf(running)}`,
    ...(noted.length === 0 ? [] : [noteTable(noted)]),
    ...refusedDetails(refused, refusal),
  ].join('\n\n');
}

function renderChapter({ title, source, entries }: SupportChapter): string {
  const known = entries.filter((entry) => !isUnconfirmed(entry));
  const noted = known.filter(({ note }) => note !== undefined);
  const open = entries.length - known.length;
  return [
    `### ${title}`,
    `${open === 0 ? '' : `${open} more [unconfirmed](#unconfirmed). `}[As AWS has it](${source}).`,
    ...runningList(known.filter(({ note }) => note === undefined)),
    ...(noted.length === 0 ? [] : [noteTable(noted)]),
  ].join('\n\n');
}

/** What AWS's documentation leaves open, of all chapters. */
function renderUnconfirmed(chapters: readonly SupportChapter[]): string {
  const rows = chapters.flatMap(({ title, source, entries }) =>
    entries
      .filter(isUnconfirmed)
      .map(({ name, note = '' }) => [`[${text(title)}](${source})`, text(name), text(note)]),
  );
  return [
    '## Unconfirmed',
    `What AWS's documentation leaves open, or contradicts itself about: decided once, and run so. ${rows.length} decisions, with their reasons where there was a choice; an answer of AWS's own to any of them settles it.`,
    table(['of', 'what', 'here'], rows),
  ].join('\n\n');
}

function renderSummary(apis: readonly ApiChapter[]): string {
  const rows = apis.map(({ title, entries }) => [
    title.replace(': operations', ''),
    String(entries.filter((entry) => !isRefused(entry)).length),
    String(entries.length),
  ]);
  return table(['operations of', 'run', 'of'], rows);
}

/** The checklist, with its markers: Markdown. */
export function renderChecklist(apis: readonly ApiChapter[], others: readonly SupportChapter[]): string {
  const isMoreThanOpen = ({ entries }: SupportChapter) => !entries.every(isUnconfirmed);
  return [
    START,
    renderSummary(apis),
    ...apis.map(renderApi),
    ...others.filter(isMoreThanOpen).map(renderChapter),
    renderUnconfirmed([
      ...apis.map((api) => ({ ...api, entries: [...api.entries, ...api.others] })),
      ...others,
    ]),
    END,
  ].join('\n\n');
}

/** The page with this checklist in the place of the one that it has. Throws when it has no place for one. */
export function replaceChecklist(page: string, checklist: string): string {
  const [before, rest = ''] = page.split(START);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error(`The page has no "${START}" with its end.`);
  return `${before}${checklist}${after}`;
}
