/** What the objects of a program inherit from, in the realm of the tests and in that of Node's own modules. */
const PROTOTYPES: Readonly<Record<string, object>> = {
  'Object.prototype': Object.prototype,
  'Array.prototype': Array.prototype,
  'String.prototype': String.prototype,
  'Function.prototype': Function.prototype,
  "the Object.prototype of Node's own modules": Object.getPrototypeOf(process.versions),
};

type Members = ReadonlyMap<string | symbol, PropertyDescriptor>;

const membersOf = (object: object): Members =>
  new Map(
    Reflect.ownKeys(object).map((key) => [key, Reflect.getOwnPropertyDescriptor(object, key) ?? {}] as const),
  );

interface Kept {
  readonly name: string;
  readonly prototype: object;
  readonly members: Members;
}

const kept: readonly Kept[] = Object.entries(PROTOTYPES).map(([name, prototype]) => ({
  name,
  prototype,
  members: membersOf(prototype),
}));

const isSame = (one?: PropertyDescriptor, other?: PropertyDescriptor): boolean =>
  one?.value === other?.value && one?.get === other?.get && one?.set === other?.set;

function changesOf({ prototype, members }: Kept): readonly (string | symbol)[] {
  const now = membersOf(prototype);
  const keys = [...new Set([...members.keys(), ...now.keys()])];
  return keys.filter((key) => members.has(key) !== now.has(key) || !isSame(members.get(key), now.get(key)));
}

/** Puts a member back as it was, so that the cases after it fail for what they do themselves. */
function mend({ prototype, members }: Kept, key: string | symbol): void {
  Reflect.deleteProperty(prototype, key);
  const before = members.get(key);
  if (before !== undefined) Reflect.defineProperty(prototype, key, before);
}

/** Whether a prototype has members that it did not have before: cheap enough to ask after every case. */
export const havePrototypesGrown = (): boolean =>
  kept.some(({ prototype, members }) => Reflect.ownKeys(prototype).length !== members.size);

/** What has been added to a prototype, removed from it or replaced since it was last asked, and mends it. */
export function takeChangesOfPrototypes(): readonly string[] {
  return kept.flatMap((one) =>
    changesOf(one).map((key) => {
      mend(one, key);
      return `${one.name} has another "${String(key)}"`;
    }),
  );
}
