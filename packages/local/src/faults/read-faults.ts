import { randomInt } from 'node:crypto';
import { type Fault, type FaultRule, FaultRuleError, type OccasionKind } from './fault-plan.ts';

/** Errors that AWS's services answer with when nothing is wrong with the call, and their HTTP status. */
const KNOWN_ERRORS: ReadonlyMap<string, number> = new Map([
  ['ThrottlingException', 400],
  ['InternalServerError', 500],
  ['InternalFailureException', 500],
  ['InternalException', 500],
  ['ServiceUnavailable', 503],
  ['ServiceUnavailableException', 503],
  ['ProvisionedThroughputExceededException', 400],
  ['RequestLimitExceeded', 400],
  ['TransactionConflict', 400],
  ['TooManyRequestsException', 429],
  ['LimitExceededException', 410],
  ['ConflictingResourceUpdateException', 409],
  ['AccessDeniedException', 400],
  ['SlowDown', 503],
]);

/** How the endpoint tells services apart. */
const SERVICES = [
  'dynamodb',
  'events',
  'iot',
  'iotdata',
  'lambda',
  'logs',
  's3',
  'sqs',
  'states',
  'sts',
] as const;

/** The longest that a call may be held, and that a clock may be off. */
const MAX_MS = 86_400_000;

interface Kind {
  readonly name: string;
  /** The number in brackets, where there is one. */
  readonly argument: number | undefined;
}

/** Which faults a target can have, and what there is an occasion of. */
interface TargetKind {
  /** In messages. */
  readonly kinds: string;
  read(kind: Kind): { readonly occasion: OccasionKind; readonly fault: Fault } | undefined;
}

/** A target whose faults are words alone. */
function words(faults: Readonly<Record<string, OccasionKind>>): TargetKind {
  return {
    kinds: Object.keys(faults).join(', '),
    read({ name, argument }) {
      const occasion = Object.hasOwn(faults, name) ? faults[name] : undefined;
      if (occasion === undefined || argument !== undefined) return undefined;
      return { occasion, fault: { kind: name as 'kill' | 'duplicate' | 'reorder' | 'cut' } };
    },
  };
}

const CALLS: TargetKind = {
  kinds: `lostResponse, delay(MS), ${[...KNOWN_ERRORS.keys()].join(', ')}, or another error with its status, such as ConflictException(409)`,
  read(kind) {
    const fault = callFault(kind);
    return fault && { occasion: 'call', fault };
  },
};

const CLOCK: TargetKind = {
  kinds: 'skew(MS)',
  read: ({ name, argument: ms }) =>
    name === 'skew' && ms !== undefined && Math.abs(ms) <= MAX_MS
      ? { occasion: 'boot', fault: { kind: 'skew', ms } }
      : undefined,
};

const FUNCTIONS = words({ kill: 'invocation', duplicate: 'event' });

const LAMBDA: TargetKind = {
  kinds: `${FUNCTIONS.kinds}, or of its calls ${CALLS.kinds}`,
  read: (kind) => FUNCTIONS.read(kind) ?? CALLS.read(kind),
};

const ROOMS: ReadonlyMap<string, TargetKind> = new Map([
  ['lambda', LAMBDA],
  ['mqtt', words({ duplicate: 'message', reorder: 'message' })],
  ['streams', words({ duplicate: 'batch', cut: 'batch' })],
  ['engine', words({ kill: 'engineCall' })],
  ['clock', CLOCK],
]);

/** Reads a rule of `--fault`, as docs/faults.md has them. Throws {@link FaultRuleError}. */
export function parseFaultRule(text: string): FaultRule {
  const [, target = '', kindText = '', probabilityText = '1'] = /^(.+)=([^=@]+)(?:@(.*))?$/.exec(text) ?? [];
  if (target === '') {
    throw refusal(text, 'give TARGET=KIND@PROBABILITY, such as dynamodb:PutItem=ThrottlingException@0.1');
  }
  const targetKind = targetKindOf(text, target);
  const read = targetKind.read(parseKind(kindText));
  if (read === undefined) {
    throw refusal(text, `${kindText} is no fault of ${target}: there is ${targetKind.kinds}`);
  }
  return {
    text,
    ...read,
    target: compileTarget(target),
    probability: parseProbability(text, probabilityText),
  };
}

function refusal(text: string, reason: string): FaultRuleError {
  return new FaultRuleError(`--fault ${text} is not a fault: ${reason}.`);
}

function targetKindOf(text: string, target: string): TargetKind {
  const [room = '', name] = target.split(/:(.*)/s);
  const isAlone = room === 'engine' || room === 'clock';
  const isService = room === '*' || (SERVICES as readonly string[]).includes(room);
  const found = ROOMS.get(room) ?? (isService ? CALLS : undefined);
  if (found !== undefined && isAlone === (name === undefined) && name !== '') return found;
  throw refusal(
    text,
    `${target} is no target: there is engine, clock, mqtt:TOPIC, streams:TABLE, lambda:FUNCTION, and SERVICE:OPERATION with a service of ${SERVICES.join(', ')} or *`,
  );
}

function parseKind(text: string): Kind {
  const [, name = '', argument] = /^([A-Za-z]+)(?:\((-?\d+)\))?$/.exec(text) ?? [];
  return { name, argument: argument === undefined ? undefined : Number(argument) };
}

function callFault({ name, argument }: Kind): Fault | undefined {
  if (name === 'lostResponse') return argument === undefined ? { kind: name } : undefined;
  if (name === 'delay') {
    const isFit = argument !== undefined && argument >= 0 && argument <= MAX_MS;
    return isFit ? { kind: name, ms: argument } : undefined;
  }
  const status = argument ?? KNOWN_ERRORS.get(name);
  const isError = status !== undefined && status >= 400 && status <= 599 && /^[A-Z]/.test(name);
  return isError ? { kind: 'error', code: name, status } : undefined;
}

function parseProbability(text: string, probability: string): number {
  const number = Number(probability);
  if (/^\d*\.?\d+$/.test(probability) && number <= 1) return number;
  throw refusal(text, `${probability} is no probability: give a number from 0 to 1`);
}

/** `*` stands for any characters. */
function compileTarget(target: string): RegExp {
  const parts = target.split('*').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

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
