/** A device of a file, or what is wrong with the line where one should be. */
export type Line =
  | { readonly line: number; readonly deviceId: string }
  | { readonly line: number; readonly problem: string };

/** The lines of a file, each with its number; those without anything in them are left out. */
export type Lines = AsyncIterable<Line>;
