import { randomUUID } from 'node:crypto';
import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { CheckedFile } from '@device-lifecycle/operator/fleet/check-file.ts';
import type { Expired } from '@device-lifecycle/operator/fleet/restorable.ts';
import type { RunRequest } from '@device-lifecycle/operator/fleet/start-run.ts';
import type { FleetOperation, FleetUpload } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';

/** Each has up to 100 MB in memory and its ids in a temporary file. */
const MOST = 3;
const MAX_AGE_MS = 3_600_000;

/** A checked list of devices, and what it is for. */
export interface Kept {
  readonly file: CheckedFile;
  readonly operations: readonly FleetOperation[];
  readonly from?: FleetUpload['from'];
  /** What a retry asks again. */
  readonly asked?: RunRequest;
  readonly expired?: Expired;
}

export interface KeptUpload extends Kept {
  readonly id: string;
}

/** Makes a list, and removes what it consists of when `keep` resolves. */
export type Check = (keep: (kept: Kept) => Promise<void>) => Promise<void>;

/** The lists of devices between their check and the start of a run: a few, for an hour. */
export interface Uploads {
  /** Takes the place of the oldest that nobody uses. Throws what `check` throws, and `ApiError` for too many at once. */
  add(check: Check): Promise<KeptUpload>;
  /** Not removed while it is used. @throws ApiError when it is not there any more */
  use<T>(id: string, use: (upload: KeptUpload) => Promise<T>): Promise<T>;
  remove(id: string): void;
}

interface Entry {
  readonly upload?: KeptUpload;
  users: number;
  readonly gone: AbortController;
}

/** `signal`: removes them all. */
export function createUploads(clock: Clock, signal: AbortSignal): Uploads {
  const entries = new Map<string, Entry>();
  const remove = (id: string) => {
    const entry = entries.get(id);
    entries.delete(id);
    if (entry?.users === 0) entry.gone.abort();
  };
  const makeRoom = () => {
    if (entries.size < MOST) return;
    const [oldest] = [...entries].find(([, { users }]) => users === 0) ?? [];
    if (oldest === undefined) {
      throw new ApiError(
        'invalid',
        'Other lists of devices are worked on at this moment: wait for these first.',
      );
    }
    remove(oldest);
  };
  return {
    async add(check) {
      makeRoom();
      const id = randomUUID();
      const gone = new AbortController();
      entries.set(id, { users: 1, gone });
      try {
        const upload = { id, ...(await checked(check, AbortSignal.any([gone.signal, signal]))) };
        entries.set(id, { upload, users: 0, gone });
        void clock.sleep(MAX_AGE_MS, AbortSignal.any([gone.signal, signal])).then(() => remove(id));
        return upload;
      } catch (error) {
        entries.delete(id);
        throw error;
      }
    },
    async use(id, use) {
      const entry = entries.get(id);
      if (entry?.upload === undefined) {
        throw new ApiError('notFound', 'The list of devices is not here any more: give it again.');
      }
      entry.users += 1;
      try {
        return await use(entry.upload);
      } finally {
        entry.users -= 1;
        if (!entries.has(id) && entry.users === 0) entry.gone.abort();
      }
    },
    remove,
  };
}

/** Resolves once the list is checked, which is kept until the signal aborts. */
async function checked(check: Check, gone: AbortSignal): Promise<Kept> {
  const { promise, resolve, reject } = Promise.withResolvers<Kept>();
  check(async (kept) => {
    resolve(kept);
    if (!gone.aborted) await new Promise((end) => gone.addEventListener('abort', end, { once: true }));
  }).catch(reject);
  return promise;
}
