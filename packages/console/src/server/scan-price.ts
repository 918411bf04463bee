import { costOf } from '@device-lifecycle/operator/fleet/prices.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { isLocal } from './is-local.ts';

const GB = 1024 ** 3;

/** What CloudWatch Logs Insights charges for reading so much of the logs, in USD; the laptop charges nothing. */
export const scanPriceUsd = (bytes: number, stack: Stack): number =>
  isLocal(stack) ? 0 : costOf({ scannedLogGb: bytes / GB }).totalUsd;
