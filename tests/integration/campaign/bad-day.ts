/**
 * Everything that can go wrong, often enough that nothing runs through unharmed, and seldom enough that most of it comes
 * to its end within the tries that it has.
 */
export const BAD_DAY: readonly string[] = [
  'dynamodb:TransactWriteItems=TransactionConflict@0.08',
  'dynamodb:*=lostResponse@0.03',
  'dynamodb:*=ThrottlingException@0.03',
  'dynamodb:*=InternalServerError@0.02',
  'iot:*=ThrottlingException@0.06',
  'iot:*=lostResponse@0.04',
  'iot:UpdateCertificate=InternalFailureException@0.1',
  'iotdata:*=ThrottlingException@0.05',
  'iotdata:*=lostResponse@0.04',
  // Above what the SDK's own tries outlast.
  'events:PutEvents=InternalException@0.4',
  'events:PutEvents=lostResponse@0.1',
  'sqs:SendMessage=lostResponse@0.05',
  'states:*=lostResponse@0.05',
  'states:*=ThrottlingException@0.05',
  's3:*=SlowDown@0.03',
  '*:*=delay(120)@0.04',
  'lambda:*=kill@0.05',
  // So that some fail three times over, and are dead letters.
  'lambda:*-update-device=kill@0.4',
  'lambda:*=duplicate@0.08',
  'mqtt:*=duplicate@0.08',
  'mqtt:*=reorder@0.08',
  'streams:*=duplicate@0.15',
  'streams:*=cut@0.3',
  'engine=kill@0.006',
  'clock=skew(1500)@0.3',
];
