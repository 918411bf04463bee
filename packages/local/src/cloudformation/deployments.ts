import type { AwsService } from '../aws.ts';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { Collections } from '../data/collections.ts';
import { packagedCode } from '../package/code-store.ts';
import type { ResourceKind, StackKeepers } from '../template/resource-kinds.ts';
import type { CodeLocation, Stack } from '../template/stack.ts';
import { newStack } from './api/stacks.ts';
import { createCloudFormationApi } from './cloudformation-service.ts';
import { codeKey, neededCode } from './plan.ts';
import { type CodeSources, RunningStacks } from './running-stacks.ts';
import type { UnzippedArchive } from './stack-record.ts';
import { StackStore } from './stack-store.ts';
import { Stacks } from './stacks.ts';

interface DeploymentsOptions {
  readonly collections: Collections;
  readonly clock: Clock;
  readonly region: string;
  readonly accountId: string;
  readonly endpointUrl: string;
  readonly log: RuntimeLog;
  readonly keepers: StackKeepers;
  readonly code: CodeSources;
  /** The kinds of resources of which an earlier runtime has left what it had. */
  readonly keptKinds: ReadonlySet<ResourceKind>;
  /** Hears of every deployment that has ended. */
  onDeployed(): Promise<void> | void;
}

/** A package that the runtime starts with. */
export interface StartedPackage {
  readonly stackName: string;
  /** CloudFormation, in JSON. */
  readonly template: string;
  /** Absolute path; holds a directory for each archive, with its name. */
  readonly codeDirectory: string;
}

/** Stacks: what of them is there when the runtime starts, and what is deployed to it. */
export interface Deployments {
  /** CloudFormation's API. */
  readonly handle: AwsService;
  /**
   * Brings up what was deployed before, and deploys a package, where there is one, over what its stack was. Rejects
   * with what can't be made.
   */
  start(started: StartedPackage | undefined): Promise<void>;
  /** What the stacks run, in the order in which they were created. */
  stacks(): readonly { readonly stackName: string; readonly stack: Stack }[];
  /** Resolves once no deployment is under way. */
  close(): Promise<void>;
}

/** Opens the stacks that an earlier runtime has left; nothing of them runs before {@link Deployments.start}. */
export function openDeployments(options: DeploymentsOptions): Deployments {
  const { log, onDeployed, code, endpointUrl } = options;
  const store = new StackStore(options);
  const running = new RunningStacks({ ...options, store });
  const stacks = new Stacks({ running, log, onSettled: onDeployed });

  async function deploy({ stackName, template, codeDirectory }: StartedPackage): Promise<void> {
    const { stackId } =
      store.find(stackName) ?? store.put(newStack(stacks, stackName, NOTHING_SAID, UNPROTECTED));
    const deployment = { templateBody: template, template, parameters: {} };
    const needed = neededCode(deployment, running.environmentOf({ stackName, stackId }));
    const inPackage = needed.flatMap(({ location }) => codeIn(codeDirectory, location));
    await stacks.start(store.get(stackId), { ...deployment, code: Object.fromEntries(inPackage) });
  }

  return {
    handle: createCloudFormationApi({ stacks, objects: code.objects, endpointUrl }),
    async start(started) {
      await code.store.removeAllBut(directoriesOf(store));
      await stacks.resume(started && store.find(started.stackName)?.stackId);
      if (started !== undefined) await deploy(started);
    },
    stacks: () => running.stacks(),
    close: () => stacks.settled(),
  };
}

/** The directories of code that stacks have, or go on to have. */
function directoriesOf(store: StackStore): ReadonlySet<string> {
  const deployments = store
    .live()
    .flatMap(({ deployed, pending, replaced }) => [deployed, pending, replaced]);
  return new Set(
    deployments.flatMap((deployment) =>
      Object.values(deployment?.code ?? {}).map(({ directory }) => directory),
    ),
  );
}

function codeIn(
  codeDirectory: string,
  location: CodeLocation,
): readonly (readonly [string, UnzippedArchive])[] {
  if ('zipFile' in location) return [];
  return [[codeKey(location), { directory: packagedCode(codeDirectory, location.key) }]];
}

const NOTHING_SAID = { tags: [], capabilities: [], notificationArns: [] };
const UNPROTECTED = { terminationProtection: false, onFailure: 'ROLLBACK' } as const;
