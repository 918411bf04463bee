import type { buildApp } from 'fauxqs';
import { fauxqsPart } from '../fauxqs-parts.ts';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;

/** What fauxqs knows of buckets, objects and uploads. */
export type S3Store = Stores['s3Store'];
export type S3Object = ReturnType<S3Store['getObject']>;
export type S3Upload = Parameters<S3Store['restoreMultipartUpload']>[0];
export type S3Part = S3Upload['parts'] extends Map<number, infer Part> ? Part : never;
/** Where fauxqs has what it knows written. */
export type S3Persistence = NonNullable<S3Store['persistence']>;

/** The parts of fauxqs that it does not export. */
export interface EmulatorParts {
  readonly S3Store: new () => S3Store;
  readonly S3Error: new (code: string, message: string, status: number, resource?: string) => Error;
  computeCompositeChecksum(algorithm: string, partChecksums: readonly string[]): string;
}

/** Throws when this version of fauxqs no longer has them. */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const [S3Store, S3Error, computeCompositeChecksum] = await Promise.all([
    fauxqsPart<EmulatorParts['S3Store']>('s3/s3Store.js', 'S3Store'),
    fauxqsPart<EmulatorParts['S3Error']>('common/errors.js', 'S3Error'),
    fauxqsPart<EmulatorParts['computeCompositeChecksum']>('s3/checksum.js', 'computeCompositeChecksum'),
  ]);
  return { S3Store, S3Error, computeCompositeChecksum };
}
