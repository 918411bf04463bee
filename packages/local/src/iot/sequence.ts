/** What the next record of a collection is numbered by, which are in the order of their numbers. */
export function nextSequence(records: ReadonlyMap<string, { readonly sequence: number }>): number {
  return ([...records.values()].at(-1)?.sequence ?? -1) + 1;
}
