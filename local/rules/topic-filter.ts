import { RuleError } from './rule-error.ts';

/** Whether a topic matches. */
export type TopicMatch = (topic: string) => boolean;

/**
 * Compiles a topic filter as AWS IoT matches it: `sensor/#` matches `sensor/` and what is below, but, unlike in
 * MQTT 3.1.1, not `sensor`; a wildcard does not match a first level that starts with `$`.
 *
 * Source: AWS IoT developer guide, "MQTT topics" and "AWS IoT differences from MQTT"; [MQTT-4.7.2-1].
 * Throws {@link RuleError} for a filter that is none.
 */
export function compileTopicFilter(filter: string): TopicMatch {
  const levels = filter.split('/');
  checkLevels(filter, levels);
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

function checkLevels(filter: string, levels: readonly string[]): void {
  if (filter === '') throw new RuleError('the topic filter is empty; name a topic');
  const misplaced = levels.some(
    (level, index) =>
      (level.includes('+') && level !== '+') ||
      (level.includes('#') && (level !== '#' || index !== levels.length - 1)),
  );
  if (misplaced) {
    throw new RuleError(
      `the topic filter '${filter}' is not valid; + stands for a whole level, # for the last levels`,
    );
  }
}

function isWildcard(level: string): boolean {
  return level === '+' || level === '#';
}
