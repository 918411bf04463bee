import type { StreamedItem, StreamedWrite } from '../domain/events.ts';
import type { Item } from './device-store/records.ts';
import { readItem, readStored, receiptItem, steppedItem } from './stored-items.ts';

/** The images of a stream record, in DynamoDB's JSON. */
interface Images {
  readonly OldImage?: Readonly<Record<string, unknown>> | undefined;
  readonly NewImage?: Readonly<Record<string, unknown>> | undefined;
}

/** What an event is told of has to be as the service writes it; of anything else none is. */
function toStreamedItem(image: Item): StreamedItem {
  if (image['receipt'] !== undefined) return readStored(receiptItem, image) as unknown as StreamedItem;
  if (image['step'] !== undefined) return readStored(steppedItem, image) as unknown as StreamedItem;
  return readItem(image) as unknown as StreamedItem;
}

/**
 * A record of a table's stream as the write that it tells of.
 * @throws IntegrityViolation for one of another hand's
 */
export const toStreamedWrite = ({ OldImage, NewImage }: Images): StreamedWrite => ({
  before: OldImage === undefined ? undefined : (readItem(OldImage as Item) as unknown as StreamedItem),
  after: NewImage === undefined ? undefined : toStreamedItem(NewImage as Item),
});
