import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { PROTOCOLS } from './protocols.ts';
import { SNS_OPERATIONS } from './sns-service.ts';

const GUIDE = 'https://docs.aws.amazon.com/sns/latest/dg';

const NOTES: Readonly<Record<string, string>> = {
  ConfirmSubscription: 'No endpoint is asked, so that no token is the right one.',
  Publish: 'To topics; to phone numbers it is refused.',
};

const delivered = [...PROTOCOLS].filter(([, { isDelivered }]) => isDelivered).map(([name]) => name);
const away = [...PROTOCOLS].filter(([, { isDelivered }]) => !isDelivered).map(([name]) => name);

/** Amazon SNS. */
export const snsSupport: readonly SupportChapter[] = [
  {
    title: 'SNS: operations',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_Operations.html',
    api: 'sns',
    entries: operationEntries(
      [...SNS_OPERATIONS.keys()],
      NOTES,
      'InvalidAction, which names those that run.',
    ),
  },
  {
    title: 'SNS: messages',
    source: `${GUIDE}/welcome-features.html`,
    entries: [
      { name: `Protocols ${delivered.join(', ')}`, status: 'runs' },
      {
        name: `Protocols ${away.join(', ')}`,
        status: 'partly',
        note: 'Subscriptions are kept; nothing is sent, as nothing leaves this machine, and the log says so once.',
      },
      { name: 'Filter policies of attributes and of the body', status: 'runs' },
      { name: 'Raw message delivery, MessageStructure json', status: 'runs' },
      { name: 'FIFO topics: order, deduplication by content and by id, scopes', status: 'runs' },
      { name: 'Retries, and dead-letter queues of subscriptions', status: 'runs' },
      {
        name: 'Signature, SigningCertURL',
        status: 'partly',
        note: 'Signature is EXAMPLE: only AWS has the key that subscribers verify it by.',
      },
      {
        name: 'Archives and replays (ArchivePolicy, ReplayPolicy)',
        status: 'refused',
        note: 'InvalidParameter.',
      },
      { name: 'DataProtectionPolicy', status: 'refused', note: 'InvalidParameter.' },
      {
        name: 'Logs of the status of deliveries',
        status: 'refused',
        note: 'InvalidParameter for the attributes.',
      },
      { name: 'Encryption, access policies', status: 'partly', note: 'Told again, and without an effect.' },
      {
        name: 'exists: false in a filter policy, of a message without any attributes',
        status: 'unconfirmed',
        note: 'It matches.',
      },
      {
        name: 'The dead letter of a raw message with more than ten attributes',
        status: 'unconfirmed',
        note: 'It is the document of a message that is not raw, so that nothing is lost.',
      },
      {
        name: 'Binary attributes in a filter policy',
        status: 'unconfirmed',
        note: 'They are as if they were not there.',
      },
      {
        name: 'Alternatives ($or) in the complexity of a filter policy',
        status: 'unconfirmed',
        note: 'The values of all alternatives multiply, and their keys count to the five that there may be.',
      },
      {
        name: 'Order of standard topics',
        status: 'unconfirmed',
        note: 'A subscription gets messages in their order, but for those that have to be tried again.',
      },
    ],
  },
];
