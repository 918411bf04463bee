import { jest } from '@jest/globals';

export type SaidLine = Readonly<Record<string, unknown>>;

/** With POWERTOOLS_DEV, logs and metrics go to the console of the test. Set before the middleware is loaded. */
export const SAYING = {
  POWERTOOLS_DEV: 'true',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  POWERTOOLS_METRICS_DISABLED: 'false',
  POWERTOOLS_SERVICE_NAME: 'device-lifecycle-test',
  POWERTOOLS_METRICS_NAMESPACE: 'DeviceLifecycle',
} as const;

/** Keeps what the middleware writes; `jest.restoreAllMocks` ends it. */
export function keepLines(): SaidLine[] {
  const lines: SaidLine[] = [];
  for (const level of ['log', 'info', 'warn', 'error'] as const) {
    jest.spyOn(console, level).mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  }
  return lines;
}
