import { Link } from 'wouter-preact';
import { devicePath, executionPath } from '../paths.ts';

export function DeviceLink({ deviceId }: { readonly deviceId: string }) {
  return (
    <Link href={devicePath(deviceId)} class="mono">
      {deviceId}
    </Link>
  );
}

/** By its name, which is the last part of its ARN. */
export function ExecutionLink({ executionArn }: { readonly executionArn: string }) {
  return (
    <Link href={executionPath(executionArn)} class="mono">
      {executionArn.split(':').at(-1)}
    </Link>
  );
}
