/** What executions are refused for by how their device stands, which no repetition mends: docs/messages.md. */
export const REFUSALS = [
  'DeviceNotFound',
  'RetentionExpired',
  'StaleRequest',
  'AlreadyDecommissioned',
  'DeviceInService',
  'UnderLegalHold',
] as const;
