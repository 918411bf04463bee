import type { Collections } from '../data/collections.ts';
import type { Deployment, ResourceRecord, StackRecord } from './stack-record.ts';

/** What of a stack is large, and seldom changes. */
const DEPLOYMENTS = ['deployed', 'pending', 'replaced'] as const;

type KeptStack = Omit<StackRecord, 'resources' | (typeof DEPLOYMENTS)[number]>;

/** Without the template as JSON where that is the text that was given. */
type KeptDeployment = Omit<Deployment, 'template'> & Partial<Pick<Deployment, 'template'>>;

/** Stacks by their ids, of which only what has changed is written. */
export class KeptStacks {
  readonly #records = new Map<string, StackRecord>();
  readonly #stacks: Map<string, KeptStack>;
  readonly #deployments: Map<string, KeptDeployment>;
  readonly #resources: Map<string, ResourceRecord>;

  constructor(collections: Collections) {
    this.#stacks = collections.open('cloudformation-stacks');
    this.#deployments = collections.open('cloudformation-deployments');
    this.#resources = collections.open('cloudformation-resources');
    for (const [stackId, stack] of this.#stacks) this.#records.set(stackId, this.#read(stackId, stack));
  }

  /** In the order in which they were made. */
  values(): Iterable<StackRecord> {
    return this.#records.values();
  }

  get(stackId: string): StackRecord | undefined {
    return this.#records.get(stackId);
  }

  set(record: StackRecord): void {
    const { deployed: _, pending: __, replaced: ___, resources, ...stack } = record;
    const { stackId } = stack;
    const before = this.#records.get(stackId);
    this.#records.set(stackId, record);
    this.#stacks.set(stackId, stack);
    for (const part of DEPLOYMENTS) {
      if (record[part] !== before?.[part]) this.#write(`${part} ${stackId}`, record[part]);
    }
    for (const [logicalId, resource] of Object.entries(resources)) {
      if (resource !== before?.resources[logicalId]) this.#resources.set(`${stackId} ${logicalId}`, resource);
    }
    for (const logicalId of Object.keys(before?.resources ?? {})) {
      if (resources[logicalId] === undefined) this.#resources.delete(`${stackId} ${logicalId}`);
    }
  }

  delete(stackId: string): void {
    const record = this.#records.get(stackId);
    for (const part of DEPLOYMENTS) this.#deployments.delete(`${part} ${stackId}`);
    for (const logicalId of Object.keys(record?.resources ?? {})) {
      this.#resources.delete(`${stackId} ${logicalId}`);
    }
    this.#records.delete(stackId);
    this.#stacks.delete(stackId);
  }

  #write(key: string, deployment: Deployment | undefined): void {
    if (deployment === undefined) {
      this.#deployments.delete(key);
      return;
    }
    const { template, ...others } = deployment;
    this.#deployments.set(key, template === others.templateBody ? others : deployment);
  }

  #read(stackId: string, stack: KeptStack): StackRecord {
    const deployments = DEPLOYMENTS.flatMap((part) => {
      const kept = this.#deployments.get(`${part} ${stackId}`);
      return kept === undefined ? [] : [[part, { ...kept, template: kept.template ?? kept.templateBody }]];
    });
    const prefix = `${stackId} `;
    const resources = [...this.#resources]
      .filter(([key]) => key.startsWith(prefix))
      .map(([, resource]) => [resource.logicalId, resource]);
    return {
      ...stack,
      ...Object.fromEntries(deployments),
      resources: Object.fromEntries(resources),
    };
  }
}
