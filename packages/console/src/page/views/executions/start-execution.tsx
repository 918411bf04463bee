import './executions.css';
import type { ComponentChildren } from 'preact';
import { useSearchParams } from 'wouter-preact';
import type { ExecutionInputs } from '../../../contract/execution-inputs.ts';
import type { ExecutionDetails } from '../../../contract/executions.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { Field } from '../../components/field.tsx';
import { Loaded, Loading, ProblemNote } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { machineMessages } from './machine-messages.ts';
import { StartForm } from './start-form.tsx';

const messages = defineMessages({
  en: {
    title: 'Start an execution',
    lead: 'What is asked for is checked before it starts. It is asked for in your name.',
    machine: 'State machine',
    again: 'Filled in with the input of the execution that you have come from.',
  },
  ja: {
    title: '実行を開始',
    lead: '入力は開始前に検証されます。依頼者はあなたになります。',
    machine: 'ステートマシン',
    again: '元の実行の入力を引き継いでいます。',
  },
});

/** A form for the input of a state machine, `?machine=`; `&again=`: filled in as an execution's was. */
export function StartExecution() {
  const text = useMessages(messages);
  const [search, setSearch] = useSearchParams();
  const inputs = useResource<ExecutionInputs>('/executions/inputs');
  const arn = search.get('again');
  const again = useResource<ExecutionDetails>(
    arn === null ? undefined : `/executions/${encodeURIComponent(arn)}`,
  );
  return (
    <View title={text.title} lead={arn === null ? text.lead : text.again}>
      <Loaded resource={inputs}>
        {(known) => (
          <Chosen
            inputs={known}
            machine={search.get('machine')}
            onChoose={(machine) =>
              setSearch({ machine, ...(arn !== null && { again: arn }) }, { replace: true })
            }
          >
            {(machine, schema) =>
              arn === null ? (
                <StartForm key={machine} machine={machine} schema={schema} />
              ) : (
                <Again resource={again}>
                  {(input) => <StartForm key={machine} machine={machine} schema={schema} input={input} />}
                </Again>
              )
            }
          </Chosen>
        )}
      </Loaded>
    </View>
  );
}

interface AgainProps {
  readonly resource: Resource<ExecutionDetails>;
  readonly children: (input: unknown) => ComponentChildren;
}

/** An execution that cannot be read any more is no reason not to start one. */
function Again({ resource, children }: AgainProps) {
  const { data, problem, reload } = resource;
  if (data !== undefined) return <>{children(withoutRequester(data.input))}</>;
  if (problem === undefined) return <Loading />;
  return (
    <>
      <ProblemNote problem={problem} onRetry={reload} />
      {children(undefined)}
    </>
  );
}

/** The one who starts it now is another. */
function withoutRequester(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const { requestedBy: _, ...others } = input as Readonly<Record<string, unknown>>;
  return others;
}

type Schema = ExecutionInputs['machines'][number]['schema'];

interface ChosenProps {
  readonly inputs: ExecutionInputs;
  readonly machine: string | null;
  readonly onChoose: (machine: string) => void;
  readonly children: (machine: string, schema: Schema) => ComponentChildren;
}

/** Which state machine it is, the first where the address names none. */
function Chosen({ inputs, machine, onChoose, children }: ChosenProps) {
  const text = useMessages(messages);
  const { machines: names } = useMessages(machineMessages);
  const chosen = inputs.machines.find((known) => known.machine === machine) ?? inputs.machines[0];
  if (chosen === undefined) return null;
  return (
    <div class="start-execution">
      <Field label={text.machine}>
        {(attributes) => (
          <select
            {...attributes}
            value={chosen.machine}
            onChange={({ currentTarget }) => onChoose(currentTarget.value)}
          >
            {inputs.machines.map((known) => (
              <option key={known.machine} value={known.machine}>
                {known.machine}: {names[known.machine]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {children(chosen.machine, chosen.schema)}
    </div>
  );
}
