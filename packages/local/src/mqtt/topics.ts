/** Whether a text is a topic filter: `+` stands for a whole level, `#` for the last ones. [MQTT-4.7.1-2], -3. */
export function isTopicFilter(filter: string): boolean {
  const levels = filter.split('/');
  return (
    filter !== '' &&
    levels.every(
      (level, index) =>
        level === '+' || (level === '#' && index === levels.length - 1) || !/[+#]/.test(level),
    )
  );
}

interface Node<T> {
  /** By the name of a level, `+` among them. */
  readonly children: Map<string, Node<T>>;
  /** Of filters that end here. */
  readonly values: Set<T>;
  /** Of filters that end here with `/#`. */
  readonly openValues: Set<T>;
}

/** Topics are 256 bytes long at most. */
const MAX_FOUND = 10_000;

const createNode = <T>(): Node<T> => ({ children: new Map(), values: new Set(), openValues: new Set() });

/**
 * Values by topic filter, found by a topic, as AWS IoT matches: `sensor/#` matches `sensor/` and what is below, but
 * not `sensor`; a wildcard does not match a first level that starts with `$`.
 *
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences; [MQTT-4.7.2-1].
 */
export class TopicTree<T> {
  /** By filters without a wildcard, which are most of them. */
  readonly #exact = new Map<string, Set<T>>();
  readonly #root = createNode<T>();
  #wildcards = 0;
  /** What was found for topics since the last change: the same topics come again and again. */
  readonly #found = new Map<string, readonly T[]>();

  add(filter: string, value: T): void {
    const values = this.#valuesAt(filter);
    if (values.has(value)) return;
    this.#found.clear();
    values.add(value);
    if (hasWildcard(filter)) this.#wildcards += 1;
  }

  delete(filter: string, value: T): void {
    this.#found.clear();
    if (!hasWildcard(filter)) {
      const values = this.#exact.get(filter);
      if (values?.delete(value) === true && values.size === 0) this.#exact.delete(filter);
      return;
    }
    if (removeFrom(this.#root, filter.split('/'), value)) this.#wildcards -= 1;
  }

  /** The values of all filters that match; one that is there by several filters comes several times. */
  match(topic: string): readonly T[] {
    const known = this.#found.get(topic);
    if (known !== undefined) return known;
    const found: T[] = [...(this.#exact.get(topic) ?? [])];
    if (this.#wildcards > 0) collect(this.#root, topic.split('/'), 0, found);
    if (this.#found.size >= MAX_FOUND) this.#found.clear();
    this.#found.set(topic, found);
    return found;
  }

  #valuesAt(filter: string): Set<T> {
    if (!hasWildcard(filter)) {
      const values = this.#exact.get(filter) ?? new Set();
      this.#exact.set(filter, values);
      return values;
    }
    let node = this.#root;
    for (const level of filter.split('/')) {
      if (level === '#') return node.openValues;
      const child = node.children.get(level) ?? createNode<T>();
      node.children.set(level, child);
      node = child;
    }
    return node.values;
  }
}

function hasWildcard(filter: string): boolean {
  return filter.includes('+') || filter.includes('#');
}

function collect<T>(node: Node<T>, levels: readonly string[], at: number, found: T[]): void {
  const level = levels[at];
  if (level === undefined) {
    found.push(...node.values);
    return;
  }
  const isReserved = at === 0 && level.startsWith('$');
  if (!isReserved) found.push(...node.openValues);
  const named = node.children.get(level);
  if (named !== undefined) collect(named, levels, at + 1, found);
  const any = isReserved ? undefined : node.children.get('+');
  if (any !== undefined) collect(any, levels, at + 1, found);
}

/** Whether it was there. Nodes that hold nothing any more go. */
function removeFrom<T>(node: Node<T>, [level, ...rest]: readonly string[], value: T): boolean {
  if (level === undefined) return node.values.delete(value);
  if (level === '#') return node.openValues.delete(value);
  const child = node.children.get(level);
  if (child === undefined) return false;
  const isRemoved = removeFrom(child, rest, value);
  if (child.children.size + child.values.size + child.openValues.size === 0) node.children.delete(level);
  return isRemoved;
}
