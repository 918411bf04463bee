import {
  type ReconcileCredentialsDependencies,
  type ReconcileCredentialsInput,
  type ReconcileCredentialsResult,
  reconcileCredentials,
} from './reconcile-credentials.ts';
import {
  type ReconcilePurgesDependencies,
  type ReconcilePurgesResult,
  reconcilePurges,
} from './reconcile-purges.ts';

export interface ReconcileResult {
  readonly credentials: ReconcileCredentialsResult;
  readonly purges: ReconcilePurgesResult;
}

/** Hears of each device on the way. */
export interface ReconcileObserver {
  readonly credentials: ReconcileCredentialsDependencies['observe'];
  readonly purges: ReconcilePurgesDependencies['observe'];
}

type ReconcileDependencies = Omit<
  ReconcileCredentialsDependencies & ReconcilePurgesDependencies,
  'observe'
> & {
  readonly observe: ReconcileObserver;
};

/**
 * Brings AWS IoT into line with the tables, within one quota: first who has access, then, in the time that is left,
 * what is left of devices that are gone, which can wait.
 * @throws Throttled, ServiceUnavailable when the tables cannot be read
 */
export async function reconcile(
  input: ReconcileCredentialsInput,
  { observe, ...dependencies }: ReconcileDependencies,
): Promise<ReconcileResult> {
  const credentials = await reconcileCredentials(input, { ...dependencies, observe: observe.credentials });
  const purges = await reconcilePurges(input, { ...dependencies, observe: observe.purges });
  return { credentials, purges };
}
