import { randomUUID } from 'node:crypto';
import type { IotLog, IotLogEntry } from '../iot-log.ts';
import type { CompiledAction } from './actions/action.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { LookupTrace } from './lookups/request.ts';
import type { MessageContext } from './scope.ts';

type Named = Pick<CompiledRule, 'ruleName'>;

/** An action that was run for a message, and what it addressed. */
type Execution = Required<Pick<IotLogEntry, 'ruleAction' | 'resources'>>;

/** What `clientid()` gives for a message that did not come over MQTT; the log writes it in capitals. */
const NO_CLIENT = 'n/a';

/** What the rules engine logs of a message. */
export class RuleLog {
  readonly #log: IotLog;

  constructor(log: IotLog) {
    this.#log = log;
  }

  matched({ ruleName }: Named, message: MessageContext): void {
    this.#write('INFO', message, { eventType: 'RuleMatch', ruleName });
  }

  starting({ ruleName }: Named, message: MessageContext, { failedAction: ruleAction }: CompiledAction): void {
    this.#write('DEBUG', message, { eventType: 'StartingRuleExecution', ruleName, ruleAction });
  }

  executed({ ruleName }: Named, message: MessageContext, execution: Execution): void {
    this.#write('INFO', message, { eventType: 'RuleExecution', ruleName, ...execution });
  }

  /** An action failed, or, where there is none, the statement itself. */
  failed(
    { ruleName }: Named,
    message: MessageContext,
    { execution, details }: { readonly execution?: Execution; readonly details: string },
  ): void {
    this.#write('ERROR', message, { eventType: 'RuleExecution', ruleName, ...execution, details });
  }

  /** A function of the statement has asked another service. */
  lookedUp({ ruleName }: Named, message: MessageContext, trace: LookupTrace, error?: Error): void {
    const reason = error === undefined ? {} : { reason: error.message };
    const level = error === undefined ? 'DEBUG' : 'ERROR';
    // "N/A for FunctionExecution logs."
    const about = { ...message, clientId: NO_CLIENT };
    this.#write(level, about, { eventType: 'FunctionExecution', ruleName, ...trace, ...reason });
  }

  notFound(ruleName: string, message: MessageContext): void {
    const details = `Rule ${ruleName} not found`;
    this.#write('ERROR', message, { eventType: 'RuleNotFound', ruleName, reason: 'RuleNotFound', details });
  }

  #write(
    logLevel: IotLogEntry['logLevel'],
    { clientId, topic, principal, traceId }: MessageContext,
    entry: Pick<IotLogEntry, 'eventType' | 'ruleName' | 'ruleAction' | 'resources' | 'reason' | 'details'>,
  ): void {
    if (this.#log.hears?.(logLevel) === false) return;
    const status = logLevel === 'ERROR' ? 'Failure' : 'Success';
    const { eventType, ...rest } = entry;
    const about = {
      clientId: clientId === NO_CLIENT ? 'N/A' : clientId,
      topicName: topic,
      principalId: principal,
    };
    this.#log.write({ logLevel, traceId: traceId ?? randomUUID(), status, eventType, ...about, ...rest });
  }
}
