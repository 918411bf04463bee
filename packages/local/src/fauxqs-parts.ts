/**
 * What a module of fauxqs has that is not part of its interface: `path` is in its package. Throws when this version no
 * longer has it there, or has something else by that name.
 */
export async function fauxqsPart<T>(
  path: string,
  name: string,
  isKnown = (part: unknown): boolean => typeof part === 'function',
): Promise<T> {
  const url = new URL(path, import.meta.resolve('fauxqs'));
  const { [name]: part } = (await import(url.href)) as Record<string, unknown>;
  if (isKnown(part)) return part as T;
  throw new Error(
    'This version of fauxqs is not known to the laptop runtime: install the one of package-lock.json.',
  );
}
