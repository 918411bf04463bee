import { randomInt } from 'node:crypto';
import { type FaultRule, FaultRuleError } from './fault.ts';
import { parseFaultRule } from './parse-rule.ts';

/** Which faults a run has. */
export interface FaultSettings {
  readonly rules: readonly FaultRule[];
  readonly seed: number;
}

const MAX_SEED = 2 ** 31;

/** The faults of a command line; none where no rule is given. Throws {@link FaultRuleError}. */
export function readFaults(
  texts: readonly string[],
  { seed, hasOwnEngine }: { readonly seed: string | undefined; readonly hasOwnEngine: boolean },
): { readonly faults?: FaultSettings } {
  const seedNumber = readSeed(seed);
  if (texts.length === 0) {
    if (seed === undefined) return {};
    throw new FaultRuleError('--fault-seed is for the faults of --fault, and there is none: give one.');
  }
  const rules = texts.map(parseFaultRule);
  const ofEngine = rules.find(({ occasion }) => occasion === 'engineCall');
  if (ofEngine !== undefined && !hasOwnEngine) {
    throw new FaultRuleError(
      `--fault ${ofEngine.text} is for the built-in table engine: the one of --dynamodb is not the runtime's to end.`,
    );
  }
  return { faults: { rules, seed: seedNumber } };
}

function readSeed(text: string | undefined): number {
  if (text === undefined) return randomInt(MAX_SEED);
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= MAX_SEED) return seed;
  throw new FaultRuleError(`--fault-seed ${text} is no seed: give a whole number up to ${MAX_SEED}.`);
}
