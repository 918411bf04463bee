/** Whether a topic matches. */
export type TopicMatch = (topic: string) => boolean;

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

/**
 * Compiles a topic filter as AWS IoT matches it: `sensor/#` matches `sensor/` and what is below, but, unlike in
 * MQTT 3.1.1, not `sensor`; a wildcard does not match a first level that starts with `$`.
 *
 * Source: AWS IoT developer guide, "MQTT topics" and "AWS IoT differences from MQTT"; [MQTT-4.7.2-1].
 */
export function compileTopicFilter(filter: string): TopicMatch {
  const levels = filter.split('/');
  if (!levels.some(isWildcard)) return (topic) => topic === filter;

  const isReservedOut = isWildcard(levels[0] ?? '');
  const isOpen = levels.at(-1) === '#';
  const fixed = isOpen ? levels.slice(0, -1) : levels;
  return (topic) => {
    if (isReservedOut && topic.startsWith('$')) return false;
    const names = topic.split('/');
    if (isOpen ? names.length <= fixed.length : names.length !== fixed.length) return false;
    return fixed.every((level, index) => level === '+' || level === names[index]);
  };
}

function isWildcard(level: string): boolean {
  return level === '+' || level === '#';
}
