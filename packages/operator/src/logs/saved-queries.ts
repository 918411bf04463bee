import { CliError, EXIT } from '../errors.ts';
import { DESCRIPTIONS, slugOf } from './descriptions.ts';
import { parametersOf, type QueryParameter } from './parameters.ts';
import type { SavedQuery } from './ports.ts';

/** What `logs --json` lists. A contract: see docs/operations.md. */
interface QueryDescription {
  /** As it can be typed without quotes. */
  readonly name: string;
  /** What it answers; empty for one that is not of the service. */
  readonly description: string;
  /** What it needs to be run. */
  readonly parameters: readonly QueryParameter[];
}

export const describeSaved = (query: SavedQuery): QueryDescription => ({
  name: slugOf(query.name),
  description: DESCRIPTIONS[query.name] ?? '',
  parameters: parametersOf(query),
});

/** The one of a name, in either form. @throws CliError when there is none */
export function findSaved(saved: readonly SavedQuery[], typed: string): SavedQuery {
  const found = saved.find(({ name }) => slugOf(name) === slugOf(typed));
  if (found !== undefined) return found;
  const names = saved.map(({ name }) => slugOf(name)).join(', ');
  throw new CliError(`There is no saved query "${typed}": there are ${names}.`, { exitCode: EXIT.notFound });
}
