import { randomUUID } from 'node:crypto';
import type { IotLog, IotLogEntry } from '../iot/iot-log.ts';
import type { ActionCall, CompiledAction } from './actions/action.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { MessageContext } from './scope.ts';

type Named = Pick<CompiledRule, 'ruleName'>;

/** An action that was run for a message, and how. */
interface Execution {
  readonly action: Pick<CompiledAction, 'failedAction' | 'resourceName'>;
  readonly call: Pick<ActionCall, 'resource' | 'resources'>;
}

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
    if (!this.#hears('INFO')) return;
    this.#write('INFO', message, { eventType: 'RuleExecution', ruleName, ...detailsOf(execution) });
  }

  /** An action failed, or, where there is none, the statement itself. */
  failed(
    { ruleName }: Named,
    message: MessageContext,
    { execution, details }: { readonly execution?: Execution; readonly details: string },
  ): void {
    const about = execution === undefined ? {} : detailsOf(execution);
    this.#write('ERROR', message, { eventType: 'RuleExecution', ruleName, ...about, details });
  }

  notFound(ruleName: string, message: MessageContext): void {
    const details = `Rule ${ruleName} not found`;
    this.#write('ERROR', message, { eventType: 'RuleNotFound', ruleName, reason: 'RuleNotFound', details });
  }

  #hears(logLevel: IotLogEntry['logLevel']): boolean {
    return this.#log.hears?.(logLevel) !== false;
  }

  #write(
    logLevel: IotLogEntry['logLevel'],
    { clientId, topic, principal, traceId }: MessageContext,
    entry: Pick<IotLogEntry, 'eventType' | 'ruleName' | 'ruleAction' | 'resources' | 'reason' | 'details'>,
  ): void {
    if (!this.#hears(logLevel)) return;
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

/** What the action addressed. */
function detailsOf({ action, call }: Execution): Required<Pick<IotLogEntry, 'ruleAction' | 'resources'>> {
  const { failedAction: ruleAction, resourceName } = action;
  const { resource, resources = { [resourceName]: resource } } = call;
  return { ruleAction, resources };
}
