/** A colon may stand in a path as it is, and the router would leave it encoded. */
const segmentOf = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':');

/** A parameter of a path as it was, since the router decodes some characters only. */
export function paramOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Typed by hand: it is what it says.
    return segment;
  }
}

/** Where the views of things are. */
export const devicePath = (deviceId: string): string => `/devices/${segmentOf(deviceId)}`;

export const executionPath = (executionArn: string): string => `/executions/${segmentOf(executionArn)}`;

/** Of an execution of `decommission-fleet` or `restore-fleet`. */
export const fleetPath = (executionArn: string): string => `/fleets/${segmentOf(executionArn)}`;
