import type { buildApp } from 'fauxqs';

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

const FILES = ['s3/s3Store.js', 'common/errors.js', 's3/checksum.js'];

/** Throws when this version of fauxqs no longer has them. */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const base = import.meta.resolve('fauxqs');
  const load = (file: string): Promise<Partial<EmulatorParts>> => import(new URL(file, base).href);
  const parts: Partial<EmulatorParts> = Object.assign({}, ...(await Promise.all(FILES.map(load))));
  if (!parts.S3Store || !parts.S3Error || !parts.computeCompositeChecksum) {
    throw new Error(
      'This version of fauxqs is not known to the laptop runtime: install the one of package-lock.json.',
    );
  }
  return parts as EmulatorParts;
}
