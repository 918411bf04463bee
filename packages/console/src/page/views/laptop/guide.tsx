import { useEffect, useRef } from 'preact/hooks';
import type { NewDevice, PlayedDeviceDetails } from '../../../contract/laptop.ts';
import { useAction } from '../../api/use-action.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { skip, skippedSteps } from './bench.ts';
import { guideMessages } from './guide-messages.ts';
import { STEPS, type Step, type StepState, statesOf } from './guide-steps.ts';
import { useStepAction } from './use-step-action.ts';

interface GuideProps {
  /** None before there is one. */
  readonly device: PlayedDeviceDetails | undefined;
  readonly onMade: (device: NewDevice) => void;
  readonly onActed: () => void;
}

/** Leads through the life of a device; what is done is known by what has happened, not by what was pressed. */
export function Guide({ device, onMade, onActed }: GuideProps) {
  const text = useMessages(guideMessages);
  const done = new Set<Step>(device === undefined ? [] : ['made', ...device.milestones]);
  const skipped = skippedSteps.value.get(device?.deviceId ?? '') ?? new Set();
  const states = statesOf(done, skipped);
  const current = STEPS.find((step) => states.get(step) === 'current');
  const list = useFocusOnCurrent(`${device?.deviceId}/${current}`);
  useDoneSteps(device?.deviceId, done);
  return (
    <Card title={text.title}>
      <ol class="laptop-guide" ref={list}>
        {STEPS.map((step, index) => (
          <GuideStep
            key={step}
            step={step}
            number={index + 1}
            state={states.get(step) ?? 'ahead'}
            isLast={STEPS[index + 1] === current}
          >
            {step === current && <StepButtons key={step} {...{ step, device, onMade, onActed }} />}
          </GuideStep>
        ))}
        {current === undefined && (
          <li class="laptop-step">
            <span class="laptop-step-mark" aria-hidden="true">
              ★
            </span>
            <div class="laptop-step-body">
              <p>{text.end}</p>
              <StepButtons key="end" {...{ step: 'made', device, onMade, onActed }} label={text.again} />
            </div>
          </li>
        )}
      </ol>
    </Card>
  );
}

interface GuideStepProps {
  readonly step: Step;
  readonly number: number;
  readonly state: StepState;
  /** The one before the current one. */
  readonly isLast: boolean;
  readonly children: preact.ComponentChildren;
}

function GuideStep({ step, number, state, isLast, children }: GuideStepProps) {
  const text = useMessages(guideMessages);
  const { title, sentence } = text.steps[step];
  const isCurrent = state === 'current';
  return (
    <li class={`laptop-step laptop-step-${state}`} {...(isCurrent && { 'aria-current': 'step' })}>
      <span class="laptop-step-mark" aria-hidden="true">
        {state === 'done' ? '✓' : number}
      </span>
      <div class="laptop-step-body">
        <h3>
          {title}
          <span class={state === 'passed' ? 'quiet laptop-step-note' : 'for-screen-readers'}>
            {' '}
            {text.states[state]}
          </span>
        </h3>
        {(isCurrent || isLast) && <p class={isCurrent ? undefined : 'quiet'}>{sentence}</p>}
        {children}
      </div>
    </li>
  );
}

interface StepButtonsProps extends GuideProps {
  readonly step: Step;
  readonly label?: string;
}

function StepButtons({ step, device, onMade, onActed, label }: StepButtonsProps) {
  const text = useMessages(guideMessages);
  const readOnly = useReadOnlyReason();
  const stepAction = useStepAction(step, device, onMade);
  const action = useAction(async () => {
    await stepAction.run();
    onActed();
  });
  const problem = action.problem ?? stepAction.problem;
  const isBusy = action.isRunning || stepAction.isRunning;
  const isGone = step === 'gone' && device?.standing?.state === 'none';
  const awaited = awaitedFor(step, device);
  return (
    <>
      <div class="actions">
        <Button
          tone="primary"
          isBusy={isBusy}
          unavailable={readOnly ?? (awaited && text.awaited[awaited])}
          onClick={() => void action.run()}
        >
          {label ?? (isGone ? text.oneMinute : text.steps[step].action)}
        </Button>
        {step !== 'made' && device !== undefined && (
          <Button onClick={() => skip(device.deviceId, step)}>{text.skip}</Button>
        )}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
}

/** What has yet to happen before a step shows what it is to show: certificates follow a little after a move. */
function awaitedFor(step: Step, device: PlayedDeviceDetails | undefined): 'off' | 'on' | undefined {
  const { connection, standing } = device ?? {};
  const isOn = standing?.certificateStatus === 'ACTIVE';
  if (step === 'reportedAgain' && !isOn) return 'on';
  const isOut = step === 'turnedAway' && standing?.state === 'decommissioned';
  return isOut && (isOn || connection === 'connected') ? 'off' : undefined;
}

/** Who works by keyboard finds the next step's button where the last one's was. */
function useFocusOnCurrent(current: string) {
  const list = useRef<HTMLOListElement>(null);
  const isWithin = useRef(false);
  useEffect(() => {
    const note = ({ target }: FocusEvent) => {
      isWithin.current = list.current?.contains(target as Node) === true;
    };
    document.addEventListener('focusin', note);
    return () => document.removeEventListener('focusin', note);
  }, []);
  useEffect(() => {
    const isLost = document.activeElement === document.body || document.activeElement === null;
    if (isWithin.current && isLost) list.current?.querySelector('button')?.focus();
  }, [current]);
  return list;
}

/** Says which steps have come to be done, while the same device is looked at. */
function useDoneSteps(deviceId: string | undefined, done: ReadonlySet<Step>): void {
  const text = useMessages(guideMessages);
  const before = useRef({ deviceId, done });
  useEffect(() => {
    const { deviceId: earlier, done: known } = before.current;
    before.current = { deviceId, done };
    const fresh = STEPS.findLast((step) => done.has(step) && !known.has(step));
    if (fresh !== undefined && (earlier === deviceId || fresh === 'made')) {
      announce(text.stepDone(text.steps[fresh].title));
    }
  }, [deviceId, done.size]);
}
