import { readdir, readFile } from 'node:fs/promises';

const BYTES_PER_KB = 1024;
/** Of `/proc/PID/stat`: USER_HZ, which is 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** What the system says of a process. Linux only. */
export interface ProcessUsage {
  readonly rssBytes: number;
  /** The most that it has had. */
  readonly peakRssBytes: number;
  /** Processor time of all its threads. */
  readonly cpuSeconds: number;
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html, and proc_pid_stat */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const [status, stat] = await Promise.all(
    ['status', 'stat'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
  );
  const bytesOf = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status ?? '')?.[1]) * BYTES_PER_KB;
  // The name, in parentheses, may hold blanks.
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  return {
    rssBytes: bytesOf('VmRSS'),
    peakRssBytes: bytesOf('VmHWM'),
    cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND,
  };
}

/** The process whose command line is that of the program with the argument; the first there is. */
export async function findProcess(program: string, argument: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of ids) {
    // A process may end while it is looked at.
    const [command = '', ...rest] = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split(
      '\0',
    );
    if (command.endsWith(program) && rest.includes(argument)) return Number(id);
  }
  throw new Error(`No process runs ${program} with ${argument}.`);
}

/** The processes that the process has started, and those that they have. */
export async function descendantsOf(pid: number): Promise<readonly number[]> {
  // A process or a thread may end while it is looked at.
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const listed = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const children = listed.flatMap((ids) => ids.match(/\d+/g) ?? []).map(Number);
  const theirs = await Promise.all(children.map(descendantsOf));
  return [...children, ...theirs.flat()];
}

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
