import type { Problem } from '../../../contract/problem.ts';
import { problemOf } from '../../api/use-resource.ts';

/** A part of a list as the server answers it. */
export interface ListPart<T> {
  readonly rows: readonly T[];
  readonly cursor?: string;
  readonly looked: number;
}

/** `cursor`: of the part before; none for the first. */
export type LoadPart<T> = (cursor: string | undefined, signal: AbortSignal) => Promise<ListPart<T>>;

interface PagesOptions<T> {
  readonly load: LoadPart<T>;
  readonly onChange: () => void;
  /** Of how many parts the rows are kept; of the others there is only where they begin. */
  readonly maxKept?: number;
}

interface Page<T> {
  /** Where it begins. */
  readonly cursor: string | undefined;
  /** Where it ends; nothing at the end of all. */
  readonly next: string | undefined;
  /** Of its first row. */
  index: number;
  readonly count: number;
  readonly looked: number;
  /** When it was last shown, in rounds. */
  shown: number;
  rows: readonly T[] | undefined;
}

const MAX_KEPT = 12;
/** So many rows are loaded before they are scrolled to. */
const AHEAD = 100;

/** A list of any length: what is shown is loaded, and what was shown long ago is let go, to be loaded again. */
export class Pages<T> {
  readonly #options: Required<PagesOptions<T>>;
  #pages: Page<T>[] = [];
  /** Where the list goes on; it begins without a cursor. */
  #next: string | undefined;
  #hasMore = true;
  #looked = 0;
  #wanted = { first: 0, end: 1 };
  #round = 0;
  #problem: Problem | undefined;
  #isStopped = false;
  #loading: AbortController | undefined;

  constructor(options: PagesOptions<T>) {
    this.#options = { maxKept: MAX_KEPT, ...options };
  }

  /** So far. */
  get rowCount(): number {
    const last = this.#pages.at(-1);
    return last === undefined ? 0 : last.index + last.count;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  /** At how many items, for the rows so far. */
  get looked(): number {
    return this.#looked;
  }

  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Why it does not go on. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Nothing for a row that is let go: it is loaded again once it is shown. */
  rowAt(index: number): T | undefined {
    const page = this.#pageAt(index);
    return page?.rows?.[index - page.index];
  }

  /** Has the rows loaded from `first` to the one before `end`, and some after them. */
  show(first: number, end: number): void {
    this.#wanted = { first, end };
    void this.#load();
  }

  /** Looks no further until `goOn`. */
  stop(): void {
    this.#isStopped = true;
    this.#loading?.abort();
  }

  /** After a stop or a problem. */
  goOn(): void {
    this.#isStopped = false;
    this.#problem = undefined;
    void this.#load();
  }

  /** Nothing is heard of it any more. */
  end(): void {
    this.#hasMore = false;
    this.#pages = [];
    this.#loading?.abort();
  }

  async #load(): Promise<void> {
    if (this.#loading !== undefined) return;
    for (;;) {
      const gap = this.#gap();
      if (gap === undefined && !this.#isShort()) return;
      const controller = new AbortController();
      this.#loading = controller;
      this.#options.onChange();
      const cursor = gap === undefined ? this.#next : gap.cursor;
      const answer = await this.#options.load(cursor, controller.signal).catch(problemOf);
      this.#loading = undefined;
      // Stopped or ended: what has been asked for may be asked for again.
      if (!controller.signal.aborted) this.#take(gap, answer);
      this.#options.onChange();
    }
  }

  #take(gap: Page<T> | undefined, answer: ListPart<T> | Problem): void {
    if ('kind' in answer) this.#problem = answer;
    else if (gap === undefined) this.#append(answer);
    else this.#fill(gap, answer);
    this.#letGo();
  }

  /** A page that is wanted, and whose rows are gone. */
  #gap(): Page<T> | undefined {
    if (this.#problem !== undefined) return undefined;
    const { first, end } = this.#wanted;
    this.#round += 1;
    const shown = this.#pages.filter((page) => page.index < end && page.index + page.count > first);
    for (const page of shown) page.shown = this.#round;
    return shown.find(({ rows }) => rows === undefined);
  }

  #isShort(): boolean {
    if (!this.#hasMore || this.#isStopped || this.#problem !== undefined) return false;
    return this.rowCount < this.#wanted.end + AHEAD;
  }

  #append({ rows, cursor, looked }: ListPart<T>): void {
    if (rows.length > 0) this.#pages.push(this.#pageOf(this.#next, { rows, looked }, cursor));
    this.#next = cursor;
    this.#hasMore = cursor !== undefined;
    this.#looked += looked;
  }

  /** What comes after a page that ends elsewhere than before, since devices came or went, is looked for anew. */
  #fill(gap: Page<T>, { rows, cursor, looked }: ListPart<T>): void {
    const at = this.#pages.indexOf(gap);
    const filled = this.#pageOf(gap.cursor, { rows, looked }, cursor);
    const isAsBefore = cursor === gap.next && rows.length === gap.count;
    if (!isAsBefore) {
      const gone = this.#pages.splice(at);
      this.#looked -= gone.reduce((sum, page) => sum + page.looked, 0);
      this.#next = gap.cursor;
      this.#append({ rows, looked, ...(cursor !== undefined && { cursor }) });
    } else this.#pages[at] = { ...filled, index: gap.index };
  }

  #pageOf(
    cursor: string | undefined,
    { rows, looked }: Pick<ListPart<T>, 'rows' | 'looked'>,
    next: string | undefined,
  ): Page<T> {
    return { cursor, next, index: this.rowCount, count: rows.length, looked, shown: this.#round, rows };
  }

  #letGo(): void {
    const kept = this.#pages.filter(({ rows }) => rows !== undefined);
    const oldest = kept.toSorted((one, other) => one.shown - other.shown);
    for (const page of oldest.slice(0, Math.max(0, kept.length - this.#options.maxKept)))
      page.rows = undefined;
  }

  /** By halving: there are thousands of them in a long list. */
  #pageAt(index: number): Page<T> | undefined {
    let [low, high] = [0, this.#pages.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const page = this.#pages[middle];
      if (page === undefined || index < page.index) high = middle - 1;
      else if (index >= page.index + page.count) low = middle + 1;
      else return page;
    }
    return undefined;
  }
}
