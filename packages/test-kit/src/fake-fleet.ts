import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CliError } from '@device-lifecycle/operator/errors.ts';
import type { FleetTools, MapRunChange, Run, RunStatus } from '@device-lifecycle/operator/fleet/ports.ts';
import { DEFAULT_QUOTAS } from '@device-lifecycle/operator/fleet/quotas.ts';
import type { UseFleet } from '@device-lifecycle/operator/fleet/use-fleet.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import { START } from './clock.ts';

/** What becomes of a device: a line of the results, or what its batch comes to. */
type Fate = object | 'batchFailed' | 'batchAborted' | 'pending' | 'noResult';

interface FakeFleetOptions {
  readonly stack: Stack;
  fateOf?(deviceId: string, input: Readonly<Record<string, unknown>>): Fate;
  /** How it ends, after so many looks. */
  readonly endsAs?: RunStatus;
  readonly looks?: number;
}

interface FakeRun extends Omit<Run, 'status' | 'input'> {
  status: RunStatus;
  readonly input: Readonly<Record<string, unknown>>;
  looksLeft: number;
  isExported: boolean;
}

export interface FakeFleet {
  readonly tools: FleetTools;
  readonly useFleet: UseFleet;
  /** Of the bucket. */
  readonly objects: Map<string, string>;
  readonly uploads: string[];
  /** When what is in the bucket was written. */
  writtenAtMs: number;
  readonly started: { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  readonly changes: MapRunChange[];
  readonly runs: Map<string, FakeRun>;
  /** How the runs that are started or redriven from now on end. */
  endsAs: RunStatus;
  fateOf(deviceId: string, input: Readonly<Record<string, unknown>>): Fate;
  /** Called at each look at a run that goes on. */
  onLook: (run: FakeRun) => void;
}

const decommissioned = (deviceId: string, { dryRun }: Readonly<Record<string, unknown>>) =>
  dryRun === true
    ? { deviceId, outcome: 'wouldDecommission', certificates: 1 }
    : { deviceId, outcome: 'decommissioned', ttl: START / 1_000 + 86_400 };

/** A bucket and executions in memory; a run goes through its source in as many looks as it is given. */
export function createFakeFleet(options: FakeFleetOptions): FakeFleet {
  const { stack, looks = 4 } = options;
  const fleet: FakeFleet = {
    objects: new Map(),
    uploads: [],
    writtenAtMs: START,
    started: [],
    changes: [],
    runs: new Map(),
    endsAs: options.endsAs ?? 'SUCCEEDED',
    fateOf: options.fateOf ?? decommissioned,
    onLook: () => undefined,
    useFleet: async (use) => use(fleet.tools, stack),
    tools: {
      bucket: {
        name: 'fleet-bucket',
        async describe(key) {
          const content = fleet.objects.get(key);
          return content === undefined
            ? undefined
            : { devices: devicesIn(content).length, writtenAtMs: fleet.writtenAtMs };
        },
        async upload(key, source, { onProgress }) {
          fleet.uploads.push(key);
          fleet.objects.set(key, await text(source.read()));
          onProgress(source.bytes);
        },
        async read(key) {
          const content = fleet.objects.get(key);
          if (content === undefined) throw new CliError(`There is no ${key}.`);
          return Readable.from([Buffer.from(content)]);
        },
        async *list(prefix) {
          yield* [...fleet.objects.keys()].filter((key) => key.startsWith(prefix));
        },
      },
      runs: {
        async describe(arn) {
          const run = fleet.runs.get(arn);
          if (run?.status === 'RUNNING') look(fleet, run);
          return run === undefined ? undefined : { ...run };
        },
        async start(machineArn, name, input) {
          const executionArn = `${machineArn.replace(':stateMachine:', ':execution:')}:${name}`;
          const said = JSON.parse(JSON.stringify(input));
          fleet.started.push({ name, input: said });
          if (fleet.runs.has(executionArn)) return undefined;
          fleet.runs.set(executionArn, {
            executionArn,
            name,
            status: 'RUNNING',
            startedAtMs: START,
            input: said,
            looksLeft: looks,
            isExported: false,
          });
          return executionArn;
        },
        async findMapRun(arn) {
          const run = fleet.runs.get(arn);
          if (run === undefined || (run.looksLeft === looks && run.status === 'RUNNING')) return undefined;
          const total = devicesIn(fleet.objects.get(keyOf(run)) ?? '').length;
          const isRunning = run.status === 'RUNNING';
          const succeeded = isRunning ? Math.floor(total / 2) : total;
          return {
            mapRunArn: `${arn}/map`,
            isRunning,
            counts: { total, succeeded, failed: 0, resultsWritten: run.isExported ? total : 0 },
            maxConcurrency: 10,
            toleratedFailurePercentage: 10,
            items: { total, succeeded },
            batches: {},
          };
        },
        async stop(arn, cause) {
          const run = fleet.runs.get(arn);
          if (run !== undefined) end(fleet, run, 'ABORTED', cause);
        },
        change: async (_, change) => void fleet.changes.push(change),
        async redrive(arn) {
          const run = fleet.runs.get(arn);
          if (run !== undefined) Object.assign(run, { status: 'RUNNING', looksLeft: looks });
        },
      },
      readQuotas: async () => ({ quotas: DEFAULT_QUOTAS, read: [] }),
    },
  };
  return fleet;
}

const keyOf = ({ input }: Pick<Run, 'input'>): string => String(Object(input['source'])['key']);
const devicesIn = (csv: string): string[] => csv.trimEnd().split('\n').slice(1);

function look(fleet: FakeFleet, run: FakeRun): void {
  run.looksLeft -= 1;
  fleet.onLook(run);
  if (run.looksLeft <= 0) end(fleet, run, fleet.endsAs);
}

function end(fleet: FakeFleet, run: FakeRun, status: RunStatus, cause?: string): void {
  Object.assign(run, {
    status,
    endedAtMs: START + 2_000,
    ...(cause !== undefined && { error: 'Stopped', cause }),
  });
  if (keyOf(run).startsWith('sources/')) exportResults(fleet, run);
}

const FAILED_RECORDS = {
  batchFailed: { Status: 'FAILED', Error: 'Throttled', Cause: '{"errorMessage":"Too much."}' },
  batchAborted: { Status: 'ABORTED' },
  pending: { Status: 'PENDING' },
} as const;

/** As Step Functions does with JSONL and FLATTEN. */
function exportResults(fleet: FakeFleet, run: FakeRun): void {
  const lines: Record<string, object[]> = { SUCCEEDED: [], FAILED: [], PENDING: [] };
  for (const deviceId of devicesIn(fleet.objects.get(keyOf(run)) ?? '')) {
    const fate = fleet.fateOf(deviceId, run.input);
    const Input = JSON.stringify({ BatchInput: {}, Items: [{ deviceId }] });
    if (typeof fate === 'object') lines['SUCCEEDED']?.push(fate);
    else if (fate !== 'noResult') {
      lines[fate === 'pending' ? 'PENDING' : 'FAILED']?.push({ Input, ...FAILED_RECORDS[fate] });
    }
  }
  exportFiles(fleet, run, lines);
  run.isExported = true;
}

function exportFiles({ objects }: FakeFleet, { name }: FakeRun, lines: Record<string, object[]>): void {
  const ResultFiles = Object.entries(lines).map(([kind, records]) => {
    const Key = `results/${name}/uuid/${kind}_0.jsonl`;
    objects.set(Key, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    return [kind, records.length === 0 ? [] : [{ Key, Size: 1 }]] as const;
  });
  const manifest = { ResultFiles: Object.fromEntries(ResultFiles) };
  objects.set(`results/${name}/uuid/manifest.json`, JSON.stringify(manifest));
}
