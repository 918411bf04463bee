import { invalidRequest } from './errors.ts';

/** As they stand in ARNs. */
export type ResourceType = 'thing' | 'thingtype' | 'thinggroup' | 'cert' | 'policy';

/** What an ARN of AWS IoT names. */
export interface IotResource {
  readonly type: string;
  readonly id: string;
}

/** Makes and reads the ARNs of one account and Region. */
export interface Arns {
  of(type: ResourceType, id: string): string;
  /** Throws `InvalidRequestException` for what is no ARN of AWS IoT, or one of another account or Region. */
  parse(arn: string): IotResource;
}

const ARN = /^arn:aws[a-z-]*:iot:(?<region>[^:]*):(?<accountId>[^:]*):(?<type>[a-z]+)\/(?<id>.+)$/;

/** `arn:aws:iot:{region}:{accountId}:{type}/{id}` */
export function createArns(region: string, accountId: string): Arns {
  return {
    of: (type, id) => `arn:aws:iot:${region}:${accountId}:${type}/${id}`,
    parse(arn) {
      const parts = ARN.exec(arn)?.groups;
      if (parts?.['region'] !== region || parts['accountId'] !== accountId) {
        throw invalidRequest(`${arn} is no ARN of AWS IoT in ${region} and the account ${accountId}.`);
      }
      return { type: parts['type'] ?? '', id: parts['id'] ?? '' };
    },
  };
}
