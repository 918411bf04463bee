import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import type { LogWriter, ResourceKeeper, RuntimeLog } from '../contracts.ts';
import { type Collections, memoryCollections } from '../data/collections.ts';
import { DEFAULT_LIMITS, GATHERED_BYTES, keepWithin, type LogLimits, openLogFiles } from './log-files.ts';
import { EventSpool, type LogEvent, LogGroup, type LogGroupSettings } from './log-group.ts';

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
  /** Where each log group has files of its newest events. */
  readonly directory: string;
  readonly clock: Clock;
  readonly log: RuntimeLog;
  /**
   * Keeps which groups there are; in memory by default. Where they are kept, files go on with what an earlier runtime
   * has written; queries do not find that.
   */
  readonly collections?: Collections;
  readonly limits?: Partial<LogLimits>;
}

interface KeptGroup {
  readonly retentionInDays?: number;
  readonly creationTimeMs: number;
}

/** The directory of what is kept for queries. */
const NEWEST = 'newest';

/** Opens the logs: for queries, they start afresh. */
export async function openLogStore(options: LogStoreOptions): Promise<LogStore> {
  const { directory, clock, log, collections = memoryCollections } = options;
  await rm(join(directory, NEWEST), { recursive: true, force: true });
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const files = await openLogFiles(directory, {
    areKept: collections.areKept,
    limits,
    onFailure: (file, error) => log.error(`lines are lost, since ${file} can't be written: ${error.message}`),
  });
  const spools = new Map<string, EventSpool>();
  const kept = collections.open<KeptGroup>('logGroups');
  const groups = new Map<string, LogGroup>();

  function add(logGroupName: string, settings: KeptGroup): LogGroup {
    const spool = new EventSpool({
      filePrefix: join(directory, NEWEST, encodeURIComponent(logGroupName)),
      chunkBytes: Math.min(GATHERED_BYTES, limits.partBytes),
      onGrown: (grown) => keepWithin(limits, grown, spools.values()),
      onFailure: (error) =>
        log.error(`queries of ${logGroupName} miss events that can't be written to disk: ${String(error)}`),
      onFull: () =>
        log.warn(
          `the log group ${logGroupName} has more than the logs' limits: its oldest events are dropped`,
        ),
    });
    const onEvent = ({ message }: LogEvent) => files.write(logGroupName, message);
    const group = new LogGroup({ ...settings, logGroupName, spool, onEvent });
    spools.set(logGroupName, spool);
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
          files.begin(logGroupName);
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
        spools.delete(logGroupName);
        kept.delete(logGroupName);
        files.remove(logGroupName);
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
      files.close();
      for (const group of groups.values()) group.close();
    },
  };
}
