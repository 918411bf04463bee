import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { StartedExecution, StartRequest } from '../../../contract/executions.ts';
import type { ObjectSchema } from '../../../schema/schema.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { JsonFields } from '../../components/json-form.tsx';
import { jsonFormMessages, wordsOf } from '../../components/json-form-messages.ts';
import { JsonTextArea } from '../../components/json-text-area.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useJsonForm } from '../../components/use-json-form.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { executionPath } from '../../paths.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { isDangerous, WhatWillHappen } from './what-will-happen.tsx';

const messages = defineMessages({
  en: {
    name: 'Name of the execution',
    nameHint:
      'The same name with the same input is the same execution: after a lost answer, just start again.',
    nameProblem: 'Give 1 to 80 letters, digits, hyphens and underscores.',
    start: 'Start',
    started: 'The execution has been started.',
    mend: (count: number) => `Mend ${count === 1 ? 'one field' : `${count} fields`} first.`,
  },
  ja: {
    name: '実行の名前',
    nameHint: '同じ名前と同じ入力は同じ実行になります。応答が失われたときは、もう一度開始してください。',
    nameProblem: '英数字、ハイフン、アンダースコアで 1〜80 文字にしてください。',
    start: '開始',
    started: '実行を開始しました。',
    mend: (count: number) => `先に ${count} か所を修正してください。`,
  },
});

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

interface StartFormProps {
  readonly machine: string;
  readonly schema: ObjectSchema;
  /** What it begins with. */
  readonly input?: unknown;
}

/** The input of one state machine, as fields or as JSON; leads to the execution. */
export function StartForm({ machine, schema, input }: StartFormProps) {
  const text = useMessages(messages);
  const unavailable = useReadOnlyReason();
  const [, navigate] = useLocation();
  const form = useJsonForm(schema, input);
  const [name, setName] = useState<string>(() => crypto.randomUUID());
  const [tries, setTries] = useState(0);
  const [isAsked, setIsAsked] = useState(false);
  const element = useFocusOnWrong(tries);
  const start = useAction(() =>
    send<StartedExecution>('POST', '/executions', { machine, name, input: form.input } as StartRequest),
  );
  const isNameGood = NAME.test(name);
  const problems = form.input === undefined ? 1 : form.problems.length;
  const open = ({ executionArn }: StartedExecution) => {
    announce(text.started);
    navigate(executionPath(executionArn));
  };
  const submit = async () => {
    setTries(tries + 1);
    if (problems > 0 || !isNameGood || form.input === undefined) return;
    start.reset();
    if (isDangerous(machine, form.input)) {
      setIsAsked(true);
      return;
    }
    const started = await start.run();
    if (started !== undefined) open(started);
  };
  const shown = tries === 0 ? [] : form.problems;
  return (
    <>
      <p class="hint">{wordsOf(machine, schema).description}</p>
      <form
        ref={element}
        class="form card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Modes form={form} onBlocked={() => setTries(tries + 1)} />
        {form.json === undefined ? (
          <JsonFields {...{ schema, draft: form.draft, onChange: form.setDraft, problems: shown }} />
        ) : (
          <JsonTextArea
            json={form.json}
            onChange={form.setJson}
            problems={tries === 0 ? [] : form.jsonProblems}
          />
        )}
        <Field label={text.name} hint={text.nameHint} problem={isNameGood ? undefined : text.nameProblem}>
          {(attributes) => (
            <input
              {...attributes}
              name="name"
              class="mono"
              value={name}
              autoComplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setName(currentTarget.value)}
            />
          )}
        </Field>
        {start.problem !== undefined && !isAsked && <ProblemNote problem={start.problem} />}
        <div class="actions">
          <Button type="submit" tone="primary" isBusy={start.isRunning} unavailable={unavailable}>
            {text.start}
          </Button>
          {tries > 0 && problems > 0 && <span class="hint hint-bad">{text.mend(problems)}</span>}
        </div>
      </form>
      {isAsked && form.input !== undefined && (
        <ConfirmDialog
          title={wordsOf(machine, schema).title}
          confirmLabel={text.start}
          isDangerous
          action={start}
          onDone={open}
          onClose={() => setIsAsked(false)}
        >
          <WhatWillHappen machine={machine} input={form.input} />
        </ConfirmDialog>
      )}
    </>
  );
}

/** After a try that came to nothing, where something is to be mended. */
function useFocusOnWrong(tries: number) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (tries > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  return element;
}

interface ModesProps {
  readonly form: ReturnType<typeof useJsonForm>;
  /** The JSON has to be mended before. */
  readonly onBlocked: () => void;
}

function Modes({ form, onBlocked }: ModesProps) {
  const text = useMessages(jsonFormMessages);
  const isJson = form.json !== undefined;
  const showForm = () => {
    form.showAsForm();
    if (form.jsonProblems.length > 0) onBlocked();
  };
  return (
    <div class="modes">
      <button type="button" class="button" aria-pressed={!isJson} onClick={() => isJson && showForm()}>
        {text.asForm}
      </button>
      <button type="button" class="button" aria-pressed={isJson} onClick={() => !isJson && form.showAsJson()}>
        {text.asJson}
      </button>
    </div>
  );
}
