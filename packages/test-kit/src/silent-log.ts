/** For what a test starts and does not listen to. */
export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };
