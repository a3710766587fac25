/**
 * Keeps the browser from painting videos that nobody looks at: painting is a third of what a page in a meeting costs.
 *
 * Invisible, not gone: a video without a box, or clipped to nothing, is paused by the browser, and pages wonder why. This one
 * plays on in its true size. What else the page shows stays as it is, because the bot finds its way by it.
 */
import { make, NativeStyleSheet, ownSheets } from "./natives";

const UNSEEN = "video { visibility: hidden !important }";

export class Pictures {
  #sheet: CSSStyleSheet | null = null;
  #lookedAt = false;

  /** Stop painting. Called again, it makes up for a page that has set its sheets anew. */
  hide(): void {
    if (this.#lookedAt || !ownSheets) return;
    const sheets = ownSheets.get(document);
    if (this.#sheet && sheets.includes(this.#sheet)) return;
    this.#sheet ??= this.#made();
    ownSheets.set(document, [...sheets, this.#sheet]);
  }

  /** Somebody looks from now on: whatever was hidden, and what comes later, is painted. */
  show(): void {
    this.#lookedAt = true;
    if (ownSheets && this.#sheet) ownSheets.set(document, ownSheets.get(document).filter((sheet) => sheet !== this.#sheet));
    this.#sheet = null;
  }

  #made(): CSSStyleSheet {
    const sheet = make(NativeStyleSheet, []);
    sheet.replaceSync(UNSEEN);
    return sheet;
  }
}
