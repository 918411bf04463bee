import type { StreamedItem, StreamedWrite } from '../domain/events.ts';
import { fromItem, type Item } from './device-store/records.ts';

/** The images of a stream record, in DynamoDB's JSON. */
interface Images {
  readonly OldImage?: Readonly<Record<string, unknown>> | undefined;
  readonly NewImage?: Readonly<Record<string, unknown>> | undefined;
}

const toStreamedItem = (image: Images['NewImage']): StreamedItem | undefined =>
  image === undefined ? undefined : (fromItem(image as Item) as unknown as StreamedItem);

/** A record of a table's stream as the write that it tells of. */
export const toStreamedWrite = ({ OldImage, NewImage }: Images): StreamedWrite => ({
  before: toStreamedItem(OldImage),
  after: toStreamedItem(NewImage),
});
