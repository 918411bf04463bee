/** Where the views of things are. */
export const devicePath = (deviceId: string): string => `/devices/${encodeURIComponent(deviceId)}`;

export const executionPath = (executionArn: string): string =>
  `/executions/${encodeURIComponent(executionArn)}`;

/** Of an execution of `decommission-fleet` or `restore-fleet`. */
export const fleetPath = (executionArn: string): string => `/fleets/${encodeURIComponent(executionArn)}`;
