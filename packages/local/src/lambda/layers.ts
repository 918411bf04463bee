import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { FunctionCode, LayerDefinition } from './definition.ts';

/** What a layer's version says of itself. */
export interface LayerSettings {
  readonly description: string;
  readonly compatibleRuntimes: readonly string[];
  readonly compatibleArchitectures: readonly string[];
  readonly licenseInfo?: string;
}

export interface LayerVersion extends LayerDefinition, LayerSettings, FunctionCode {
  readonly layerName: string;
  readonly version: number;
  readonly createdMs: number;
}

interface KeptLayer {
  /** Numbers are not given twice. */
  readonly lastVersion: number;
  readonly versions: readonly LayerVersion[];
}

export interface LayersOptions {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly collections: Collections;
}

/** The layers that calls have published. */
export class Layers {
  readonly #options: LayersOptions;
  readonly #layers: Map<string, KeptLayer>;

  constructor(options: LayersOptions) {
    this.#options = options;
    this.#layers = options.collections.open('layers');
  }

  /** The latest version of each that has one, by name. */
  get latest(): readonly LayerVersion[] {
    const latest = [...this.#layers.values()].flatMap(({ versions }) => versions.slice(-1));
    return latest.sort((one, other) => (one.layerName < other.layerName ? -1 : 1));
  }

  get all(): readonly LayerVersion[] {
    return [...this.#layers.values()].flatMap(({ versions }) => versions);
  }

  /** The newest first. */
  versionsOf(layerName: string): readonly LayerVersion[] {
    return (this.#layers.get(layerName)?.versions ?? []).toReversed();
  }

  arnOf(layerName: string): string {
    const { region, accountId } = this.#options;
    return `arn:aws:lambda:${region}:${accountId}:layer:${layerName}`;
  }

  publish(
    layerName: string,
    code: FunctionCode & { directory: string },
    settings: LayerSettings,
  ): LayerVersion {
    const { lastVersion, versions } = this.#layers.get(layerName) ?? { lastVersion: 0, versions: [] };
    const version = lastVersion + 1;
    const published: LayerVersion = {
      ...code,
      ...settings,
      layerName,
      version,
      arn: `${this.arnOf(layerName)}:${version}`,
      createdMs: this.#options.clock.now(),
    };
    this.#layers.set(layerName, { lastVersion: version, versions: [...versions, published] });
    return published;
  }

  /** Functions that have it keep it. */
  remove(layerName: string, version: number): void {
    const layer = this.#layers.get(layerName);
    if (layer === undefined) return;
    const versions = layer.versions.filter((one) => one.version !== version);
    this.#layers.set(layerName, { ...layer, versions });
  }
}
