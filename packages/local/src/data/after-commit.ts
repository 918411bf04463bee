import type { AwsService } from '../aws.ts';
import type { Collections } from './collections.ts';

/** A service that answers once what its answer tells of is kept. */
export function afterCommit(service: AwsService, collections: Collections): AwsService {
  return async (request) => {
    const response = await service(request);
    await collections.committed();
    return response;
  };
}

/** The same for a call within the runtime. */
export function callAfterCommit<A extends unknown[], R>(
  call: (...args: A) => R | Promise<R>,
  collections: Collections,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const result = await call(...args);
    await collections.committed();
    return result;
  };
}
