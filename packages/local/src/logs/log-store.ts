import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { LogWriter, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { openLogFiles } from './log-files.ts';
import { LogGroup, type LogGroupSettings } from './log-group.ts';

/** What was logged: log groups with their newest events, which queries run over. */
export interface LogStore extends LogWriter {
  /** Log groups, of templates and of calls. */
  readonly keeper: ResourceKeeper<LogGroupSettings>;
  /** In the order of their names. */
  groups(): readonly LogGroup[];
  group(logGroupName: string): LogGroup | undefined;
  /** Resolves once all is on disk. */
  close(): Promise<void>;
}

export interface LogStoreOptions {
  /** Where each log group has a file of all its events. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /**
   * Keeps which groups there are; in memory by default. Where they are kept, files go on with what an earlier runtime
   * has written; queries do not find that.
   */
  readonly collections?: Collections;
  /** How many events of a group are kept for queries; 200,000 when absent. */
  readonly maxEvents?: number;
}

interface KeptGroup {
  readonly retentionInDays?: number;
  readonly creationTimeMs: number;
}

const MAX_EVENTS = 200_000;
/** The directory of what is kept for queries. */
const NEWEST = 'newest';

/** Opens the logs: for queries, they start afresh. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { directory, clock, log, collections = memoryCollections } = options;
  await rm(join(directory, NEWEST), { recursive: true, force: true });
  const files = await openLogFiles(directory, {
    areKept: collections.areKept,
    onFailure: (file, error) => log.error(`lines are lost, since ${file} can't be written: ${error.message}`),
  });
  const kept = collections.open<KeptGroup>('logGroups');
  const groups = new Map<string, LogGroup>();
  const onEvent = (logGroupName: string, message: string) => files.write(logGroupName, message);

  function add(logGroupName: string, settings: KeptGroup): LogGroup {
    const group = openGroup({ ...settings, logGroupName }, options, onEvent);
    groups.set(logGroupName, group);
    return group;
  }

  function create(settings: LogGroupSettings): LogGroup {
    const { logGroupName, ...others } = settings;
    const group = { ...others, creationTimeMs: clock.now() };
    kept.set(logGroupName, group);
    return add(logGroupName, group);
  }

  for (const [logGroupName, settings] of kept) add(logGroupName, settings);
  return {
    keeper: {
      async put(settings) {
        const { logGroupName, retentionInDays } = settings;
        const group = groups.get(logGroupName);
        if (group === undefined) {
          create(settings);
          await files.begin(logGroupName);
          return;
        }
        group.retentionInDays = retentionInDays;
        const { creationTimeMs } = group;
        kept.set(logGroupName, {
          creationTimeMs,
          ...(retentionInDays !== undefined && { retentionInDays }),
        });
      },
      async remove({ logGroupName }) {
        groups.get(logGroupName)?.close();
        groups.delete(logGroupName);
        kept.delete(logGroupName);
        await files.remove(logGroupName);
      },
    },
    write(logGroupName, logStreamName, message, timestampMs) {
      const group = groups.get(logGroupName) ?? create({ logGroupName });
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

function openGroup(
  settings: LogGroupSettings & KeptGroup,
  { directory, log, maxEvents = MAX_EVENTS }: LogStoreOptions,
  onEvent: (logGroupName: string, message: string) => void,
): LogGroup {
  const { logGroupName } = settings;
  return new LogGroup({
    ...settings,
    maxEvents,
    filePrefix: join(directory, NEWEST, encodeURIComponent(logGroupName)),
    onFailure: (error) =>
      log.error(`queries of ${logGroupName} miss events that can't be written to disk: ${String(error)}`),
    onEvent: ({ message }) => onEvent(logGroupName, message),
    onFull: () =>
      log.warn(
        `the log group ${logGroupName} keeps its newest ${maxEvents} events for queries; its file has them all`,
      ),
  });
}
