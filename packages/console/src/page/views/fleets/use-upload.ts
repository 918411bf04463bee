import { useEffect, useRef, useState } from 'preact/hooks';
import type { FleetUpload } from '../../../contract/fleets.ts';
import type { Problem } from '../../../contract/problem.ts';
import { pathOf } from '../../api/client.ts';
import { upload } from '../../api/upload.ts';
import { problemOf } from '../../api/use-resource.ts';

/** As the server has it. */
export const MOST_BYTES = 256_000_000;

export interface Uploading {
  /** How much of it is sent, 0 to 1, while it is. */
  readonly share: number | undefined;
  readonly problem: Problem | undefined;
  /** Resolves to what the server makes of it; to nothing when that fails. */
  send(file: Blob, name: string): Promise<FleetUpload | undefined>;
}

/** Sends a list of devices to the server; the component's end is its end. */
export function useUpload(): Uploading {
  const [share, setShare] = useState<number>();
  const [problem, setProblem] = useState<Problem>();
  const controller = useRef<AbortController>();
  useEffect(() => () => controller.current?.abort(), []);
  const send = async (file: Blob, name: string): Promise<FleetUpload | undefined> => {
    const current = new AbortController();
    controller.current = current;
    const { signal } = current;
    setProblem(undefined);
    setShare(0);
    try {
      return await upload<FleetUpload>(pathOf('/fleets/uploads', { name }), file, {
        onProgress: setShare,
        signal,
      });
    } catch (error) {
      if (!signal.aborted) setProblem(problemOf(error));
      return undefined;
    } finally {
      setShare(undefined);
    }
  };
  return { share, problem, send };
}
