import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ResourceKeeper } from '../contracts.ts';

/** As `SetV2LoggingOptions` knows them, from the most to the least. */
export const IOT_LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'DISABLED'] as const;
export type IotLogLevel = (typeof IOT_LOG_LEVELS)[number];

/** The log group of AWS IoT's own logs, one an account and Region. */
export const IOT_LOG_GROUP = 'AWSIotLogsV2';

/**
 * What the message broker and the rules engine log, but for the attributes that all entries have. Attributes that are
 * undefined are left out. Source: AWS IoT developer guide, "CloudWatch Logs AWS IoT log entries".
 */
export interface IotLogEntry {
  readonly logLevel: Exclude<IotLogLevel, 'DISABLED'>;
  /** The same for all that comes of one message; a new one by default. */
  readonly traceId?: string | undefined;
  readonly status: 'Success' | 'Failure';
  readonly eventType:
    | 'Connect'
    | 'Disconnect'
    | 'Publish-In'
    | 'Publish-Out'
    | 'Subscribe'
    | 'Unsubscribe'
    | 'RuleMatch'
    | 'StartingRuleExecution'
    | 'RuleExecution'
    | 'FunctionExecution'
    | 'RuleNotFound';
  readonly protocol?: 'MQTT' | 'HTTP';
  readonly topicName?: string | undefined;
  readonly clientId?: string | undefined;
  readonly principalId?: string | undefined;
  readonly sourceIp?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly ruleName?: string;
  readonly ruleAction?: string;
  readonly resources?: Readonly<Record<string, string>>;
  readonly reason?: string;
  readonly details?: string;
  readonly disconnectReason?: string;
}

export interface IotLog {
  write(entry: IotLogEntry): void;
  /** Whether what is written at a level is heard; it is everywhere where the log does not say so. */
  hears?(logLevel: IotLogEntry['logLevel']): boolean;
}

export const silentIotLog: IotLog = { write: () => undefined, hears: () => false };

/** Takes a record, JSON text, with its time in epoch milliseconds. */
type WriteRecord = (record: string, timestampMs: number) => void;

/** `2026-01-02 03:04:05.678`, in UTC. */
const asTimestamp = (epochMs: number) => new Date(epochMs).toISOString().replace('T', ' ').slice(0, -1);

/**
 * AWS IoT's log, V2. The broker runs before it is known whether a stack logs: what comes earlier waits for `open`,
 * and is forgotten where there is no log.
 */
export class AwsIotLog implements IotLog {
  readonly #clock: Clock;
  readonly #accountId: string;
  #waiting: (readonly [IotLogEntry, number])[] = [];
  #level: IotLogLevel = 'DISABLED';
  #sink: WriteRecord | undefined;

  constructor({ clock, accountId }: { readonly clock: Clock; readonly accountId: string }) {
    this.#clock = clock;
    this.#accountId = accountId;
  }

  /** Writes what the level lets through from now on, and what has waited for it. */
  open(write: WriteRecord): void {
    this.#sink = write;
    for (const [entry, epochMs] of this.#waiting) this.#write(entry, epochMs);
    this.#waiting = [];
  }

  /** As the account's setting: `AWS::IoT::Logging`, and nothing without one. */
  readonly level: ResourceKeeper<IotLogLevel> = {
    put: async (level) => {
      this.#level = level;
    },
    remove: async () => {
      this.#level = 'DISABLED';
    },
  };

  write(entry: IotLogEntry): void {
    if (this.#sink === undefined) this.#waiting.push([entry, this.#clock.now()]);
    else this.#write(entry, this.#clock.now());
  }

  /** What comes before it is known who logs is not lost. */
  hears(logLevel: IotLogEntry['logLevel']): boolean {
    return (
      this.#sink === undefined || IOT_LOG_LEVELS.indexOf(logLevel) >= IOT_LOG_LEVELS.indexOf(this.#level)
    );
  }

  #write(entry: IotLogEntry, epochMs: number): void {
    if (this.#sink === undefined || !this.hears(entry.logLevel)) return;
    const { logLevel, traceId = randomUUID(), ...rest } = entry;
    const common = { timestamp: asTimestamp(epochMs), logLevel, traceId, accountId: this.#accountId };
    this.#sink(JSON.stringify({ ...common, ...rest }), epochMs);
  }
}
