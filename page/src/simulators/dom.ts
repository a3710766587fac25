/**
 * Makes the elements of a simulated page. Everything a skin shows comes through here, so that quirks and mutations can change it.
 *
 * A skin keeps the elements it made and never looks them up: their names, tags and surroundings may be others than it wrote.
 */
import type { Language, Setup, Words } from "./contract";
import { type Attributes, chance, Mutator } from "./mutations";

export type Child = Node | string | number | null | undefined | false | Child[];

/** Waits of the door's and the dialogs' kind: divided by the scenario's speed. */
export type Later = (seconds: number, act: () => void) => void;

const CONTROLS = "button, input, textarea, select, [role=button], [contenteditable]";
const LATEST_S = 8;
const HIDES_AFTER_S = 4;
/** Attributes whose mere presence means yes. */
const FLAGS = new Set(["disabled", "checked", "hidden", "required", "readonly", "autofocus", "autoplay", "playsinline"]);

export class Builder {
  /** Where `show` puts things. */
  readonly root: HTMLElement;
  readonly #sheet: HTMLStyleElement;

  constructor(
    private readonly setup: Setup, private readonly words: Words, private readonly later: Later,
    readonly document: Document = window.document, private readonly mutator = new Mutator(setup.mutations, setup.seed),
    private readonly random = chance(setup.seed + 17),
  ) {
    this.root = document.createElement("div");
    this.#sheet = document.createElement("style");
    document.head.append(this.#sheet);
    document.body.append(this.root);
    document.documentElement.lang = setup.language;
  }

  /** The text in the page's language; `{name}` in it stands for a value. */
  t(text: string, values: Record<string, string | number> = {}): string {
    const language: Language = this.setup.language;
    const translated = language === "en" ? text : this.words[text]?.[language] ?? text;
    const filled = translated.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
    return this.setup.quirks.includes("typographic_apostrophes") ? filled.replaceAll("'", "’") : filled;
  }

  /**
   * An element. Of its attributes, `on…` functions become listeners, `.name` sets a property, null and false leave it out, true sets it
   * (to "true" where the attribute is no flag); `primary: true` marks the button that the quirk `cover_button` covers.
   */
  h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes?: Attributes, ...children: Child[]): HTMLElementTagNameMap[K];
  h(tag: string, attributes?: Attributes, ...children: Child[]): HTMLElement;
  h(tag: string, attributes: Attributes = {}, ...children: Child[]): HTMLElement {
    const made = this.mutator.tag(tag, attributes), element = this.document.createElement(made);
    const { primary, ...others } = attributes;
    if (made !== tag) this.#disguise(element, made, others);
    this.set(element, others);
    this.add(element, ...children);
    if (primary) element.toggleAttribute("data-primary-control", this.setup.quirks.includes("cover_button"));
    return element;
  }

  /** Change attributes of an element, as `h` gives them. */
  set(element: HTMLElement, attributes: Attributes): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
      else if (name === "muted") (element as HTMLMediaElement).muted = Boolean(value);
      else if (name.startsWith(".")) (element as unknown as Attributes)[name.slice(1)] = value;
      else this.#attribute(element, name, value);
    }
  }

  #attribute(element: HTMLElement, name: string, value: unknown): void {
    if (!this.mutator.keeps(name)) return;
    if (name === "disabled" && !("disabled" in element)) return void element.setAttribute("aria-disabled", String(Boolean(value)));
    if (value === null || value === undefined || (value === false && !name.startsWith("aria-") && !name.startsWith("data-"))) {
      return element.removeAttribute(name);
    }
    element.setAttribute(name, value === true && FLAGS.has(name) ? "" : this.mutator.value(name, String(value)));
  }

  /** A button that is no button, or a button that was none. */
  #disguise(element: HTMLElement, made: string, attributes: Attributes): void {
    if (made === "button") return;
    element.setAttribute("role", "button");
    element.tabIndex = 0;
    const blocked = () => element.getAttribute("aria-disabled") === "true";
    element.addEventListener("click", (event) => {
      if (blocked()) event.stopImmediatePropagation();
      else if ((attributes.type ?? "submit") === "submit") element.closest("form")?.requestSubmit();
    });
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") element.click();
    });
  }

  /** Append to an element. */
  add(parent: Node, ...children: Child[]): void {
    for (const child of children) {
      if (Array.isArray(child)) this.add(parent, ...child);
      else if (child !== null && child !== undefined && child !== false) {
        parent.appendChild(typeof child === "object" ? this.#wrapped(child) : this.document.createTextNode(String(child)));
      }
    }
  }

  /** Replace what is in an element. */
  fill(parent: Element | ShadowRoot, ...children: Child[]): void {
    parent.replaceChildren();
    this.add(parent, ...children);
  }

  /** Replace what the page shows. */
  show(...children: Child[]): void {
    this.fill(this.root, ...children);
    if (this.setup.quirks.includes("late_buttons")) this.#late(LATEST_S);
    for (const mutation of this.setup.mutations) if (mutation.kind === "delay") this.#late(mutation.most_s);
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-primary-control]")) this.#cover(button);
  }

  #wrapped(child: Node): Node {
    if (child.nodeType !== Node.ELEMENT_NODE || !(child as Element).matches(CONTROLS)) return child;
    for (let layers = this.mutator.layers(), inner: Node = child; ; layers--) {
      if (layers <= 0) return inner;
      const outer = this.document.createElement("span");
      outer.append(inner);
      inner = outer;
    }
  }

  /** Take the controls out and put each back after a while. */
  #late(most: number): void {
    for (const control of this.root.querySelectorAll(CONTROLS)) {
      const place = this.document.createComment("");
      control.replaceWith(place);
      this.later(this.random() * most, () => place.replaceWith(control));
    }
  }

  /** Lay something over a button that only a click made by script, or the keyboard, gets behind. */
  #cover(button: HTMLElement): void {
    button.removeAttribute("data-primary-control");
    const holder = this.document.createElement("div"), layer = this.document.createElement("div");
    holder.style.cssText = "position: relative; display: inline-block";
    layer.style.cssText = "position: absolute; inset: 0; z-index: 5";
    button.replaceWith(holder);
    holder.append(button, layer);
  }

  /** Let a media element play this, or nothing; what plays already goes on undisturbed. */
  play(element: HTMLMediaElement, media: MediaStream | MediaStreamTrack | null): void {
    const track = media instanceof MediaStreamTrack ? media : null;
    const playing = element.srcObject instanceof MediaStream ? element.srcObject : null;
    if (track ? playing?.getTracks()[0] === track : playing === media) return;
    element.srcObject = track ? new MediaStream([track]) : media as MediaStream | null;
  }

  // --- further parts ----------------------------------------------------------------------------------------------------

  /** Style rules of the page; they stay right when classes and ids are renamed. */
  style(rules: string): void {
    this.#sheet.textContent += this.renamed(rules);
  }

  renamed(rules: string): string {
    // Only what stands before a brace is a selector; a colour or a number within a rule is none.
    return rules.replace(/([^{}]*)\{/g, (head) =>
      head.replace(/([.#])(-?[_a-z][\w-]*)/gi, (_, mark: string, name: string) => mark + this.mutator.value("class", name)));
  }

  /** A toolbar that hides while nobody moves the mouse. */
  autoHide(element: HTMLElement, after_s = HIDES_AFTER_S): void {
    let moves = 0;
    const appear = () => {
      const move = ++moves;
      element.style.visibility = "";
      window.setTimeout(() => { if (move === moves) element.style.visibility = "hidden"; }, after_s * 1000);
    };
    for (const type of ["mousemove", "pointerdown", "keydown"]) this.document.addEventListener(type, appear);
    appear();
  }

  /** An element whose children lie in an open shadow root; `css` holds within it. */
  shadow(tag: string, attributes: Attributes, css: string, ...children: Child[]): HTMLElement {
    const host = this.h(tag, attributes), root = host.attachShadow({ mode: "open" }), sheet = this.document.createElement("style");
    sheet.textContent = this.renamed(css);
    root.append(sheet);
    this.add(root, ...children);
    return host;
  }

  /** A builder for what is in a frame of the same origin; the frame is in the page already, and empty from now on. */
  async inside(frame: HTMLIFrameElement): Promise<Builder> {
    if (frame.contentWindow?.location.pathname !== EMPTY) {
      const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
      frame.src = EMPTY;
      await loaded;
    }
    const document = frame.contentDocument;
    if (!document) throw new Error("the frame is not in the page");
    return new Builder(this.setup, this.words, this.later, document, this.mutator, this.random);
  }
}

/** The address of a page without anything, on whatever host. */
const EMPTY = "/_simulator/empty";
