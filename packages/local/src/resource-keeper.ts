/**
 * Makes, changes and removes the resources of one kind while the runtime runs: those of a stack as it is deployed,
 * changed and removed, and those that calls of the service's API make.
 */
export interface ResourceKeeper<R> {
  /**
   * Makes a resource, or changes the one of the same name into this one; what that holds is kept. Rejects, having
   * changed nothing, with an error that says why the resource can't be run or can't become this one.
   */
  put(resource: R): Promise<void>;
  /** Removes the resource of that name, with what it holds. One that is not there is removed already. */
  remove(resource: R): Promise<void>;
  /** Whether the resource of that name is there; of kinds that others can't be made without. */
  has?(resource: R): Promise<boolean>;
}
