import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { MAX_CLIENT_ID_BYTES, MAX_PAYLOAD_BYTES, MAX_SLASHES, MAX_TOPIC_BYTES } from './access.ts';
import { IOT_DATA_OPERATIONS } from './iot-data-service.ts';
import { AWS_KEEP_ALIVE } from './keep-alive.ts';
import { notServed } from './not-served.ts';
import { MAX_UNACKNOWLEDGED, RESEND_MS } from './outbox.ts';
import { SESSION_EXPIRY_SECONDS } from './sessions.ts';
import { MAX_FILTERS_PER_SUBSCRIBE, MAX_SUBSCRIPTIONS_PER_CONNECTION } from './subscription-limits.ts';

const GUIDE = 'https://docs.aws.amazon.com/iot/latest/developerguide';

/** What is to be said of operations that do not do all that AWS's do. */
const operationNotes: Readonly<Record<string, string>> = {
  Publish: 'Members that need MQTT 5 are refused by name.',
  SendDirectMessage: "Members that need MQTT 5 are refused by name, and AWS IoT's log has no entry of it.",
};

const operation = (name: string): SupportEntry => {
  const note = operationNotes[name];
  return note === undefined ? { name, status: 'runs' } : { name, status: 'partly', note };
};

const protocols: readonly SupportEntry[] = [
  { name: 'MQTT 3.1.1 with X.509 client certificates (TLS 1.2 and 1.3)', status: 'runs' },
  {
    name: 'Server name indication (SNI)',
    status: 'partly',
    note: "A client that does not send it is let in, as one can't to an IP address; AWS refuses it.",
  },
  {
    name: 'MQTT 5',
    status: 'refused',
    note: 'A CONNECT with it gets a CONNACK with return code 1, and the log says to connect with MQTT 3.1.1.',
  },
  { name: 'MQTT over WebSocket', status: 'refused', note: 'The port takes MQTT over TLS only.' },
  {
    name: 'HTTPS with client certificates (port 8443)',
    status: 'refused',
    note: 'Publish runs on the endpoint, with a signature.',
  },
  {
    name: 'Custom authorizers, and credentials of IAM or Cognito over MQTT',
    status: 'refused',
    note: 'A connection without a client certificate is turned away; user names and passwords are not looked at.',
  },
];

const features: readonly SupportEntry[] = [
  { name: 'QoS 0 and 1', status: 'runs' },
  {
    name: 'QoS 2',
    status: 'unconfirmed',
    note: 'Neither PUBACK nor SUBACK is sent, as on AWS; that the connection is closed as well is not documented.',
  },
  { name: 'Retained messages, kept with --data', status: 'runs' },
  {
    name: 'Retained messages: their number an account',
    status: 'partly',
    note: 'There is no limit; AWS throttles messages beyond its quota.',
  },
  {
    name: 'Persistent sessions, kept with --data',
    status: 'partly',
    note: `They last ${SESSION_EXPIRY_SECONDS} s, as they do at least on AWS; a session without subscriptions says sessionPresent 0, and what has waited is sent at once and not by 10 a second.`,
  },
  {
    name: 'Persistent sessions: subscriptions that policies do not allow any longer',
    status: 'unconfirmed',
    note: 'They are taken out of the session when its client comes again; messages that wait need iot:Receive.',
  },
  {
    name: 'Shared subscriptions ($share/…), with their queues',
    status: 'partly',
    note: 'What a member with a clean session has not acknowledged when it goes is not given to another one.',
  },
  {
    name: 'Shared subscriptions: the resource of iot:Subscribe',
    status: 'unconfirmed',
    note: 'It is topicfilter/$share/{ShareName}/{TopicFilter}.',
  },
  { name: 'Last will: policies, retained wills, and the reasons for which it is published', status: 'runs' },
  { name: 'iot:ConnectAttributes (PersistentConnect, LastWill)', status: 'runs' },
  { name: 'A client id that is connected already: the earlier connection is closed', status: 'runs' },
  {
    name: 'An empty client id with cleanSession 1',
    status: 'unconfirmed',
    note: 'It becomes a UUID, as MQTT 3.1.1 has it; AWS tells of one that it makes for MQTT 5 only.',
  },
  { name: 'Topic filters: sensor/# does not match sensor; wildcards do not match $aws', status: 'runs' },
  {
    name: 'Subscriptions of one client that match the same message, shared ones among them',
    status: 'unconfirmed',
    note: 'The client gets it once, with QoS 0 where it has subscribed to the very topic with QoS 0.',
  },
  { name: 'Policies: iot:Connect, Publish, RetainPublish, Subscribe, Receive', status: 'runs' },
  { name: 'Presence events, and events of subscriptions', status: 'runs' },
  {
    name: 'What is not allowed',
    status: 'unconfirmed',
    note: 'The connection is closed, with AUTH_ERROR where policies forbid it, FORBIDDEN_ACCESS for reserved topics, and CLIENT_ERROR for limits.',
  },
];

const reservedTopics: readonly SupportEntry[] = [
  { name: '$aws/rules/{ruleName}/… (Basic Ingest)', status: 'runs' },
  { name: '$aws/things/{thingName}/shadow/…, classic and named', status: 'runs' },
  { name: '$aws/events/presence/…, $aws/events/subscriptions/…, $aws/events/thing…', status: 'runs' },
  ...notServed.map(
    ({ topics }): SupportEntry => ({
      name: topics,
      status: 'refused',
      note: 'Who publishes there is disconnected; of a subscription a warning says that nothing will come.',
    }),
  ),
];

const rateNote = 'Rates are not limited: only how much there may be at once is.';
const limits: readonly SupportEntry[] = [
  { name: `Client id: ${MAX_CLIENT_ID_BYTES} bytes`, status: 'runs' },
  { name: `Topic and topic filter: ${MAX_TOPIC_BYTES} bytes, ${MAX_SLASHES} slashes`, status: 'runs' },
  { name: `Message: ${MAX_PAYLOAD_BYTES / 1024} KB`, status: 'runs' },
  { name: `Subscriptions: ${MAX_FILTERS_PER_SUBSCRIBE} a SUBSCRIBE`, status: 'runs' },
  { name: `Subscriptions: ${MAX_SUBSCRIPTIONS_PER_CONNECTION} a connection`, status: 'runs' },
  { name: `Keep-alive: ${AWS_KEEP_ALIVE.min} to ${AWS_KEEP_ALIVE.max} s`, status: 'runs' },
  { name: `Unacknowledged QoS 1 messages to a client: ${MAX_UNACKNOWLEDGED}`, status: 'runs' },
  {
    name: 'QoS 1 messages that a client does not acknowledge are sent again for an hour',
    status: 'unconfirmed',
    note: `Every ${RESEND_MS / 1000} s; AWS does not say how often.`,
  },
  {
    name: 'Unacknowledged QoS 1 messages from a client: 100',
    status: 'partly',
    note: 'There is no limit; they are acknowledged in their order.',
  },
  { name: 'Connections, publishes, subscriptions and bytes a second', status: 'partly', note: rateNote },
  { name: 'Queued messages a second, and a shared subscription', status: 'partly', note: rateNote },
];

/** The message broker of AWS IoT, and its data plane. */
export const mqttSupport: readonly SupportChapter[] = [
  { title: 'AWS IoT: protocols', source: `${GUIDE}/protocols.html`, entries: protocols },
  { title: 'AWS IoT: message broker', source: `${GUIDE}/mqtt.html`, entries: features },
  { title: 'AWS IoT: reserved topics', source: `${GUIDE}/reserved-topics.html`, entries: reservedTopics },
  {
    title: 'AWS IoT: limits of the message broker',
    source: 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits',
    entries: limits,
  },
  {
    title: 'AWS IoT data plane: operations',
    source: 'https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT_Data_Plane.html',
    api: 'iotdataplane',
    entries: IOT_DATA_OPERATIONS.map(operation),
  },
];
