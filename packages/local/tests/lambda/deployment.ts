import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import type { FunctionDefinition } from '../../src/lambda/definition.ts';
import { createFunctions, type Functions, type FunctionsOptions } from '../../src/lambda/functions.ts';
import { openCodeStore } from '../../src/package/code-store.ts';

export const region = 'eu-west-1';
export const accountId = '000000000000';
export const deadLetterArn = `arn:aws:sqs:${region}:${accountId}:dead-letters`;

export interface Sent {
  readonly queue: string;
  readonly body: string;
}

export interface Logged {
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly line: string;
}

const PLATFORM = /^(?:(?:START|END|REPORT) RequestId: |\{"time":"[^"]+","type":"platform\.)/;

export interface Deployment extends Functions {
  /** What was sent to queues. */
  readonly sent: Sent[];
  /** What functions wrote, line by line. */
  readonly lines: string[];
  /** The same with the lines of the platform. */
  readonly logged: Logged[];
  /** What the runtime told the developer. */
  readonly told: string[];
  readonly codeDir: string;
  /** Ends the functions and removes their code. */
  remove(): Promise<void>;
}

type Overrides = Partial<Omit<FunctionDefinition, 'functionName'>>;

/** Deploys functions whose package holds `files`; `handlers` maps a function's name to what it overrides. */
export async function deploy(
  files: Readonly<Record<string, string>>,
  handlers: Readonly<Record<string, Overrides>>,
  options: Partial<FunctionsOptions> = {},
): Promise<Deployment> {
  const codeDir = mkdtempSync(join(tmpdir(), 'functions-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(codeDir, name)), { recursive: true });
    writeFileSync(join(codeDir, name), text);
  }
  const definitions = Object.entries(handlers).map(([functionName, overrides]) => ({
    functionName,
    arn: `arn:aws:lambda:${region}:${accountId}:function:${functionName}`,
    handler: `index.${functionName}`,
    codeDir,
    environment: {},
    timeoutMs: 3000,
    memoryMb: 128,
    runtime: 'nodejs24.x',
    ...overrides,
  }));
  const sent: Sent[] = [];
  const lines: string[] = [];
  const logged: Logged[] = [];
  const told: string[] = [];
  const tell = (message: string): void => {
    told.push(message);
  };
  const uploads = mkdtempSync(join(tmpdir(), 'uploads-'));
  const removeCode = () => {
    for (const directory of [codeDir, uploads]) rmSync(directory, { recursive: true, force: true });
  };
  const settings: FunctionsOptions = {
    code: await openCodeStore(uploads),
    clock: systemClock,
    accountId,
    region,
    endpointUrls: () => ({ all: 'http://127.0.0.1:4566', services: { DYNAMODB: 'http://127.0.0.1:8000' } }),
    queues: {
      async sendMessage(queue, body) {
        sent.push({ queue, body });
      },
    },
    log: { info: tell, warn: tell, error: tell },
    logs: {
      write(logGroupName, logStreamName, line) {
        logged.push({ logGroupName, logStreamName, line });
        if (!PLATFORM.test(line)) lines.push(`${logGroupName.replace('/aws/lambda/', '')}: ${line}`);
      },
    },
    asyncRetryDelaysMs: [1, 1],
    ...options,
  };
  const functions = createFunctions(settings);
  try {
    for (const definition of definitions) await functions.keeper.put(definition);
  } catch (error) {
    await functions.close();
    removeCode();
    throw error;
  }
  return {
    ...functions,
    sent,
    lines,
    logged,
    told,
    codeDir,
    async remove() {
      await functions.close();
      removeCode();
    },
  };
}
