/** An event of a log group. */
export interface LoggedStep {
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** A step of a life, as EventBridge writes it into the log group. */
export const loggedStep = (sequence: number, timestamp: number, deviceId = 'dev-1'): LoggedStep => ({
  timestamp,
  message: JSON.stringify({
    'detail-type': 'DeviceUpdated',
    detail: {
      id: `${deviceId}/1/${sequence}`,
      deviceId,
      registeredAt: 1,
      sequence,
      at: timestamp,
      actor: { source: 'device' },
    },
  }),
});
