/** What `--help` prints. */
export const USAGE = `Runs the packaged service on this machine, until interrupted. Nothing reaches AWS.

  npm start -- [options]

  --port N                 the AWS endpoint for SDKs and the AWS CLI (default 4566; 0: any free port)
  --mqtt-port N            the MQTT broker, over TLS (default 8883; 0: any free port)
  --stack-file FILE        where to write what is where (default .local/stack.json)
  --data DIR               keep everything in this directory, for the next start and also when this process is
                           killed; one runtime at a time (default: in memory, gone when it ends)
  --dynamodb URL           use this DynamoDB engine, for example DynamoDB Local, and not the built-in one
  --service DIR            start with the serverless service of this directory, and not with this project's
  --no-service             start with none: an empty endpoint to deploy to (serverless deploy)
  --stage NAME             the stage to package (default dev)
  --region NAME            the AWS Region to pretend (default us-east-1)
  --async-retry-delays A,B milliseconds before the two retries of an asynchronous invocation
                           (default 1000,2000; 60000,120000 is what AWS Lambda waits)
  --async-queue N          how many asynchronous invocations of one function may wait, beyond which Invoke answers
                           TooManyRequestsException (default 10000)
  --iot-quota NAME=N       take N calls a second of this operation of AWS IoT, as in UpdateCertificate=10, and
                           answer ThrottlingException to those beyond; may be given again for other operations
  --ttl-delay SECONDS      how long items stay after their TTL has passed (default 0; off: for good; on AWS it can
                           take days)
  --fault RULE             have something go wrong on purpose, as in dynamodb:*=lostResponse@0.02; may be given again
                           (docs/faults.md has the rules)
  --fault-seed N           what the moments of faults follow from (default: drawn, and told at start)
  --companion COMMAND      a script, with its arguments, to run beside the runtime once that is ready; {stackFile} is
                           where that file is. It ends with the runtime (npm start gives one)
  --no-companion           run none
  --with-parent            end when the process that started this one has gone (npm start gives it)
  --help                   this text`;
