type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without what is `undefined`, which is not the same as not there. */
export const definedIn = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Defined<T>;
