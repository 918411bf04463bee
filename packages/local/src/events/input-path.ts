import { isObject } from '../protocol/members.ts';

/** Finds what a path leads to; undefined where there is nothing. */
export type InputPath = (event: unknown) => unknown;

const STEP = /\.([\p{L}\p{N}_/-]+|\*)|\[(\d+|\*)\]/uy;

/**
 * Compiles the JSON paths that EventBridge knows: `$`, `$.detail.some-field`, `$.resources[0]`, and `*` for all
 * fields or elements, which makes a list. Undefined for any other.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileInputPath(path: string): InputPath | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: string[] = [];
  STEP.lastIndex = 1;
  for (let position = 1; position < path.length; position = STEP.lastIndex) {
    const [, field, index] = STEP.exec(path) ?? [];
    const step = field ?? index;
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return (event) => follow(event, steps);
}

function follow(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step === '*') {
    const items = isObject(value) || Array.isArray(value) ? Object.values(value) : [];
    const found = items.map((item) => follow(item, rest)).filter((item) => item !== undefined);
    return found.length === 0 ? undefined : found;
  }
  if (!isObject(value) && !Array.isArray(value)) return undefined;
  return Object.hasOwn(value, step) ? follow((value as Record<string, unknown>)[step], rest) : undefined;
}
