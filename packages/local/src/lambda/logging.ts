/** How a function logs (`LoggingConfig`). */
export interface FunctionLogging {
  readonly logFormat: 'Text' | 'JSON';
  /** Of what the function logs; acts with JSON alone. */
  readonly applicationLogLevel: ApplicationLogLevel;
  /** Of what the platform logs; acts with JSON alone. */
  readonly systemLogLevel: 'INFO' | 'WARN';
  readonly logGroupName: string;
}

/** What the runtime honours: above INFO, Lambda drops lines that have no level, metrics among them. */
export type ApplicationLogLevel = 'TRACE' | 'DEBUG' | 'INFO';

/** As Lambda logs where the template says nothing. */
export function defaultLogging(functionName: string): FunctionLogging {
  return {
    logFormat: 'Text',
    applicationLogLevel: 'INFO',
    systemLogLevel: 'INFO',
    logGroupName: `/aws/lambda/${functionName}`,
  };
}

const LEVELS: readonly string[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const MAY_BE_BELOW = /"level"\s*:\s*"(?:TRACE|DEBUG)"/i;

/** Whether Lambda delivers a line: with JSON, one whose `level` is below the function's is dropped. */
export function isDelivered(line: string, { logFormat, applicationLogLevel }: FunctionLogging): boolean {
  if (logFormat === 'Text' || applicationLogLevel === 'TRACE' || !MAY_BE_BELOW.test(line)) return true;
  const level = LEVELS.indexOf(levelOf(line));
  return level === -1 || level >= LEVELS.indexOf(applicationLogLevel);
}

function levelOf(line: string): string {
  try {
    return String(Object(JSON.parse(line)).level).toUpperCase();
  } catch {
    // A line that is no JSON has no level.
    return '';
  }
}
