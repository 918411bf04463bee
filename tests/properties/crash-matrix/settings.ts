import { createRandom } from '@device-lifecycle/test-kit/random.ts';
import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import { type Operation, parsePoints } from './matrix.ts';
import type { Point } from './processes.ts';

const { CRASH_POINT, CRASH_SAMPLE = '1' } = process.env;

/** `CRASH_SAMPLE=all` tries both sides of every effect, and all pairs; a number, so many times the usual sample. */
const scale = CRASH_SAMPLE === 'all' ? Number.POSITIVE_INFINITY : Number(CRASH_SAMPLE);
export const isExhaustive = scale === Number.POSITIVE_INFINITY;

/** So many effects take less than half a second, and no operation shall take much longer in `npm test`. */
const EFFECTS = { points: 50, pairs: 8 };
/** Of the largest operations. */
const FEWEST = 2;

/** How many points, or pairs, of an operation are tried: all of a small one. */
export const shareOf = (what: keyof typeof EFFECTS, effects: number): number =>
  Math.max(FEWEST, Math.floor(EFFECTS[what] / effects)) * scale;

/** Whether an operation is to be tried, and where it alone is to end if `CRASH_POINT` says so. */
export function chosen({ name }: Pick<Operation, 'name'>): readonly Point[] | 'all' | undefined {
  if (CRASH_POINT === undefined) return 'all';
  const [wanted = '', ...points] = CRASH_POINT.split(/:(.*)/s);
  return wanted === name ? parsePoints(points[0] ?? '') : undefined;
}

/** The same for each operation, whatever is tried besides. */
export const randomOf = ({ name }: Pick<Operation, 'name'>) =>
  createRandom([...name].reduce((hash, character) => hash * 31 + (character.codePointAt(0) ?? 0), TEST_SEED));
