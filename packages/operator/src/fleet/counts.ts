import { addCounts, type Cost, type Counts, costOf } from './prices.ts';

/** As the ItemBatcher of the state machine makes them. */
export const DEVICES_A_BATCH = 100;
/** Of a batch, with a function of the service's size; measured on a laptop, taken twice for AWS's network. */
export const BATCH_SECONDS = 2;
const FUNCTION_GB = 0.5;
const EXPRESS_GB = 0.0625;

/** What the devices of a fleet are like. */
export interface FleetShape {
  readonly devices: number;
  /** Unique values of each that are reserved: a serial number, and a MAC address where it has one. */
  readonly guardsADevice?: number;
  /** Certificates that have to be turned off. */
  readonly certificates?: number;
}

/**
 * Moving devices with `decommission-fleet`. A device is one transaction over its record in each of the two tables and
 * its guards, each item at twice its write units, and is in the index of what is pending afterwards. A batch is an
 * Express execution, for which Step Functions counts a transition of the map, and one invocation.
 */
export function countsOfMove({ devices, guardsADevice = 1 }: FleetShape): Counts {
  const batches = Math.ceil(devices / DEVICES_A_BATCH);
  return {
    standardTransitions: batches + 3, // Choice, Map and the end
    expressRequests: batches,
    expressGbSeconds: batches * BATCH_SECONDS * EXPRESS_GB,
    lambdaRequests: batches,
    lambdaGbSeconds: batches * BATCH_SECONDS * FUNCTION_GB,
    writeRequestUnits: devices * (2 * (2 + guardsADevice) + 1),
    readRequestUnits: devices / 2,
    s3Puts: 10,
    s3Gets: 10,
  };
}

/** A call of AWS IoT takes 20 ms, and a function that makes them works on one device after the other. */
const IOT_CALL_SECONDS = 0.02;
const DEVICES_A_STREAM_BATCH = 25;
const EVENTS_A_PUT = 100;

/** Both tables are read in one transaction, at two units each. */
const BOTH_TABLES_UNITS = 4;

/**
 * What follows a move: certificates off (both tables are read, the record is leased, settled, and leaves the index), and
 * the event DeviceDecommissioned. AWS IoT's price list does not name the operations on certificates; they are counted as
 * operations of the registry, so that the sum is rather too high.
 */
export function countsOfCredentials({ devices, certificates = devices }: FleetShape): Counts {
  const iotOperations = 3 * certificates; // DescribeCertificate, ListPrincipalThings, UpdateCertificate
  const batches = devices / DEVICES_A_STREAM_BATCH;
  return addCounts(eventsOf(devices), {
    writeRequestUnits: 3 * devices,
    readRequestUnits: BOTH_TABLES_UNITS * devices,
    iotOperations,
    lambdaRequests: batches,
    lambdaGbSeconds: iotOperations * IOT_CALL_SECONDS * FUNCTION_GB,
  });
}

/**
 * The end, after `ttl`: a record of the purge (written, leased, changed, settled, in the index and out of it), looks at
 * it and, three times, at both tables, since nothing may be removed that a new device has; what is removed from AWS IoT, and the event DevicePurged. DynamoDB itself deletes without a charge.
 */
export function countsOfPurge({ devices, certificates = devices }: FleetShape): Counts {
  // ListThingPrincipals, ListNamedShadows, DeleteThingShadow, ListThingGroups, DescribeThing, DeleteThing
  const ofThings = 6 * devices;
  // ListPrincipalThings, DescribeCertificate, UpdateCertificate, DetachThingPrincipal, DeleteCertificate
  const ofCertificates = 5 * certificates;
  return addCounts(eventsOf(devices), {
    writeRequestUnits: 6 * devices,
    readRequestUnits: (1 + 3 * BOTH_TABLES_UNITS) * devices,
    iotOperations: ofThings + ofCertificates,
    lambdaRequests: devices / DEVICES_A_STREAM_BATCH,
    lambdaGbSeconds: (ofThings + ofCertificates) * IOT_CALL_SECONDS * FUNCTION_GB,
  });
}

/** The reader of the stream hands on up to a hundred events at a time, in a tenth of a second. */
function eventsOf(devices: number): Counts {
  const batches = devices / EVENTS_A_PUT;
  return { events: devices, lambdaRequests: batches, lambdaGbSeconds: batches * 0.1 * FUNCTION_GB };
}

/** All of it, from the move to the purge. */
export const countsOfAfterlife = (shape: FleetShape): Counts =>
  addCounts(countsOfCredentials(shape), countsOfPurge(shape));

const NAIVE_STATES = 6;
const NAIVE_FUNCTION_SECONDS = 0.1;

/**
 * The naive way, for comparison: a Standard execution a device, of six states with a function each, which moves it
 * with the same writes, a strongly consistent read, and one call of AWS IoT.
 */
export function costOfStatePerDevice(devices: number): Cost {
  const states = NAIVE_STATES * devices;
  return costOf({
    standardTransitions: states,
    lambdaRequests: states,
    lambdaGbSeconds: states * NAIVE_FUNCTION_SECONDS * FUNCTION_GB,
    writeRequestUnits: 6 * devices,
    readRequestUnits: devices,
    iotOperations: devices,
  });
}
