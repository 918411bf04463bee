import { expect, it } from '@jest/globals';
import { csvOfDevices } from '../../../../src/page/views/devices/device-csv.ts';

it('writes devices as lines that a run of a fleet reads, and a spreadsheet does not run', () => {
  const csv = csvOfDevices([
    {
      key: '-d1',
      deviceId: '-d1',
      state: 'active',
      serialNumber: '=HYPERLINK("x")',
      name: 'Halle 3,\nTor "B"',
      lastSeenAt: 1_790_000_000_000,
    },
    { key: 'd2', deviceId: 'd2', state: 'expired', type: '@meter', expiresAtMs: 0 },
  ]);
  expect(csv).toBe(
    [
      'deviceId,state,serialNumber,macAddress,type,name,lastSeenAt,expiresAt,pendingSince,purgedAt\r\n',
      '-d1,active,"\'=HYPERLINK(""x"")",,,"Halle 3,\nTor ""B""",2026-09-21T14:13:20.000Z,,,\r\n',
      "d2,expired,,,'@meter,,,1970-01-01T00:00:00.000Z,,\r\n",
    ].join(''),
  );
});
