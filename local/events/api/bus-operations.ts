import { busArn, type Place } from '../arns.ts';
import type { EventBus } from '../event-buses.ts';
import { epochSeconds, type Operation } from './operation.ts';
import { PAGE_MEMBERS, pageOf } from './page.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListEventBuses.html */
export const listEventBuses: Operation = (request, { buses }) => {
  request.allow('NamePrefix', ...PAGE_MEMBERS);
  const prefix = request.optionalText('NamePrefix', { max: 256 }) ?? '';
  const found = buses.buses.filter(({ name }) => name.startsWith(prefix));
  const { items, next } = pageOf(found, request);
  return { EventBuses: items.map((bus) => describe(bus, buses.place)), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeEventBus.html */
export const describeEventBus: Operation = (request, { buses }) => {
  request.allow('Name');
  return describe(buses.bus(request.optionalText('Name', { max: 1600 })), buses.place);
};

function describe({ name, description, creationTimeMs }: EventBus, place: Place): object {
  return {
    Name: name,
    Arn: busArn(place, name),
    Description: description,
    CreationTime: epochSeconds(creationTimeMs),
    LastModifiedTime: epochSeconds(creationTimeMs),
  };
}
