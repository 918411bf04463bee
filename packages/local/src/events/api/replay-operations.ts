import { AwsError } from '../../aws.ts';
import type { Members } from '../../protocol/members.ts';
import type { Archive } from '../archive.ts';
import { busArn, eventsArn } from '../arns.ts';
import { replayed } from '../bus-event.ts';
import { notFound, validationError } from '../errors.ts';
import { fromKept } from '../kept-event.ts';
import { eventsToReplay, type Replay } from '../replays.ts';
import { type ApiContext, epochSeconds, RULE_NAME as NAME, type Operation } from './operation.ts';

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
