import { changeCredentials } from '../../../shared/adapters/device-store/change-credentials.ts';
import { decommission } from '../../../shared/adapters/device-store/decommission.ts';
import { createDeviceStore } from '../../../shared/adapters/device-store/device-store.ts';
import { hold } from '../../../shared/adapters/device-store/hold.ts';
import { listPendingCredentials } from '../../../shared/adapters/device-store/list-pending-credentials.ts';
import type { StoreContext } from '../../../shared/adapters/device-store/operation.ts';
import { purge } from '../../../shared/adapters/device-store/purge.ts';
import {
  changePurge,
  listPendingPurges,
  readPurge,
  recordPurge,
} from '../../../shared/adapters/device-store/purges.ts';
import { readDevices, readInvalidDevices } from '../../../shared/adapters/device-store/read-ahead.ts';
import {
  readBoth,
  readDevice,
  readInvalidDevice,
  readLastRestore,
} from '../../../shared/adapters/device-store/reads.ts';
import { recordCertificate } from '../../../shared/adapters/device-store/record-certificate.ts';
import { recordGhost } from '../../../shared/adapters/device-store/record-ghost.ts';
import { recordHoldRequest } from '../../../shared/adapters/device-store/record-hold-request.ts';
import { register } from '../../../shared/adapters/device-store/register.ts';
import { release } from '../../../shared/adapters/device-store/release.ts';
import { restore } from '../../../shared/adapters/device-store/restore.ts';
import { scanStaleDevices } from '../../../shared/adapters/device-store/scan-stale.ts';
import { recordHeartbeat, recordPresence } from '../../../shared/adapters/device-store/sightings.ts';
import { update } from '../../../shared/adapters/device-store/update.ts';
import type { DeviceStore } from '../../../shared/ports.ts';

/** The device store with all its operations, of which each function has some. */
export const createWholeStore = (context: StoreContext): DeviceStore =>
  createDeviceStore(context, {
    readDevice,
    readInvalidDevice,
    readDevices,
    readInvalidDevices,
    readBoth,
    readLastRestore,
    register,
    update,
    recordCertificate,
    decommission,
    restore,
    hold,
    release,
    recordHoldRequest,
    purge,
    recordPurge,
    readPurge,
    changePurge,
    listPendingPurges,
    changeCredentials,
    listPendingCredentials,
    recordHeartbeat,
    recordPresence,
    recordGhost,
    scanStaleDevices,
  });
