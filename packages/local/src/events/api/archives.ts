import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import { type Archive, eventsToReplay, type Replay } from '../archives.ts';
import { fromKept } from '../delivery.ts';
import { busArn, eventsArn, notFound, replayed, validationError } from '../event.ts';
import {
  type ApiContext,
  epochSeconds,
  RULE_NAME as NAME,
  type Operation,
  PAGE_MEMBERS,
  pageOf,
} from './events.ts';

/** Shorter than of rules: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
const ARCHIVE_NAME = { max: 48, pattern: /^[.\-_A-Za-z0-9]+$/ };

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
  const archive = context.buses.archives.get(request.text('ArchiveName', ARCHIVE_NAME));
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

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteArchive.html */
export const deleteArchive: Operation = (request, { buses: { archives } }) => {
  request.allow('ArchiveName');
  archives.delete(archives.get(request.text('ArchiveName', ARCHIVE_NAME)).settings.archiveName);
  return {};
};

/**
 * Hands all events on at once; AWS takes its time.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html
 */
export const startReplay: Operation = (request, context) => {
  request.allow(
    'Description',
    'Destination',
    'EventEndTime',
    'EventSourceArn',
    'EventStartTime',
    'ReplayName',
  );
  const { buses, replays, clock, route } = context;
  const replayName = request.text('ReplayName', NAME);
  const [startMs, endMs] = [request.timeMs('EventStartTime'), request.timeMs('EventEndTime')];
  const { archive, archiveArn } = archiveOf(request, context);
  const destination = destinationOf(request, archive, context);
  if (startMs > endMs) {
    throw validationError(
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    );
  }
  if (replays.has(replayName)) {
    throw new AwsError('ResourceAlreadyExistsException', `Replay ${replayName} already exists.`);
  }
  const bus = buses.bus(archive.settings.eventBusName);
  const startedAtMs = clock.now();
  const events = eventsToReplay(archive.events(startedAtMs), { startMs, endMs });
  for (const event of events)
    route(bus, replayed(fromKept(event), replayName, startedAtMs), destination.FilterArns);
  const description = request.optionalText('Description', { min: 0, max: 512 });
  const last = events.at(-1);
  const replay: Replay = {
    replayName,
    archiveArn,
    destination,
    eventStartTimeMs: startMs,
    eventEndTimeMs: endMs,
    startedAtMs,
    ...(description === undefined ? {} : { description }),
    ...(last === undefined ? {} : { lastReplayedTimeMs: last.timeMs }),
  };
  replays.set(replayName, replay);
  return {
    ReplayArn: eventsArn(buses.place, `replay/${replayName}`),
    State: 'STARTING',
    ReplayStartTime: epochSeconds(startedAtMs),
  };
};

function archiveOf(request: Members, { buses }: ApiContext): { archive: Archive; archiveArn: string } {
  const archiveArn = request.text('EventSourceArn', { max: 1600 });
  const archive = buses.archives
    .all()
    .find(({ settings }) => eventsArn(buses.place, `archive/${settings.archiveName}`) === archiveArn);
  if (archive !== undefined) return { archive, archiveArn };
  const name = archiveArn.split('/').at(-1);
  throw validationError(`Parameter EventSourceArn is not valid. Reason: Archive ${name} does not exist.`);
}

function destinationOf(
  request: Members,
  { settings }: Archive,
  { buses }: ApiContext,
): Replay['destination'] {
  const destination = request.object('Destination');
  destination.allow('Arn', 'FilterArns');
  const Arn = destination.text('Arn', { max: 1600 });
  if (Arn !== busArn(buses.place, settings.eventBusName)) {
    throw validationError(
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    );
  }
  const FilterArns = destination.optionalTexts('FilterArns');
  return FilterArns === undefined ? { Arn } : { Arn, FilterArns };
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeReplay.html */
export const describeReplay: Operation = (request, { buses, replays }) => {
  request.allow('ReplayName');
  const name = request.text('ReplayName', NAME);
  const replay = replays.get(name);
  if (replay === undefined) throw notFound(`Replay ${name} does not exist.`);
  const { lastReplayedTimeMs: last, startedAtMs } = replay;
  return {
    ReplayName: name,
    ReplayArn: eventsArn(buses.place, `replay/${name}`),
    Description: replay.description,
    State: 'COMPLETED',
    EventSourceArn: replay.archiveArn,
    Destination: replay.destination,
    EventStartTime: epochSeconds(replay.eventStartTimeMs),
    EventEndTime: epochSeconds(replay.eventEndTimeMs),
    EventLastReplayedTime: last === undefined ? undefined : epochSeconds(last),
    ReplayStartTime: epochSeconds(startedAtMs),
    ReplayEndTime: epochSeconds(startedAtMs),
  };
};
