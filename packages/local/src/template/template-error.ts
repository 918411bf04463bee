/** A template that the runtime cannot read, or would run otherwise than AWS does. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';

  /** `path` says where in the template: `Resources.DevicesTable.Properties.TableName`. */
  constructor(path: string, message: string) {
    super(`${path}: ${message}`);
  }
}
