import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { type Item, scanTable } from '@device-lifecycle/test-kit/tables.ts';
import { toSnapshot } from '../../../shared/adapters/device-store/records.ts';
import { removeRemains } from '../../../shared/commands/remove-remains.ts';
import { LEASE_MS, settleCredentials } from '../../../shared/commands/settle-credentials.ts';
import type { InvalidDevice } from '../../../shared/domain/device.ts';
import { expiredPurge, isDeviceRecord, type PurgeRecord } from '../../../shared/domain/purge.ts';
import { DeviceNotFound } from '../../../shared/errors.ts';
import type { Credentials } from '../../../shared/ports.ts';
import type { FakeIot } from '../../support/fake-remains.ts';
import { PurgeWorker } from './purge-worker.ts';
import type { Deed } from './turns.ts';

const ALL = 255;

/** What happens to devices after their end, when it does: TTL, the tables' streams, and the work in AWS IoT. */
export class Afterlife {
  readonly #at: StoreFixture;
  readonly #iot: FakeIot;
  readonly #onSweep: (deviceId: string) => void;
  /** What the stream tells of removals; any of it may come once more. */
  readonly #removals: PurgeRecord[] = [];
  #workers: PurgeWorker[] = [];

  constructor(at: StoreFixture, iot: FakeIot, onSweep: (deviceId: string) => void) {
    this.#at = at;
    this.#iot = iot;
    this.#onSweep = onSweep;
  }

  get isAnyoneAtWork(): boolean {
    return this.#workers.some(({ isGone }) => !isGone);
  }

  async perform(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'sweep':
        return this.#sweep(deed.which);
      case 'deliver':
        return this.#deliver(deed.which);
      case 'settle':
        return this.settle(deed.deviceId);
      case 'clean':
        return this.#clean(deed);
    }
  }

  /** All that is due happens, some of it twice, and whoever was slow is gone. */
  async finish(): Promise<void> {
    this.#workers = [];
    this.#at.clock.advance(LEASE_MS);
    await this.#sweep(ALL);
    for (const removal of [...this.#removals, ...this.#removals])
      await this.#at.store.recordPurge(removal, this.#at);
    for (const { id } of await this.purges()) {
      const sleep = async (ms: number) => this.#at.clock.advance(ms);
      const { clock, store, deadlineEpochMs } = this.#at;
      const dependencies = { clock, store, deadlineEpochMs, remains: this.#iot, leaseId: 'last', sleep };
      await removeRemains({ purgeId: id }, dependencies);
    }
  }

  /** What is written down of purged devices. */
  async purges(): Promise<readonly PurgeRecord[]> {
    const items = await scanTable(this.#at.client, this.#at.tables.invalidDevices);
    return [...items].flatMap(([id, item]) =>
      isDeviceRecord(id) ? [] : [unmarshall(item) as unknown as PurgeRecord],
    );
  }

  async settle(deviceId: string): Promise<void> {
    const credentials: Credentials = {
      ...this.#iot,
      listCertificateIds: async (thingName) => (await this.#iot.listPrincipals(thingName)).certificateIds,
      setStatus: async (certificateId, status) => {
        const certificate = this.#iot.certificates.get(certificateId);
        if (certificate === undefined) return 'missing';
        if (certificate.status === 'REVOKED') return 'refused';
        certificate.status = status;
        return 'done';
      },
    };
    const leaseId = crypto.randomUUID();
    await settleCredentials({ deviceId }, { ...this.#at, credentials, leaseId }).catch((error) => {
      if (!(error instanceof DeviceNotFound)) throw error;
    });
  }

  async #sweep(which: number): Promise<void> {
    const { client, clock, tables } = this.#at;
    for (const table of [tables.devices, tables.invalidDevices]) {
      const expired = [...(await scanTable(client, table))].filter(
        ([, { ttl }]) => ttl?.N !== undefined && Number(ttl.N) * 1000 <= clock(),
      );
      const chosen = expired.filter((_, index) => (which >> (index % 8)) & 1);
      for (const [id, item] of chosen) {
        await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: id } } }));
        if (table === tables.invalidDevices && isDeviceRecord(id)) this.#bury(id, item);
      }
    }
  }

  #bury(deviceId: string, item: Item): void {
    this.#removals.push(expiredPurge(toSnapshot<InvalidDevice>(item).record, this.#at.clock()));
    this.#onSweep(deviceId);
  }

  async #deliver(which: number): Promise<void> {
    const removal = this.#removals[which % this.#removals.length];
    if (removal !== undefined) await this.#at.store.recordPurge(removal, this.#at);
  }

  async #clean({ which, calls, isFresh }: Extract<Deed, { kind: 'clean' }>): Promise<void> {
    this.#workers = this.#workers.filter(({ isGone }) => !isGone);
    const known = isFresh ? undefined : this.#workers[which % this.#workers.length];
    const worker = known ?? (await this.#hire(which));
    await worker?.advance(calls);
  }

  async #hire(which: number): Promise<PurgeWorker | undefined> {
    const pending = (await this.purges()).filter(({ receipt }) => receipt === undefined);
    const purge = pending[which % pending.length];
    if (purge === undefined) return undefined;
    const worker = new PurgeWorker(purge.id, { ...this.#at, remains: this.#iot });
    this.#workers.push(worker);
    return worker;
  }
}
