/** A schedule expression that is not valid. One sentence. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}
