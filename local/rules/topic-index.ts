interface Level<T> {
  /** By the name of the next level, `+` for any. */
  readonly next: Map<string, Level<T>>;
  /** Those whose filter ends here. */
  readonly ending: Set<T>;
  /** Those whose filter goes on with `#`. */
  readonly open: Set<T>;
}

const newLevel = <T>(): Level<T> => ({ next: new Map(), ending: new Set(), open: new Set() });

/**
 * What is kept by topic filters, found by topics as `compileTopicFilter` matches them, in a time that does not depend on
 * how much is kept.
 */
export class TopicIndex<T> {
  readonly #root: Level<T> = newLevel();

  add(filter: string, value: T): void {
    const { names, isOpen } = partsOf(filter);
    let level = this.#root;
    for (const name of names) {
      const next = level.next.get(name) ?? newLevel();
      level.next.set(name, next);
      level = next;
    }
    (isOpen ? level.open : level.ending).add(value);
  }

  delete(filter: string, value: T): void {
    const { names, isOpen } = partsOf(filter);
    const path = [this.#root];
    for (const name of names) {
      const next = path.at(-1)?.next.get(name);
      if (next === undefined) return;
      path.push(next);
    }
    const last = path.at(-1);
    (isOpen ? last?.open : last?.ending)?.delete(value);
    prune(path, names);
  }

  /** Those whose filter matches a topic. */
  match(topic: string): readonly T[] {
    const found: T[] = [];
    collect(this.#root, { names: topic.split('/'), isReserved: topic.startsWith('$') }, 0, found);
    return found;
  }
}

interface Topic {
  readonly names: readonly string[];
  /** Whether it starts with `$`, which wildcards don't match. [MQTT-4.7.2-1] */
  readonly isReserved: boolean;
}

function collect<T>(level: Level<T>, topic: Topic, depth: number, found: T[]): void {
  const name = topic.names[depth];
  if (name === undefined) {
    found.push(...level.ending);
    return;
  }
  const isWildcardOut = depth === 0 && topic.isReserved;
  if (!isWildcardOut) found.push(...level.open);
  const named = level.next.get(name);
  if (named !== undefined) collect(named, topic, depth + 1, found);
  const any = isWildcardOut ? undefined : level.next.get('+');
  if (any !== undefined) collect(any, topic, depth + 1, found);
}

function partsOf(filter: string): { readonly names: readonly string[]; readonly isOpen: boolean } {
  const names = filter.split('/');
  return names.at(-1) === '#' ? { names: names.slice(0, -1), isOpen: true } : { names, isOpen: false };
}

/** Takes the levels away that hold nothing any more, from the last one up. */
function prune<T>(path: readonly Level<T>[], names: readonly string[]): void {
  for (let depth = names.length; depth > 0; depth -= 1) {
    const { next, ending, open } = path[depth] ?? newLevel<T>();
    if (next.size + ending.size + open.size > 0) return;
    path[depth - 1]?.next.delete(names[depth - 1] ?? '');
  }
}
