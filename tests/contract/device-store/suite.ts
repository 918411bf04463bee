import { createStoreFixture, type StoreFixture } from '@device-lifecycle/test-kit/store-fixture.ts';
import type { TableEngine } from '@device-lifecycle/test-kit/table-engine.ts';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { describeDecommissioning } from './decommissioning.ts';
import { describeFaults } from './faults.ts';
import { describeGhosts } from './ghosts.ts';
import { describeHolding } from './holding.ts';
import { describePurging } from './purging.ts';
import { describeReading } from './reading.ts';
import { describeReadingMany } from './reading-many.ts';
import { describeRecordingCertificates } from './recording-certificates.ts';
import { describeRegistering } from './registering.ts';
import { describeRestoring } from './restoring.ts';
import { describeSightings } from './sightings.ts';
import { describeUpdating } from './updating.ts';

/** What every engine that the service runs on has to do for the device store. */
export function describeDeviceStore(start: () => Promise<TableEngine>): void {
  let engine: TableEngine | undefined;
  const fixtures: StoreFixture[] = [];

  async function createFixture(): Promise<StoreFixture> {
    if (engine === undefined) throw new Error('The table engine has not been started.');
    const fixture = await createStoreFixture(engine.endpoint);
    fixtures.push(fixture);
    return fixture;
  }

  beforeAll(async () => {
    engine = await start();
  }, 60_000);
  afterEach(() => {
    for (const { client } of fixtures.splice(0)) client.destroy();
  });
  afterAll(() => engine?.stop());

  describeRegistering(createFixture);
  describeUpdating(createFixture);
  describeRecordingCertificates(createFixture);
  describeDecommissioning(createFixture);
  describeHolding(createFixture);
  describeRestoring(createFixture);
  describePurging(createFixture);
  describeSightings(createFixture);
  describeGhosts(createFixture);
  describeReading(createFixture);
  describeReadingMany(createFixture);
  describeFaults(createFixture);
}
