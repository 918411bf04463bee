import { TEST_SEED } from '@device-lifecycle/test-kit/seed.ts';
import fc from 'fast-check';

/** A property that fails prints the seed, and the path to the smallest case. */
fc.configureGlobal({ seed: TEST_SEED });
