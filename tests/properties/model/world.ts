import { START } from '@device-lifecycle/test-kit/clock.ts';
import type { StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import { expect } from '@jest/globals';
import type { HoldRelease, LegalHold } from '../../../shared/domain/device.ts';
import type { DeviceStore } from '../../../shared/ports.ts';
import { createFakeIot, type FakeIot } from '../../support/fake-remains.ts';
import { type Action, actionAt } from './actions.ts';
import { Afterlife } from './afterlife.ts';
import { Model } from './model.ts';
import { expectedOf, outcomeOf } from './outcomes.ts';
import { isDeed, type Moment, type Turn } from './turns.ts';

/** The writes before which others may come: all of those that follow from what was read. */
const DECIDED_WRITES = [
  'update',
  'decommission',
  'restore',
  'hold',
  'release',
  'recordHoldRequest',
  'purge',
] as const;

/** The service with its tables and AWS IoT, beside the model of what they should be. */
export class World {
  readonly at: StoreFixture;
  readonly model: Model;
  readonly iot: FakeIot = createFakeIot();
  readonly afterlife: Afterlife;
  /** The certificate of each life. */
  readonly certificates = new Map<number, string>();
  /** Certificates of devices that are about to register. */
  readonly prepared = new Map<string, string>();
  /** The certificate of the last life of an id. */
  readonly #last = new Map<string, string>();
  #made = 0;
  #newLives = 0;

  constructor(at: StoreFixture) {
    this.at = { ...at, deadlineEpochMs: Number.POSITIVE_INFINITY };
    this.model = new Model(at.clock());
    this.afterlife = new Afterlife(this.at, this.iot, (deviceId) => this.model.sweep(deviceId));
    this.iot.detachmentTakes = 1;
  }

  async play({ action, passesMs, latenessMs, meanwhile }: Turn): Promise<void> {
    this.pass(passesMs);
    if (isDeed(action)) {
      await this.afterlife.perform(action);
      await this.#playAll(meanwhile);
    } else {
      await this.#request(actionAt({ action, latenessMs }, this.at.clock()), meanwhile);
    }
    this.#expectUntouched();
  }

  pass(ms: number): void {
    this.at.clock.advance(ms);
    this.model.now = this.at.clock();
  }

  async #playAll(moments: readonly Moment[]): Promise<void> {
    for (const moment of moments) await this.play({ ...moment, meanwhile: [] });
  }

  /** The service answers as the model does at the moment of its last write, whatever has come between that and its reads. */
  async #request(asked: Action, meanwhile: readonly Moment[]): Promise<void> {
    const action =
      asked.kind === 'register' ? { ...asked, certificateId: this.#connect(asked.deviceId) } : asked;
    let isDue = true;
    const interfere = async () => {
      if (!isDue) return;
      isDue = false;
      await this.#playAll(meanwhile);
    };
    let decidedAt: number | undefined;
    const store = this.#watch(interfere, (at) => {
      decidedAt = at;
    });
    const outcome = await outcomeOf({ ...this.at, store }, action);
    this.model.decidedAt = decidedAt;
    expect([action, outcome]).toEqual([action, expectedOf(this.model, action)]);
    if (action.kind === 'register') this.#noteLife(action.deviceId, action.certificateId);
    await interfere();
  }

  #watch(interfere: () => Promise<void>, decide: (at: number | undefined) => void): DeviceStore {
    const { store } = this.at;
    const watched: Record<string, unknown> = { ...store };
    for (const name of DECIDED_WRITES) {
      const write = store[name] as (...parts: unknown[]) => Promise<unknown>;
      watched[name] = async (...parts: unknown[]) => {
        await interfere();
        const change = Object(parts[1]) as Partial<LegalHold & HoldRelease> & {
          decommission?: { at: number };
        };
        decide(change.decommission?.at ?? change.at);
        return write(...parts);
      };
    }
    return watched as unknown as DeviceStore;
  }

  /**
   * The certificate by which a device connects: its own; for a new life, one that nobody has got to turning off since
   * the last one, or another, which is attached to the thing for it.
   */
  #connect(deviceId: string): string {
    const known = this.model.active.get(deviceId) ?? this.model.unexpired(deviceId);
    const own = known && this.certificates.get(known.life);
    const leftOver = this.prepared.has(deviceId) ? undefined : this.#leftOver(deviceId);
    return own ?? leftOver ?? this.#prepare(deviceId);
  }

  /** Every other time. Whoever has begun to remove it goes on: there is nothing in AWS IoT that could stop him. */
  #leftOver(deviceId: string): string | undefined {
    this.#newLives += 1;
    if (this.#newLives % 2 === 0) return undefined;
    const certificateId = this.#last.get(deviceId) ?? '';
    const { status, thingNames } = this.iot.certificates.get(certificateId) ?? {};
    const isUsable = status === 'ACTIVE' && thingNames?.has(deviceId) && !this.afterlife.isAnyoneAtWork;
    return isUsable ? certificateId : undefined;
  }

  #prepare(deviceId: string): string {
    const prepared = this.prepared.get(deviceId);
    if (prepared !== undefined) return this.#turn(prepared, 'ACTIVE');
    this.#made += 1;
    const certificateId = `${deviceId}-${this.#made}`;
    // Every other one is a spare that was made long ago.
    const createdAt = this.#made % 2 === 0 ? START : this.at.clock() + 1;
    this.iot.addCertificate(certificateId, { status: 'ACTIVE', createdAt }, deviceId);
    this.iot.shadows.set(deviceId, new Set(['']));
    this.prepared.set(deviceId, certificateId);
    return certificateId;
  }

  /** Whoever has not been let in is turned off again, until the next time: but for spares, which nobody can tell apart. */
  #noteLife(deviceId: string, certificateId = ''): void {
    const device = this.model.active.get(deviceId);
    if (device !== undefined && !this.certificates.has(device.life)) {
      this.certificates.set(device.life, certificateId);
      this.#last.set(deviceId, certificateId);
      this.prepared.delete(deviceId);
    }
    const prepared = this.prepared.get(deviceId) ?? '';
    if (this.iot.certificates.get(prepared)?.createdAt !== START) this.#turn(prepared, 'INACTIVE');
  }

  #turn(certificateId: string, status: string): string {
    const certificate = this.iot.certificates.get(certificateId);
    if (certificate !== undefined) certificate.status = status;
    return certificateId;
  }

  /** No purge touches what belongs to a device that is registered, can come back, or is about to register. */
  #expectUntouched(): void {
    for (const deviceId of new Set([...this.model.active.keys(), ...this.model.invalid.keys()])) {
      const device = this.model.active.get(deviceId) ?? this.model.unexpired(deviceId);
      if (device !== undefined) this.#expectWhole(deviceId, this.certificates.get(device.life));
    }
    for (const [deviceId, certificateId] of this.prepared) this.#expectWhole(deviceId, certificateId);
  }

  #expectWhole(deviceId: string, certificateId = ''): void {
    const { status = 'missing', thingNames } = this.iot.certificates.get(certificateId) ?? {};
    const isThere = this.iot.things.has(deviceId) && thingNames?.has(deviceId);
    expect([certificateId, isThere, status]).toEqual([
      certificateId,
      true,
      expect.stringMatching(/^(IN)?ACTIVE$/),
    ]);
  }
}
