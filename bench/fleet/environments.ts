import { readFile } from 'node:fs/promises';
import { descendantsOf } from './processes.ts';

/** The process of an execution environment of the runtime. */
export interface EnvironmentProcess {
  readonly pid: number;
  /** As in the template, without the stage. */
  readonly functionName: string;
}

const FUNCTION_NAME = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/;

/** The environments that a runtime has now. Linux only. */
export async function environmentsOf(runtimePid: number): Promise<readonly EnvironmentProcess[]> {
  const pids = await descendantsOf(runtimePid);
  const environments = await Promise.all(
    pids.map(async (pid) => {
      // A process may end while it is looked at.
      const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const [, functionName] = FUNCTION_NAME.exec(variables) ?? [];
      return functionName === undefined ? [] : [{ pid, functionName: functionName.replace(/^.*-dev-/, '') }];
    }),
  );
  return environments.flat();
}
