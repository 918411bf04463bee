import type { LetterDescription } from '../../../contract/dead-letters.ts';
import { useResource } from '../../api/use-resource.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { DeviceLink } from '../../components/links.tsx';
import { Loaded } from '../../components/states.tsx';
import { readable, TextBlock } from '../../components/text-block.tsx';
import { Time } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { letterMessages } from './messages.ts';

interface LetterDialogProps {
  readonly messageId: string;
  readonly onClose: () => void;
}

/** One dead letter: why it is here, what the device sent, and what sending it again would do. */
export function LetterDialog({ messageId, onClose }: LetterDialogProps) {
  const text = useMessages(letterMessages);
  const letter = useResource<LetterDescription>(`/dead-letters/${encodeURIComponent(messageId)}`);
  return (
    <Dialog title={text.letter} onClose={onClose}>
      <div class="form">
        <Loaded resource={letter}>{(known) => <Letter letter={known} />}</Loaded>
        <div class="dialog-buttons">
          <Button onClick={onClose}>{text.close}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Letter({ letter }: { readonly letter: LetterDescription }) {
  const text = useMessages(letterMessages);
  const { kind, functionName, ruleName, deviceId, topic, tries, error, payload, body, warnings } = letter;
  return (
    <>
      <p>
        <strong>{error}</strong>
      </p>
      <Facts
        facts={[
          [text.columns.kind, text.kinds[kind]],
          [text.columns.target, functionName ?? ruleName],
          [text.columns.device, deviceId && <DeviceLink deviceId={deviceId} />],
          [text.topic, topic],
          [text.columns.tries, tries && formatNumber(tries)],
          [text.columns.sentAt, <Time key="at" at={Date.parse(letter.sentAt)} />],
          [
            text.messageId,
            <span key="id" class="mono">
              {letter.messageId}
            </span>,
          ],
        ]}
      />
      {payload?.text !== undefined && <TextBlock label={text.payload} text={readable(payload.text)} />}
      {payload !== undefined && payload.text === undefined && (
        <TextBlock label={`${text.payload}. ${text.binary}`} text={payload.base64} />
      )}
      <Plan plan={letter.redrive} />
      <TextBlock label={text.body} text={readable(body)} />
      {warnings.map((warning) => (
        <p key={warning}>{warning}</p>
      ))}
    </>
  );
}

function Plan({ plan }: { readonly plan: LetterDescription['redrive'] }) {
  const text = useMessages(letterMessages);
  if (plan.action === 'none') {
    return (
      <div>
        <h3>{text.plan}</h3>
        <p>{plan.why}</p>
      </div>
    );
  }
  return (
    <>
      <div>
        <h3>{text.plan}</h3>
        <p>{text[plan.action](plan.functionName)}</p>
        {plan.notes.map((note) => (
          <p key={note}>{note}</p>
        ))}
      </div>
      {plan.action === 'invoke' && <TextBlock label={text.event} text={readable(plan.event)} />}
    </>
  );
}
