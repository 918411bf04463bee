import type { NewDevice, PlayedDeviceDetails } from '../../../contract/laptop.ts';
import type { Problem } from '../../../contract/problem.ts';
import { useMessages } from '../../i18n/locale.ts';
import { makeDevice, register, request } from './bench.ts';
import { guideMessages } from './guide-messages.ts';
import type { Step } from './guide-steps.ts';
import { suggestDevice } from './names.ts';
import { moveClock } from './stack-clock.tsx';
import { useOperation } from './use-operation.ts';

const MINUTE_SECONDS = 60;
const MONTH_SECONDS = 31 * 86_400;

interface StepAction {
  /** @throws ApiProblem */
  run(): Promise<void>;
  readonly isRunning: boolean;
  readonly problem: Problem | undefined;
}

/** What the button of a step does. */
export function useStepAction(
  step: Step,
  device: PlayedDeviceDetails | undefined,
  onMade: (device: NewDevice) => void,
): StepAction {
  const { reason } = useMessages(guideMessages);
  const operation = useOperation();
  const make = async (): Promise<void> => onMade(await makeDevice(suggestDevice()));
  const run = async (): Promise<void> => {
    if (device === undefined || step === 'made') return make();
    const { deviceId, serialNumber } = device;
    switch (step) {
      case 'registered':
        await register(device);
        return;
      case 'reported':
      case 'turnedAway':
      case 'reportedAgain':
        await request(deviceId, 'heartbeat');
        return;
      case 'decommissioned':
        return operation.start(deviceId, 'decommission', reason);
      case 'restored':
        return operation.start(deviceId, 'restore', reason);
      case 'decommissionedAgain':
        await request(deviceId, 'decommission', { reason });
        return;
      case 'gone':
        // Thing and certificate go a minute after the record.
        await moveClock(device.standing?.state === 'none' ? MINUTE_SECONDS : MONTH_SECONDS);
        return;
      case 'reused':
        await register(await makeDevice({ ...suggestDevice(), serialNumber }));
    }
  };
  return { run, isRunning: operation.isRunning, problem: operation.problem };
}
