import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import { busArn, type Place } from '../arns.ts';
import type { EventBus } from '../event-buses.ts';
import { epochSeconds, type Operation } from './operation.ts';
import { PAGE_MEMBERS, pageOf } from './page.ts';

const NAME = { max: 256, pattern: /^[/.\-_A-Za-z0-9]+$/ };

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

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html */
export const createEventBus: Operation = (request, { buses }) => {
  request.allow('Description', 'Name');
  const name = request.text('Name', NAME);
  if (buses.find(name) !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
  }
  return changed(buses.putBus({ name, ...descriptionOf(request) }), buses.place);
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateEventBus.html */
export const updateEventBus: Operation = (request, { buses }) => {
  request.allow('Description', 'Name');
  const { name, description } = buses.bus(request.optionalText('Name', NAME));
  const before = description === undefined ? {} : { description };
  return changed(buses.putBus({ name, ...before, ...descriptionOf(request) }), buses.place);
};

/** A bus that is not there is deleted, too. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteEventBus.html */
export const deleteEventBus: Operation = (request, { buses }) => {
  request.allow('Name');
  buses.deleteBus(request.text('Name', NAME));
  return {};
};

function descriptionOf(request: Members): { readonly description?: string } {
  const description = request.optionalText('Description', { min: 0, max: 512 });
  return description === undefined ? {} : { description };
}

function changed({ name, description }: EventBus, place: Place): object {
  return { Name: name, EventBusArn: busArn(place, name), Description: description };
}

function describe({ name, description, creationTimeMs }: EventBus, place: Place): object {
  return {
    Name: name,
    Arn: busArn(place, name),
    Description: description,
    CreationTime: epochSeconds(creationTimeMs),
    LastModifiedTime: epochSeconds(creationTimeMs),
  };
}
