import { registerHooks } from 'node:module';

/** A fault of ours, as it could be made: in `file`, `text`, which stands there once, is `replacement`. */
export interface Mutant {
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly text: string;
  readonly replacement: string;
  /** A round that shows it. */
  readonly seed: number;
}

const ROOT = new URL('../../../../', import.meta.url);
const PARAMETER = 'mutant';

/** @throws Error where the text is not there, or more than once: the code has changed, and the mutant with it */
export function mutate(source: string, { name, file, text, replacement }: Mutant): string {
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`${name}: ${file} has its text ${parts.length - 1} times.`);
  return parts.join(replacement);
}

/**
 * Lets modules of ours be imported with a mutant's name, `./module.ts?mutant=name`: they, and all of ours that they import,
 * are loaded anew with its fault in place.
 */
export function loadMutants(mutants: readonly Mutant[]): void {
  const byName = new Map(mutants.map((mutant) => [mutant.name, mutant]));
  const nameIn = (url: string | undefined) => url && new URL(url).searchParams.get(PARAMETER);
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const name = nameIn(context.parentURL);
      const isOurs = resolved.url.startsWith(ROOT.href) && !resolved.url.includes('/node_modules/');
      if (!name || !isOurs) return resolved;
      return { ...resolved, url: `${resolved.url}?${PARAMETER}=${name}` };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      const mutant = byName.get(nameIn(url) || '');
      if (mutant === undefined || !url.startsWith(new URL(mutant.file, ROOT).href)) return loaded;
      return { ...loaded, source: mutate(String(loaded.source), mutant) };
    },
  });
}

/** The module with a mutant's fault in all that it imports. */
export const importMutated = (module: string, { name }: Mutant): Promise<unknown> =>
  import(`${new URL(module, import.meta.url).href}?${PARAMETER}=${name}`);
