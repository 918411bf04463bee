import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** One logger and one set of metrics a function; named by the POWERTOOLS_ variables of the deployment. */
export const logger = new Logger();
export const metrics = new Metrics();
