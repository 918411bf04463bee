import type { Json } from '../json.ts';
import type { QueryScope } from '../template.ts';
import { applyPath } from './apply-path.ts';
import type { Path } from './path.ts';

/** What paths are applied to. */
export interface PathScope {
  /** `$`. */
  readonly data: Json;
  /** `$$` and variables. */
  readonly query: QueryScope;
}

/** What a path is applied to in a scope; undefined for a variable that there is not. */
export function rootIn({ root }: Path, { data, query }: PathScope): Json | undefined {
  switch (root.kind) {
    case 'data':
      return data;
    case 'context':
      return query.states['context'];
    case 'variable':
      return Object.hasOwn(query.variables, root.name) ? query.variables[root.name] : undefined;
  }
}

/** The value of a path; undefined for none. */
export function lookUp(path: Path, scope: PathScope): Json | undefined {
  const root = rootIn(path, scope);
  return root === undefined ? undefined : applyPath(path, root);
}

/** What a path was applied to, as AWS's messages tell it. */
export function inputText(path: Path, scope: PathScope): string {
  return JSON.stringify(rootIn(path, scope) ?? {});
}
