import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningStack } from './laptop/stack.ts';
import { hasTool } from './tools.ts';

const run = promisify(execFile);

/** The AWS CLI of this machine, as an operator uses it on a stack: told apart by nothing but the environment. */
export interface AwsCli {
  /** Runs a command and resolves to its JSON; to `{}` where it says nothing. Rejects with what it printed. */
  run<Answer extends object = Readonly<Record<string, unknown>>>(...command: string[]): Promise<Answer>;
  /** The name of the error that a command ends with. Rejects when it does not end with one of AWS's. */
  errorOf(...command: string[]): Promise<string>;
  /** `lambda invoke`, and what the function answered. */
  invoke(
    functionName: string,
    event: object,
  ): Promise<{ readonly answer: unknown; readonly payload: unknown }>;
  /** A file of this content as a parameter: versions 1 and 2 agree on how to read nothing else as bytes. */
  bytes(content: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * Whether there is an AWS CLI; not where tests may do without it.
 * @throws Error where it is missing: see `hasTool`
 */
export async function hasAwsCli(): Promise<boolean> {
  const problem = await run('aws', ['--version'], { timeout: 10_000 }).then(
    () => undefined,
    (error: unknown) => String(error instanceof Error ? error.message : error).split('\n')[0],
  );
  return hasTool('aws', problem);
}

export async function openAwsCli({
  awsEndpointUrl,
  region,
}: Pick<RunningStack, 'awsEndpointUrl' | 'region'>): Promise<AwsCli> {
  const home = await mkdtemp(join(tmpdir(), 'aws-cli-'));
  const env = {
    PATH: process.env['PATH'],
    HOME: home, // without anybody's own profiles
    AWS_ENDPOINT_URL: awsEndpointUrl,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: region,
    // Some operations of Step Functions have a host of their own.
    AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  };
  let files = 0;
  const nextFile = () => join(home, String(files++));

  async function print(command: readonly string[]): Promise<string> {
    // Version 1 does not heed the variable for SQS.
    const endpoint = command[0] === 'sqs' ? ['--endpoint-url', awsEndpointUrl] : [];
    return (await run('aws', [...command, ...endpoint], { env, timeout: 20_000 })).stdout;
  }

  const cli: AwsCli = {
    async run<Answer extends object>(...command: string[]) {
      const printed = await print(command);
      return JSON.parse(printed === '' ? '{}' : printed) as Answer;
    },
    async errorOf(...command) {
      const printed = await print(command).catch((error: unknown) => String(Object(error).stderr));
      const name = /An error occurred \(([\w.]+)\) when calling the \w+ operation/.exec(printed)?.[1];
      if (name === undefined) throw new Error(`No error of AWS: ${printed}`);
      return name;
    },
    async invoke(functionName, event) {
      const payloadFile = nextFile();
      const payload = await cli.bytes(JSON.stringify(event));
      const answer = await cli.run(
        ...['lambda', 'invoke', '--function-name', functionName, '--payload', payload, payloadFile],
      );
      return { answer, payload: JSON.parse(await readFile(payloadFile, 'utf8')) as unknown };
    },
    async bytes(content) {
      const file = nextFile();
      await writeFile(file, content);
      return `fileb://${file}`;
    },
    close: () => rm(home, { recursive: true, force: true }),
  };
  return cli;
}
