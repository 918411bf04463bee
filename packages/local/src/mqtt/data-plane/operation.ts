import type { AwsRequest } from '../../aws.ts';
import type { Clock } from '../../clock.ts';
import type { Shadows } from '../../iot/shadows.ts';
import type { IotLog } from '../../iot-log.ts';
import type { Broker } from '../broker.ts';
import type { Clients } from '../client-directory.ts';

/** What of the broker the data plane needs. */
export type DataBroker = Clients & Pick<Broker, 'publish' | 'disconnect' | 'sendDirectly' | 'retained'>;

/** What the operations of the data plane work on. */
export interface DataContext {
  readonly broker: DataBroker;
  readonly iotLog: IotLog;
  readonly shadows: Shadows;
  readonly clock: Clock;
}

/** A call, with the labels of its path decoded. */
export interface DataRequest extends AwsRequest {
  readonly labels: Readonly<Record<string, string>>;
}

export interface DataOperation {
  /** Method and path. */
  readonly http: string;
  /** Answers a call; the answer is its body. Throws `AwsError`. */
  answer(request: DataRequest, context: DataContext): Promise<object>;
}
