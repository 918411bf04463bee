import fc from 'fast-check';
import type { Presence } from '../../../shared/domain/device.ts';

interface Request {
  readonly deviceId: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
}

export type Action =
  | (Request & {
      readonly kind: 'register';
      readonly serialNumber: string;
      readonly macAddress?: string;
      readonly name?: string;
      readonly attributes?: Readonly<Record<string, unknown>>;
      /** By which it is connected. */
      readonly certificateId?: string;
    })
  | (Request & {
      readonly kind: 'update';
      readonly serialNumber?: string;
      readonly macAddress?: string | null;
      readonly name?: string | null;
      /** The one that it is made on top of. */
      readonly version?: number;
      readonly attributes: Readonly<Record<string, unknown>>;
    })
  | (Request & { readonly kind: 'decommission'; readonly retentionSeconds?: number })
  | (Request & { readonly kind: 'restore' })
  | (Request & { readonly kind: 'hold' })
  | (Request & { readonly kind: 'release'; readonly retentionSeconds?: number })
  | { readonly kind: 'heartbeat'; readonly deviceId: string; readonly seenAt: number }
  | { readonly kind: 'presence'; readonly deviceId: string; readonly presence: Presence }
  | (Request & { readonly kind: 'purge' });

/** An action without its time, which depends on the ones before. */
export type Step = { readonly action: Action; readonly passesMs: number; readonly latenessMs: number };

export const deviceId = fc.constantFrom('pump', 'valve', 'fan');
/** So few that most are repetitions, of the same request or of another one's id. */
const requestId = fc.constantFrom('1', '2', '3', '4');
const serialNumber = fc.constantFrom('SN-1', 'SN-2', 'SN-3', 'SN-4');
const macAddress = fc.constantFrom('02:00:5e:10:00:01', '02-00-5E-10-00-01', '02005e100002');
const request = { deviceId, requestId, requestedAt: fc.constant(0) };

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      {
        kind: fc.constant('register' as const),
        ...request,
        serialNumber,
        macAddress,
        name: fc.constantFrom('a', 'b'),
      },
      { requiredKeys: ['kind', 'deviceId', 'requestId', 'requestedAt', 'serialNumber'] },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      {
        kind: fc.constant('update' as const),
        ...request,
        serialNumber,
        macAddress: fc.option(macAddress),
        name: fc.option(fc.constantFrom('a', 'b')),
        version: fc.integer({ min: 1, max: 4 }),
        attributes: fc.dictionary(fc.constantFrom('x', 'y'), fc.nat(9)),
      },
      { requiredKeys: ['kind', 'deviceId', 'requestId', 'requestedAt', 'attributes'] },
    ),
  },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        kind: fc.constant('decommission' as const),
        ...request,
        retentionSeconds: fc.constantFrom(1, 3, 3_600),
      },
      { requiredKeys: ['kind', 'deviceId', 'requestId', 'requestedAt'] },
    ),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('restore' as const), ...request }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hold' as const), ...request }) },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        kind: fc.constant('release' as const),
        ...request,
        retentionSeconds: fc.constantFrom(1, 3_600),
      },
      { requiredKeys: ['kind', 'deviceId', 'requestId', 'requestedAt'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('heartbeat' as const), deviceId, seenAt: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('presence' as const),
      deviceId,
      presence: fc.record({
        connected: fc.boolean(),
        sessionIdentifier: fc.constantFrom('a', 'b'),
        versionNumber: fc.nat(3),
        at: fc.constant(0),
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('purge' as const), ...request }) },
);

/** Times that pass before a step, and between a request and its arrival. */
export const times = {
  // A minute is the pace at which ghosts are counted; most retentions are over by then.
  passesMs: fc.constantFrom(0, 0, 0, 1, 1, 400, 400, 1_000, 1_000, 2_500, 61_000),
  latenessMs: fc.constantFrom(0, 0, 0, 1, 500, 3_000),
};

/** A life of three devices; time passes between the steps, and some requests were made a while before they come. */
export const lives: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ action, ...times }), {
  minLength: 5,
  maxLength: 30,
  size: 'max',
});

/** The action of a step that happens now. */
export function actionAt({ action, latenessMs }: Omit<Step, 'passesMs'>, now: number): Action {
  const at = now - latenessMs;
  if (action.kind === 'heartbeat') return { ...action, seenAt: at };
  if (action.kind === 'presence') return { ...action, presence: { ...action.presence, at } };
  return { ...action, requestedAt: at };
}
