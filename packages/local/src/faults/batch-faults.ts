import type { BatchDelivery } from '../streams/batch-delivery.ts';
import type { StreamRecord } from '../streams/stream-record.ts';
import type { FaultPlan, Strike } from './fault-plan.ts';

type Delivery = Pick<BatchDelivery, 'deliver'>;

/**
 * A shard's delivery that cuts batches, and gives some again, as the plan has it: at once, or after the next one, which
 * then comes again as well, as when a reader goes on from where it has last said that it was.
 */
export function withBatchFaults(delivery: Delivery, tableName: string, plan: FaultPlan): Delivery {
  let again: readonly StreamRecord[] | undefined;

  async function deliverTwice(batch: readonly StreamRecord[], strike: Strike | undefined): Promise<void> {
    await delivery.deliver(batch);
    if (again !== undefined) {
      const earlier = again;
      again = undefined;
      await delivery.deliver(earlier);
      await delivery.deliver(batch);
    }
    if (strike === undefined) return;
    strike.tell();
    if (strike.fraction < 0.5) await delivery.deliver(batch);
    else again = batch;
  }

  return {
    async deliver(batch) {
      const strikes = plan.draw('batch', `streams:${tableName}`);
      const duplicate = strikes.find(({ fault }) => fault.kind === 'duplicate');
      const cut = strikes.find(({ fault }) => fault.kind === 'cut');
      if (cut === undefined || batch.length < 2) return deliverTwice(batch, duplicate);
      cut.tell();
      const at = 1 + Math.floor(cut.fraction * (batch.length - 1));
      await deliverTwice(batch.slice(0, at), duplicate);
      await deliverTwice(batch.slice(at), undefined);
    },
  };
}
