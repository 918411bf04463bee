import type { SupportEntry } from './support.ts';

/** The entry for all that do not run. */
export const OTHER_OPERATIONS = 'Other operations';

/**
 * The entries of operations that run, and one for all others, which `refusal` says of. Those that `notes` says
 * something of do what AWS's do but for that. Throws for a note on an operation that does not run.
 */
export function operationEntries(
  names: readonly string[],
  notes: Readonly<Record<string, string>>,
  refusal: string,
): readonly SupportEntry[] {
  const stray = Object.keys(notes).find((name) => !names.includes(name));
  if (stray !== undefined) throw new TypeError(`There is a note on ${stray}, which does not run.`);
  const entries = names.map((name): SupportEntry => {
    const note = notes[name];
    return note === undefined ? { name, status: 'runs' } : { name, status: 'partly', note };
  });
  return [...entries, { name: OTHER_OPERATIONS, status: 'refused', note: refusal }];
}
