import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { LogWriter, RuntimeLog } from '../contracts.ts';
import { type LogFiles, openLogFiles } from './log-files.ts';
import { LogGroup, type LogGroupSettings } from './log-group.ts';

/** What was logged: log groups with their newest events, which queries run over. */
export interface LogStore extends LogWriter {
  /** In the order of their names. */
  groups(): readonly LogGroup[];
  group(logGroupName: string): LogGroup | undefined;
  /** Resolves once all is on disk. */
  close(): Promise<void>;
}

export interface LogStoreOptions {
  /** Where each log group has a file of all its events. */
  readonly directory: string;
  /** Whether files go on with what an earlier runtime has written; queries do not find that. */
  readonly areKept?: boolean;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /** Those of the template; others come into being with their first event. */
  readonly groups: readonly LogGroupSettings[];
  /** How many events of a group are kept for queries; 200,000 when absent. */
  readonly maxEvents?: number;
}

const MAX_EVENTS = 200_000;
/** The directory of what is kept for queries. */
const NEWEST = 'newest';

/** Opens the logs: for queries, they start afresh. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { directory, clock, log, groups: settings } = options;
  await rm(join(directory, NEWEST), { recursive: true, force: true });
  const files = await openLogFiles(directory, {
    logGroupNames: settings.map(({ logGroupName }) => logGroupName),
    ...(options.areKept !== undefined && { areKept: options.areKept }),
    onFailure: (file, error) => log.error(`lines are lost, since ${file} can't be written: ${error.message}`),
  });
  const groups = new Map<string, LogGroup>();
  for (const one of settings) addGroup(groups, files, options, one);
  return {
    write(logGroupName, logStreamName, message, timestampMs) {
      const group = groups.get(logGroupName) ?? addGroup(groups, files, options, { logGroupName });
      const nowMs = clock.now();
      group.add({ logStreamName, message, timestampMs: timestampMs ?? nowMs, ingestionTimeMs: nowMs });
    },
    groups: () => [...groups.values()].sort((one, other) => (one.logGroupName < other.logGroupName ? -1 : 1)),
    group: (logGroupName) => groups.get(logGroupName),
    async close() {
      await files.close();
      for (const group of groups.values()) group.close();
    },
  };
}

function addGroup(
  groups: Map<string, LogGroup>,
  files: LogFiles,
  { clock, directory, log, maxEvents = MAX_EVENTS }: LogStoreOptions,
  settings: LogGroupSettings,
): LogGroup {
  const { logGroupName } = settings;
  const group = new LogGroup({
    ...settings,
    creationTimeMs: clock.now(),
    maxEvents,
    filePrefix: join(directory, NEWEST, encodeURIComponent(logGroupName)),
    onFailure: (error) =>
      log.error(`queries of ${logGroupName} miss events that can't be written to disk: ${String(error)}`),
    onEvent: ({ message }) => files.write(logGroupName, message),
    onFull: () =>
      log.warn(
        `the log group ${logGroupName} keeps its newest ${maxEvents} events for queries; its file has them all`,
      ),
  });
  groups.set(logGroupName, group);
  return group;
}
