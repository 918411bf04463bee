/** What the rooms of the runtime know of each other. */

/** What an invocation of a function came to. */
export interface InvocationResult {
  /** Absent when the handler returned; else how it failed, as in the header `X-Amz-Function-Error`. */
  readonly functionError?: 'Handled' | 'Unhandled';
  /** JSON text: the handler's answer, or `{ errorType, errorMessage, trace? }`. */
  readonly payload: string;
  readonly requestId: string;
  /** The last 4 KB of what the invocation logged. */
  readonly logTail: string;
}

/** Runs functions, as AWS Lambda does for its two invocation types. */
export interface FunctionInvoker {
  /**
   * `RequestResponse`. Takes a name or an ARN. Throws `ResourceNotFoundException` for an unknown function. A client
   * context is JSON text, for the handler's context object.
   */
  invoke(functionName: string, payload: string, clientContext?: string): Promise<InvocationResult>;
  /**
   * `Event`: queues the event and resolves at once; failures are retried, then sent to the destination. Rejects with
   * `TooManyRequestsException` (429) when the function's queue is full.
   */
  invokeAsync(functionName: string, payload: string, clientContext?: string): Promise<void>;
}

/** What a message has besides its body. */
export interface QueueMessageOptions {
  /** Texts. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Of a FIFO queue. */
  readonly messageGroupId?: string;
}

/** Sends to a queue of the template, by its ARN or URL. */
export interface QueueSender {
  sendMessage(queue: string, body: string, options?: QueueMessageOptions): Promise<void>;
}

/** Starts executions of state machines. Throws `AwsError`. */
export interface ExecutionStarter {
  /** The name is a UUID when absent; the input is JSON text, and an empty object when absent. */
  startExecution(request: {
    readonly stateMachineArn: string;
    readonly name?: string;
    readonly input?: string;
  }): unknown;
}

/** An MQTT message, as the broker hands it to whoever listens. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  /** The publisher's client id; absent for messages that did not come over MQTT. */
  readonly clientId?: string;
  /** The id of the publisher's X.509 certificate; absent for messages that did not come over MQTT. */
  readonly principal?: string;
  /** What ties together all that comes of it; absent for messages that did not come over MQTT. */
  readonly traceId?: string;
  /** The publisher's address. */
  readonly sourceIp?: string | undefined;
}

/** Takes what services log, as CloudWatch Logs does. It is called on their paths and must be cheap. */
export interface LogWriter {
  /** The log group and the stream come into being with their first event. `timestampMs` is now when absent. */
  write(logGroupName: string, logStreamName: string, message: string, timestampMs?: number): void;
}

/** Tells the developer what the runtime does; never a place for data. */
export interface RuntimeLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Makes, changes and removes the resources of one kind while the runtime runs: those of a stack as it is deployed,
 * changed and removed, and those that calls of the service's API make.
 */
export interface ResourceKeeper<R> {
  /**
   * Makes a resource, or changes the one of the same name into this one; what that holds is kept. Rejects, having
   * changed nothing, with an error that says why the resource can't be run or can't become this one.
   */
  put(resource: R): Promise<void>;
  /** Removes the resource of that name, with what it holds. One that is not there is removed already. */
  remove(resource: R): Promise<void>;
  /** Whether the resource of that name is there; of kinds that others can't be made without. */
  has?(resource: R): Promise<boolean>;
}

/** An object as ListObjectsV2 tells of it. */
interface ObjectSummary {
  readonly Key: string;
  readonly Size: number;
  /** In quotes, as S3 has it. */
  readonly ETag: string;
  /** Epoch seconds. */
  readonly LastModified: number;
  readonly StorageClass: string;
}

/** S3 as a Distributed Map uses it: nothing of an object is held in memory as a whole. */
export interface ObjectStore {
  /** Throws `AwsError` NoSuchBucket or NoSuchKey. The bytes end early with an error when the object can't be read on. */
  read(bucket: string, key: string): Promise<AsyncIterable<Uint8Array>>;
  /** The object is there only once all of `body` has been taken. Throws `AwsError` NoSuchBucket. */
  write(bucket: string, key: string, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** In the order of keys. Throws `AwsError` NoSuchBucket at the first step. */
  list(bucket: string, prefix: string): AsyncIterable<ObjectSummary>;
}
