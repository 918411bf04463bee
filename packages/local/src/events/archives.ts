import { AwsError } from '../aws.ts';
import type { Collections } from '../data/collections.ts';
import type { KeptList } from '../data/kept-list.ts';
import { type Archive, createArchive } from './archive.ts';
import { notFound } from './errors.ts';
import type { KeptEvent } from './kept-event.ts';
import type { ArchiveResource } from './resources.ts';

export interface ArchivesOptions {
  now(): number;
  /** Keeps archives with their events. */
  readonly collections: Collections;
  warn(message: string): void;
}

interface KeptArchive {
  readonly settings: ArchiveResource;
  readonly creationTimeMs: number;
}

/** The archives of an account. */
export class Archives {
  readonly #options: ArchivesOptions;
  readonly #kept: Map<string, KeptArchive>;
  readonly #archives = new Map<string, Archive>();
  /** The events of each archive that there has been: a list can be opened once. */
  readonly #events = new Map<string, KeptList<KeptEvent>>();

  constructor(options: ArchivesOptions) {
    this.#options = options;
    this.#kept = options.collections.open('eventArchives');
    for (const { settings, creationTimeMs } of this.#kept.values()) this.#add(settings, creationTimeMs);
  }

  all(): readonly Archive[] {
    return [...this.#archives.values()];
  }

  /** Throws `ResourceNotFoundException`. */
  get(archiveName: string): Archive {
    const archive = this.#archives.get(archiveName);
    if (archive === undefined) throw notFound(`Archive ${archiveName} does not exist.`);
    return archive;
  }

  /** Throws `ResourceAlreadyExistsException` and `InvalidEventPatternException`. */
  create(settings: ArchiveResource): Archive {
    const { archiveName } = settings;
    if (this.#archives.has(archiveName)) {
      throw new AwsError('ResourceAlreadyExistsException', `Archive ${archiveName} already exists.`);
    }
    return this.put(settings);
  }

  /** Makes an archive, or changes the one of that name, which keeps its events. Throws `InvalidEventPatternException`. */
  put(settings: ArchiveResource): Archive {
    const { creationTimeMs } = this.#archives.get(settings.archiveName) ?? {
      creationTimeMs: this.#options.now(),
    };
    const archive = this.#add(settings, creationTimeMs);
    this.#kept.set(settings.archiveName, { settings, creationTimeMs });
    return archive;
  }

  /** With its events. */
  delete(archiveName: string): void {
    this.#archives.delete(archiveName);
    this.#kept.delete(archiveName);
    const events = this.#eventsOf(archiveName);
    events.removeOldest(events.size);
  }

  #add(settings: ArchiveResource, creationTimeMs: number): Archive {
    const { archiveName } = settings;
    const events = this.#eventsOf(archiveName);
    const archive = createArchive(settings, creationTimeMs, this.#options.warn, events);
    this.#archives.set(archiveName, archive);
    return archive;
  }

  #eventsOf(archiveName: string): KeptList<KeptEvent> {
    const { collections } = this.#options;
    const events =
      this.#events.get(archiveName) ?? collections.list<KeptEvent>(`archivedEvents/${archiveName}`);
    this.#events.set(archiveName, events);
    return events;
  }
}
