const USUAL_SEED = 1;

function readSeed(text: string | undefined): number {
  const seed = Number(text ?? USUAL_SEED);
  // What fast-check takes, and rounds that count up from it.
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31) return seed;
  throw new Error(`TEST_SEED=${text} is no seed: give a whole number from 0 to 2147483647.`);
}

/** What every random choice of every test follows from: always the same, unless TEST_SEED=n gives another one. */
export const TEST_SEED = readSeed(process.env['TEST_SEED']);

/** Whether a test may expect what the rounds of the usual seed are known to meet. */
export const isUsualSeed = TEST_SEED === USUAL_SEED;
