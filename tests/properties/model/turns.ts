import fc from 'fast-check';
import { type Action, action, deviceId, times } from './actions.ts';

/** What happens without anybody's asking, in AWS and in the service. `which` chooses among what there is by then. */
export type Deed =
  /** DynamoDB removes some of what is expired, however long after. */
  | { readonly kind: 'sweep'; readonly which: number }
  /** A stream comes with a removal, late, or once more. */
  | { readonly kind: 'deliver'; readonly which: number }
  /** Certificates follow their device. */
  | { readonly kind: 'settle'; readonly deviceId: string }
  /** Somebody works on the remains of a purged device, for so many calls, and then is slow, or never seen again. */
  | { readonly kind: 'clean'; readonly which: number; readonly calls: number; readonly isFresh: boolean };

/** Something, and the time that passes before it. Some requests were made a while before they come. */
export interface Moment {
  readonly action: Action | Deed;
  readonly passesMs: number;
  readonly latenessMs: number;
}

/** `meanwhile`: between what a request has read and what it writes; after it, if it writes nothing. */
export interface Turn extends Moment {
  readonly meanwhile: readonly Moment[];
}

const which = fc.nat(255);

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('sweep' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const), deviceId }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('clean' as const),
      which,
      calls: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 25 })),
      isFresh: fc.boolean(),
    }),
  },
);

const moment = {
  action: fc.oneof(
    { weight: 2, arbitrary: action as fc.Arbitrary<Action | Deed> },
    { weight: 1, arbitrary: deed },
  ),
  ...times,
};

const meanwhile = fc.oneof(
  { weight: 3, arbitrary: fc.constant<readonly Moment[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.record(moment), { minLength: 1, maxLength: 3 }) },
);

/** A life of three devices. */
export const turns: fc.Arbitrary<readonly Turn[]> = fc.array(fc.record({ ...moment, meanwhile }), {
  minLength: 5,
  maxLength: 50,
  size: 'max',
});

export const isDeed = (action: Action | Deed): action is Deed =>
  ['sweep', 'deliver', 'settle', 'clean'].includes(action.kind);

/** How many commands there are. */
export const countCommands = (all: readonly Turn[]): number =>
  all.reduce((sum, { meanwhile }) => sum + 1 + meanwhile.length, 0);
