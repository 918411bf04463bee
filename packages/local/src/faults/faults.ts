import type { AwsService } from '../aws.ts';
import type { LogWriter, RuntimeLog } from '../contracts.ts';
import type { Dynoxide, Engine } from '../engine/dynoxide.ts';
import type { EnvironmentFaults } from '../lambda/environment.ts';
import type { Functions } from '../lambda/functions.ts';
import type { RulesEngine } from '../rules/rules-engine.ts';
import type { AlterDelivery } from '../streams/stream-consumer.ts';
import { withCallFaults, withEngineFaults } from './call-faults.ts';
import {
  createEnvironmentFaults,
  withBatchFaults,
  withEventFaults,
  withMessageFaults,
} from './delivery-faults.ts';
import { FaultPlan } from './fault-plan.ts';
import type { FaultSettings } from './read-faults.ts';

interface FaultsOptions {
  /** None when absent. */
  readonly settings: FaultSettings | undefined;
  readonly logs: LogWriter;
  readonly log: RuntimeLog;
}

/** What of a stack faults are put around, each part where it is made. */
export interface Faults {
  readonly areAny: boolean;
  /** Options of functions. */
  readonly ofFunctions: { readonly faults?: EnvironmentFaults };
  /** Options of the readers of streams. */
  readonly ofStreams: { readonly alter?: AlterDelivery };
  /** The table engine's calls. */
  engine(service: AwsService, engine: Engine): AwsService;
  events(functions: Functions): Functions;
  messages(rules: RulesEngine): RulesEngine;
  calls(services: Readonly<Record<string, AwsService>>): Readonly<Record<string, AwsService>>;
  /** Tells how often each rule has struck. */
  close(): void;
}

const NO_FAULTS: Faults = {
  areAny: false,
  ofFunctions: {},
  ofStreams: {},
  engine: (service) => service,
  events: (functions) => functions,
  messages: (rules) => rules,
  calls: (services) => services,
  close: () => undefined,
};

const LOG_GROUP = '/local/faults';

/** The faults that were asked for, which it tells at start; nothing goes another way where there are none. */
export function createFaults({ settings, logs, log }: FaultsOptions): Faults {
  if (settings === undefined) return NO_FAULTS;
  const { rules, seed } = settings;
  const write = (record: string) => logs.write(LOG_GROUP, `seed-${seed}`, record);
  const plan = new FaultPlan({ rules, seed, write });
  const texts = rules.map(({ text }) => `  ${text}`);
  log.warn([`Faults will be injected, by the seed ${seed}:`, ...texts].join('\n'));
  return {
    areAny: true,
    ofFunctions: { faults: createEnvironmentFaults(plan) },
    ofStreams: { alter: (delivery, tableName) => withBatchFaults(delivery, tableName, plan) },
    engine: (service, engine) =>
      canDie(engine) ? withEngineFaults(service, () => engine.kill(), plan) : service,
    events: (functions) => withEventFaults(functions, plan),
    messages: (messageRules) => withMessageFaults(messageRules, plan),
    calls: (services) =>
      Object.fromEntries(
        Object.entries(services).map(([name, service]) => [name, withCallFaults(service, plan)]),
      ),
    close() {
      plan.end();
      log.info(`Faults by the seed ${seed}: ${plan.summary()}`);
    },
  };
}

const canDie = (engine: Engine): engine is Dynoxide => 'kill' in engine;
