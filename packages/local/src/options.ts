import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultRuleError } from './faults/fault-plan.ts';
import { type FaultSettings, readFaults } from './faults/read-faults.ts';
import { DEFAULT_QUEUE_LIMITS } from './lambda/event-queues.ts';

/** Where the runtime was started: the service that it runs unless it is told otherwise, and its folder `.local`. */
export const WORKING_DIR = process.cwd();

/** How the runtime is to run; everything has a default. */
export interface RuntimeOptions {
  /** Of the one AWS endpoint; 0 for any free one. */
  readonly port: number;
  /** 0 for any free one. */
  readonly mqttPort: number;
  /** Absolute path. */
  readonly stackFile: string;
  /** Absolute path of the directory that everything is kept in; without it, it is gone when the runtime ends. */
  readonly dataDirectory?: string;
  /** Another DynamoDB engine than the one that comes with the package. */
  readonly dynamodbUrl?: string;
  /** Absolute path of the directory of the serverless service to start with; none when absent. */
  readonly service?: string;
  readonly stage: string;
  readonly region: string;
  /** Before the second and the third try of an asynchronous invocation. */
  readonly asyncRetryDelaysMs: readonly number[];
  /** How many asynchronous invocations of one function may wait. */
  readonly asyncQueueEvents: number;
  /** Calls a second that AWS IoT takes, by the name of the operation; without a limit where there is none. */
  readonly iotQuotas: Readonly<Record<string, number>>;
  /** How long items stay in their table after they have expired; for good when absent. */
  readonly ttlDelaySeconds?: number;
  /** What is to go wrong on purpose; nothing when absent. */
  readonly faults?: FaultSettings;
  /** A script that runs beside the runtime, and its arguments; nothing does when absent. */
  readonly companion?: readonly string[];
  /** Whether to end when the process that started this one has gone. */
  readonly withParent: boolean;
}

/** Options that can't be used. The message says what to do. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new OptionsError(`--${option} ${text} is not a port: give a number from 0 to 65535.`);
  }
  return port;
}

function parseDelays(text: string): readonly number[] {
  if (!/^\d+,\d+$/.test(text)) {
    throw new OptionsError(
      `--async-retry-delays ${text} is not two numbers: give milliseconds, such as 1000,2000.`,
    );
  }
  return text.split(',').map(Number);
}

function parseQueue(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) {
    throw new OptionsError(`--async-queue ${text} is not a number of events: give one, such as 10000.`);
  }
  return Number(text);
}

function parseQuotas(texts: readonly string[]): Readonly<Record<string, number>> {
  const quotas = texts.map((text) => {
    const [, operation, rate] = /^([A-Z][A-Za-z\d]*)=(\d+(?:\.\d+)?)$/.exec(text) ?? [];
    if (operation === undefined || !(Number(rate) > 0)) {
      throw new OptionsError(
        `--iot-quota ${text} is not a quota: give an operation and calls a second, such as UpdateCertificate=10.`,
      );
    }
    return [operation, Number(rate)] as const;
  });
  return Object.fromEntries(quotas);
}

function parseTtlDelay(text: string): { readonly ttlDelaySeconds?: number } {
  if (text === 'off') return {};
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new OptionsError(`--ttl-delay ${text} is not a number of seconds: give one, such as 60, or off.`);
  }
  return { ttlDelaySeconds: Number(text) };
}

function parseFaults(texts: readonly string[], seed: string | undefined, dynamodb: string | undefined) {
  try {
    return readFaults(texts, { seed, hasOwnEngine: dynamodb === undefined });
  } catch (error) {
    if (error instanceof FaultRuleError) throw new OptionsError(error.message, { cause: error });
    throw error;
  }
}

function parseDirectory(text: string): string {
  if (text === '') throw new OptionsError('--data names no directory: give one, such as .local/data.');
  return resolve(text);
}

function parseUrl(text: string): string {
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol)) {
    throw new OptionsError(`--dynamodb ${text} is not a URL: give one such as http://127.0.0.1:8000.`);
  }
  return text.replace(/\/$/, '');
}

/** Split at spaces before the stack file's path takes its place, which may have some. */
function parseCompanion(text: string, stackFile: string): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '');
  if (words.length === 0) {
    throw new OptionsError('--companion names no script: give one, or --no-companion for none.');
  }
  return words.map((word) => word.replaceAll('{stackFile}', () => stackFile));
}

interface NamePattern {
  readonly option: string;
  readonly pattern: RegExp;
  readonly hint: string;
}

const STAGE: NamePattern = {
  option: 'stage',
  pattern: /^[a-z\d][a-z\d-]*$/i,
  hint: 'is not a stage: give letters, digits and hyphens, such as dev.',
};

const REGION: NamePattern = {
  option: 'region',
  pattern: /^[a-z]{2,}(-[a-z]+)+-\d+$/,
  hint: 'is not an AWS Region: give one such as us-east-1.',
};

function parseName(text: string, { option, pattern, hint }: NamePattern): string {
  if (!pattern.test(text)) throw new OptionsError(`--${option} ${text} ${hint}`);
  return text;
}

function parseCommandLine(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { ...text, default: '4566' },
        'mqtt-port': { ...text, default: '8883' },
        'stack-file': { ...text, default: '.local/stack.json' },
        data: text,
        dynamodb: text,
        service: { ...text, default: WORKING_DIR },
        'no-service': { type: 'boolean', default: false },
        stage: { ...text, default: 'dev' },
        region: { ...text, default: 'us-east-1' },
        'async-retry-delays': { ...text, default: '1000,2000' },
        'async-queue': { ...text, default: String(DEFAULT_QUEUE_LIMITS.events) },
        'iot-quota': { type: 'string', multiple: true, default: [] },
        fault: { type: 'string', multiple: true, default: [] },
        'fault-seed': text,
        'ttl-delay': { ...text, default: '0' },
        companion: text,
        'no-companion': { type: 'boolean', default: false },
        'with-parent': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionsError(`${reason.replace(/\.$/, '')}. See npm start -- --help.`);
  }
}

/**
 * Reads the command line; `undefined` asks for help.
 * @throws OptionsError
 */
export function parseOptions(args: readonly string[]): RuntimeOptions | undefined {
  const values = parseCommandLine(args);
  if (values.help) return undefined;
  const stackFile = resolve(values['stack-file']);
  const service = values['no-service'] ? undefined : resolve(values.service);
  // The companion knows the service of the working directory alone.
  const companion = values['no-companion'] || service !== WORKING_DIR ? undefined : values.companion;
  return {
    port: parsePort('port', values.port),
    mqttPort: parsePort('mqtt-port', values['mqtt-port']),
    stackFile,
    ...(values.data !== undefined && { dataDirectory: parseDirectory(values.data) }),
    ...(values.dynamodb !== undefined && { dynamodbUrl: parseUrl(values.dynamodb) }),
    ...(service !== undefined && { service }),
    stage: parseName(values.stage, STAGE),
    region: parseName(values.region, REGION),
    asyncRetryDelaysMs: parseDelays(values['async-retry-delays']),
    asyncQueueEvents: parseQueue(values['async-queue']),
    iotQuotas: parseQuotas(values['iot-quota']),
    ...parseTtlDelay(values['ttl-delay']),
    ...parseFaults(values.fault, values['fault-seed'], values.dynamodb),
    ...(companion !== undefined && { companion: parseCompanion(companion, stackFile) }),
    withParent: values['with-parent'],
  };
}

/** What `--help` prints. */
export const USAGE = `Runs the packaged service on this machine, until interrupted. Nothing reaches AWS.

  npm start -- [options]

  --port N                 the AWS endpoint for SDKs and the AWS CLI (default 4566; 0: any free port)
  --mqtt-port N            the MQTT broker, over TLS (default 8883; 0: any free port)
  --stack-file FILE        where to write what is where (default .local/stack.json)
  --data DIR               keep everything in this directory, for the next start and also when this process is
                           killed; one runtime at a time (default: in memory, gone when it ends)
  --dynamodb URL           use this DynamoDB engine, for example DynamoDB Local, and not the built-in one
  --service DIR            start with the serverless service of this directory, and not with this project's
  --no-service             start with none: an empty endpoint to deploy to (serverless deploy)
  --stage NAME             the stage to package (default dev)
  --region NAME            the AWS Region to pretend (default us-east-1)
  --async-retry-delays A,B milliseconds before the two retries of an asynchronous invocation
                           (default 1000,2000; 60000,120000 is what AWS Lambda waits)
  --async-queue N          how many asynchronous invocations of one function may wait, beyond which Invoke answers
                           TooManyRequestsException (default 10000)
  --iot-quota NAME=N       take N calls a second of this operation of AWS IoT, as in UpdateCertificate=10, and
                           answer ThrottlingException to those beyond; may be given again for other operations
  --ttl-delay SECONDS      how long items stay after their TTL has passed (default 0; off: for good; on AWS it can
                           take days)
  --fault RULE             have something go wrong on purpose, as in dynamodb:*=lostResponse@0.02; may be given again
                           (docs/faults.md has the rules)
  --fault-seed N           what the moments of faults follow from (default: drawn, and told at start)
  --companion COMMAND      a script, with its arguments, to run beside the runtime once that is ready; {stackFile} is
                           where that file is. It ends with the runtime (npm start gives one)
  --no-companion           run none
  --with-parent            end when the process that started this one has gone (npm start gives it)
  --help                   this text`;
