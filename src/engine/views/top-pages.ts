import { obsoleteId, ROLES, type ShadowPageId, shadowPageId } from '../../../spec/state/shadow.ts';
import { EngineError } from './engine-error.ts';

/** Which top shadow page is meant, as numbers. */
export interface TopPlace {
  readonly space: number;
  readonly role: number;
  readonly obsolete: number;
}

/** The names of the shadow pages that may be roots. */
export class TopPages {
  readonly #ids: readonly (readonly (readonly ShadowPageId[])[])[];
  readonly #places = new Map<ShadowPageId, TopPlace>();

  constructor(spaces: readonly string[]) {
    this.#ids = [0, 1].map((obsolete) =>
      ROLES.map((role, r) =>
        spaces.map((page, space) => {
          const id = shadowPageId({ page, role });
          const name = obsolete === 1 ? obsoleteId(id) : id;
          this.#places.set(name, { space, role: r, obsolete });
          return name;
        }),
      ),
    );
  }

  idAt(space: number, role: number, obsolete: number): ShadowPageId {
    return this.#ids[obsolete]?.[role]?.[space] as ShadowPageId;
  }

  /** @throws EngineError if it is no page that a root may point to */
  placeOf(id: ShadowPageId): TopPlace {
    const place = this.#places.get(id);
    if (place === undefined) throw new EngineError(`a root that points to ${id}: there is no place for it`);
    return place;
  }
}
