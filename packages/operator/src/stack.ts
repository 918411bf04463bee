import { readFile } from 'node:fs/promises';
import type { ClientConfig } from './client-config.ts';
import { NoStackError, UsageError } from './errors.ts';
import { type Identity, whoAmI } from './identity.ts';
import type { Values } from './values.ts';

const SERVICE = 'device-lifecycle';
const DEAD_LETTERS = '-dead-letters';

/** The state machines of a stack; the names of their ARNs begin with the stack's. */
export const STATE_MACHINES = [
  'decommission-device',
  'restore-device',
  'hold-device',
  'release-device',
  'purge-device',
  'decommission-fleet',
  'restore-fleet',
  'propose-stale',
] as const;

export type StateMachineName = (typeof STATE_MACHINES)[number];

/** The stack that a command works on, on AWS or on this machine. */
export interface Stack {
  /** What the names of all its parts begin with: `device-lifecycle-dev`. */
  readonly name: string;
  /** For people: `device-lifecycle-dev in eu-west-1`. */
  readonly where: string;
  /** What every SDK client is made with. */
  readonly clientConfig: ClientConfig;
  readonly deadLettersQueueName: string;
  readonly discardedLogGroupName: string;
  /** Names. */
  readonly tables: { readonly devices: string; readonly invalidDevices: string };
  /** Who the operator is, asked once. Errors are those of the SDK, as for what follows. */
  identity(): Promise<Identity>;
  stateMachineArn(name: StateMachineName): Promise<string>;
  fleetBucketName(): Promise<string>;
  /** Of a stack on this machine alone: what devices need to connect to it. */
  readonly laptop?: Laptop;
}

/** Finds the stack that the caller's options name. */
export interface Connection {
  /** Throws `CliError`. */
  connect(): Promise<Stack>;
}

export interface Laptop {
  /** `caFile`: PEM, of the root that the broker's certificate comes from. */
  readonly mqtt: { readonly host: string; readonly port: number; readonly caFile: string };
  /** The AWS IoT policy that each device's certificate has. */
  readonly devicePolicyName: string;
}

/** Throttled calls are tried again by the SDK, with waits in between that grow. */
const MAX_ATTEMPTS = 5;

/** Options that every command has. */
export const STACK_OPTIONS = {
  local: { type: 'boolean', description: 'the stack that "npm start" runs on this machine' },
  'stack-file': {
    type: 'string',
    value: 'FILE',
    description: 'where it says what is where (.local/stack.json)',
  },
  stage: { type: 'string', value: 'NAME', description: 'the stage on AWS (dev)' },
  region: {
    type: 'string',
    value: 'NAME',
    description: 'the AWS Region (that of your profile, or AWS_REGION)',
  },
  profile: {
    type: 'string',
    value: 'NAME',
    description: 'the profile with your AWS credentials (AWS_PROFILE)',
  },
} as const;

/**
 * Finds the stack that the options name; on AWS nothing is called for it.
 * @throws UsageError, NoStackError
 */
export async function findStack(values: Values): Promise<Stack> {
  if (values.flag('local')) return findLocalStack(values);
  if (values.text('stack-file') !== undefined) throw new UsageError('--stack-file goes with --local.');
  const stage = values.text('stage') ?? 'dev';
  if (!/^[a-z\d][a-z\d-]*$/i.test(stage)) {
    throw new UsageError(`--stage ${stage} is not a stage: give letters, digits and hyphens, such as dev.`);
  }
  const [region, profile] = [values.text('region'), values.text('profile')];
  return describe(`${SERVICE}-${stage}`, region ?? "your profile's Region", {
    maxAttempts: MAX_ATTEMPTS,
    ...(region !== undefined && { region }),
    ...(profile !== undefined && { profile }),
  });
}

function describe(name: string, place: string, clientConfig: ClientConfig): Stack {
  let known: Promise<Identity> | undefined;
  const identity = () => {
    // What lives long asks again after a failure: credentials expire, and are renewed.
    known ??= whoAmI(clientConfig).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    name,
    where: `${name} in ${place}`,
    clientConfig,
    deadLettersQueueName: `${name}${DEAD_LETTERS}`,
    discardedLogGroupName: `/${name}/discarded-dead-letters`,
    tables: { devices: `${name}-devices`, invalidDevices: `${name}-invalid-devices` },
    identity,
    async stateMachineArn(machine) {
      const { partition, region, accountId } = await identity();
      return `arn:${partition}:states:${region}:${accountId}:stateMachine:${name}-${machine}`;
    },
    async fleetBucketName() {
      const { region, accountId } = await identity();
      return `${name}-fleet-${accountId}-${region}`;
    },
  };
}

/** The ARN of an execution, by that of its state machine and its name. */
export const executionArnOf = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

/**
 * A stack for who is asked whether it is meant: on AWS with its account, since a profile is easily the wrong one.
 * Errors are those of the SDK.
 */
export async function placeOf({ name, where, clientConfig, identity }: Stack): Promise<string> {
  if (clientConfig.endpoint !== undefined) return where;
  const { region, accountId } = await identity();
  return `${name} in ${region}, account ${accountId}`;
}

/** The credentials are dummies, so that nothing that goes wrong can reach an account. */
async function findLocalStack(values: Values): Promise<Stack> {
  for (const name of ['stage', 'region', 'profile']) {
    if (values.text(name) !== undefined)
      throw new UsageError(`--${name} is for AWS, --local for the laptop.`);
  }
  const file = values.text('stack-file') ?? '.local/stack.json';
  const { region, awsEndpointUrl, queues, mqtt, policies } = await readStackFile(file);
  const queueName = String(Object(queues)['deadLetters'] ?? '')
    .split('/')
    .at(-1);
  if (
    typeof region !== 'string' ||
    typeof awsEndpointUrl !== 'string' ||
    !queueName?.endsWith(DEAD_LETTERS)
  ) {
    throw new NoStackError(
      `${file} is not a stack file: start the runtime with "npm start", which writes one.`,
    );
  }
  const stack = describe(queueName.slice(0, -DEAD_LETTERS.length), `the runtime at ${awsEndpointUrl}`, {
    maxAttempts: MAX_ATTEMPTS,
    region,
    endpoint: awsEndpointUrl,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const laptop = laptopOf(mqtt, policies);
  return laptop === undefined ? stack : { ...stack, laptop };
}

function laptopOf(mqtt: unknown, policies: unknown): Laptop | undefined {
  const { host, port, caFile } = Object(mqtt);
  const { device: devicePolicyName } = Object(policies);
  const isWhole = [host, caFile, devicePolicyName].every((text) => typeof text === 'string');
  return isWhole && typeof port === 'number' ? { mqtt: { host, port, caFile }, devicePolicyName } : undefined;
}

async function readStackFile(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return Object(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new NoStackError(
      `${file} cannot be read, so no runtime is known: start it with "npm start", or name its file with --stack-file.`,
      { cause: error },
    );
  }
}
