import type { Members } from '../../protocol/members.ts';
import type { Archive } from '../archive.ts';
import { busArn, eventsArn } from '../arns.ts';
import { validationError } from '../errors.ts';
import { type ApiContext, epochSeconds, type Operation } from './operation.ts';
import { PAGE_MEMBERS, pageOf } from './page.ts';

/** Shorter than of rules: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
const NAME = { max: 48, pattern: /^[.\-_A-Za-z0-9]+$/ };
const RETENTION = { least: 0, most: 2_147_483_647 };
const CHANGEABLE = ['ArchiveName', 'Description', 'EventPattern', 'RetentionDays'] as const;

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListArchives.html */
export const listArchives: Operation = (request, context) => {
  request.allow('EventSourceArn', 'NamePrefix', 'State', ...PAGE_MEMBERS);
  const sourceArn = request.optionalText('EventSourceArn');
  const prefix = request.optionalText('NamePrefix') ?? '';
  const state = request.optionalText('State') ?? 'ENABLED';
  const archives = context.buses.archives
    .all()
    .filter(
      ({ settings }) =>
        settings.archiveName.startsWith(prefix) &&
        state === 'ENABLED' &&
        [undefined, busArn(context.buses.place, settings.eventBusName)].includes(sourceArn),
    );
  const { items, next } = pageOf(archives, request);
  return { Archives: items.map((archive) => summary(archive, context)), ...next };
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeArchive.html */
export const describeArchive: Operation = (request, context) => {
  request.allow('ArchiveName');
  const archive = context.buses.archives.get(request.text('ArchiveName', NAME));
  const { archiveName, description, eventPattern } = archive.settings;
  return {
    ...summary(archive, context),
    ArchiveArn: eventsArn(context.buses.place, `archive/${archiveName}`),
    Description: description,
    EventPattern: eventPattern,
  };
};

function summary(archive: Archive, { buses, clock }: ApiContext): object {
  const { archiveName, eventBusName, retentionDays } = archive.settings;
  let [count, bytes] = [0, 0];
  for (const { text } of archive.events(clock.now())) {
    count += 1;
    bytes += Buffer.byteLength(text);
  }
  return {
    ArchiveName: archiveName,
    EventSourceArn: busArn(buses.place, eventBusName),
    State: 'ENABLED',
    RetentionDays: retentionDays,
    SizeBytes: bytes,
    EventCount: count,
    CreationTime: epochSeconds(archive.creationTimeMs),
  };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
export const createArchive: Operation = (request, context) => {
  request.allow('EventSourceArn', ...CHANGEABLE);
  const bus = context.buses.bus(request.text('EventSourceArn', { max: 1600 }));
  const archiveName = request.text('ArchiveName', NAME);
  const archive = context.buses.archives.create({
    archiveName,
    eventBusName: bus.name,
    retentionDays: 0,
    ...changesOf(request),
  });
  return stateOf(archive, context);
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateArchive.html */
export const updateArchive: Operation = (request, context) => {
  request.allow(...CHANGEABLE);
  const { archives } = context.buses;
  const { settings } = archives.get(request.text('ArchiveName', NAME));
  return stateOf(archives.put({ ...settings, ...changesOf(request) }), context);
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteArchive.html */
export const deleteArchive: Operation = (request, { buses: { archives } }) => {
  request.allow('ArchiveName');
  archives.delete(archives.get(request.text('ArchiveName', NAME)).settings.archiveName);
  return {};
};

function changesOf(request: Members) {
  const description = request.optionalText('Description', { min: 0, max: 512 });
  const eventPattern = request.optionalText('EventPattern', { min: 0, max: 4096 });
  const retentionDays = request.optionalWhole('RetentionDays', RETENTION);
  if (eventPattern === '')
    throw validationError('EventPattern is empty: leave it out to archive all events.');
  return {
    ...(description !== undefined && { description }),
    ...(eventPattern !== undefined && { eventPattern }),
    ...(retentionDays !== undefined && { retentionDays }),
  };
}

function stateOf({ settings, creationTimeMs }: Archive, { buses }: ApiContext): object {
  return {
    ArchiveArn: eventsArn(buses.place, `archive/${settings.archiveName}`),
    CreationTime: epochSeconds(creationTimeMs),
    State: 'ENABLED',
  };
}
