import { describe, expect, it } from '@jest/globals';
import { GUIDE, selectJson } from './evaluate.ts';

const shadow = {
  previous: { state: { reported: { sound: 5 } } },
  current: { state: { reported: { sound: 20, roam: { cell: 7 } } } },
  state: { reported: { sound: 20 } },
};

/** Statements of AWS's workshops and samples, and of what is deployed, with what they are written for. */
describe('statements as people write them', () => {
  it.each<[string, unknown]>([
    // The workshop on AWS IoT EduKit, "Smart Thermostat".
    [
      `SELECT CASE state.reported.sound > 10 WHEN true THEN true ELSE false END AS state.desired.roomOccupancy
       FROM '$aws/things/c/shadow/update/accepted' WHERE state.reported.sound <> Null`,
      { state: { desired: { roomOccupancy: true } } },
    ],
    // First reports: what came before is Undefined.
    [
      `SELECT current.state.reported.roam AS roam FROM '$aws/things/+/shadow/update/documents'
       WHERE current.state.reported.roam.cell <> NULL AND (isUndefined(previous.state.reported.roam.cell)
       OR previous.state.reported.roam.cell <> current.state.reported.roam.cell)`,
      { roam: { cell: 7 } },
    ],
    [
      "SELECT topic(3) AS thingName FROM '$aws/things/+/shadow/update/documents' WHERE current.state.reported <> previous.state.reported",
      { thingName: 'thingOne' },
    ],
    [
      `SELECT * as payload, clientid() as payload.clientId, 'mqttIncoming' as type FROM 'subscriptions/inbound/#'`,
      { payload: { ...shadow, clientId: 'thingOne' }, type: 'mqttIncoming' },
    ],
    [
      `SELECT concat("device:", topic(3)) as source, timestamp()/1000 + 604800 AS expireAt FROM '#'
       WHERE isUndefined(state.desired) = False AND startswith(topic(3), 'thing') OR topic(1) + '/' + topic(2) = 'things/myThings'`,
      { source: 'device:thingOne', expireAt: 1_482_430_051.155 },
    ],
    [
      `SELECT get(get(get(current.state, "reported"), "roam"), "cell") as cell FROM "a"
       WHERE regexp_matches(topic(3), 'thing[A-Z]{1}ne$')`,
      { cell: 7 },
    ],
  ])('%s', (sql, result) => {
    expect(selectJson(sql, shadow)).toEqual(result);
  });

  it(`FROM without quotes (${GUIDE}iot-sql-json.html)`, () => {
    const payload = { deviceid: 'iot123', temp: 54.98, humidity: 32.43 };
    expect(selectJson('SELECT temp, md5(deviceid) AS hashed_id FROM topic/#', payload)).toEqual({
      temp: 54.98,
      hashed_id: 'e37f81fb397e595c4aeb5645b8cbbbd1',
    });
  });
});
