/** The window's end of the worker. The secret passes through once, before the page has run, and is kept nowhere here. */
import type { Door } from "./connection";
import type { Bodies, Message, Type } from "./envelope";
import { on, post, setTimeout, sharedFrom, workerFrom } from "./natives";
import type { Row } from "./screens";
import type { Size } from "./sizes";
import { type Filled, Stage } from "./stage";
import relay from "worker:./relay.ts";
import source from "worker:./worker.ts";

export interface Parameters {
  url: string;
  secret: string;
  /** The name that the bot gives. */
  name: string;
  /** The platform's screens in order of priority, and what may lie over them. */
  screens: Row[];
  notices: Row[];
  /** Whether to take what the page's receivers get. */
  tracks: boolean;
  /** Whether the page has its devices from the beginning. */
  staged?: boolean;
}

/** Until when a frame that asks for devices hears whether there are some. */
const KNOWN_AFTER_MS = 1000;

/** The only things the worker ever says to the window. Without `size` a track's pictures are again what the decoder gets. */
export type Told = "passing" | "staged" | { track: number; size: Size | null };

export class Link {
  #worker: Worker | null = null;
  readonly #open: () => Worker;

  #known: Promise<void> | null = null;
  #staged: () => void = () => undefined;

  readonly #stage = new Stage(
    (filled: Filled) => post(this.worker, { fill: filled }, [filled.writable]), async () => { await this.#asked(); });

  /** Called when the bot lets the frames pass and looks at the page instead. */
  onpassing: () => void = () => undefined;
  /** Called when a track's pictures have another size than what the decoder gets in their stead. */
  onsize: (track: number, size: Size | null) => void = () => undefined;

  constructor({ url, secret, staged }: Pick<Parameters, "url" | "secret" | "staged">) {
    this.#open = () => {
      const worker = workerFrom(source);
      on(worker, "message", (event) => this.#told((event as MessageEvent<Told>).data));
      const open = (door: Door) => post(worker, { open: door }, door.relay ? [door.relay] : []);
      const port = sharedFrom(relay, () => open({ url, secret }));
      open(port ? { url, secret, relay: port } : { url, secret });
      return worker;
    };
    if (staged) this.#stage.open();
  }

  /** Started by its first use, so that a frame without meeting and media costs no thread. */
  get worker(): Worker {
    return (this.#worker ??= this.#open());
  }

  #told(told: Told): void {
    if (typeof told === "object") return this.onsize(told.track, told.size);
    if (told === "passing") return this.onpassing();
    this.#stage.open();
    this.#staged();
    this.say("staged", {});
  }

  /** A frame whose page wants devices holds the meeting's client, of which the bot may not know yet. */
  #asked(): Promise<void> | null {
    if (window.top === window) return null;
    return (this.#known ??= new Promise((resolve) => {
      this.#staged = resolve;
      this.#worker ??= this.#open();
      setTimeout(resolve, KNOWN_AFTER_MS);
    }));
  }

  /** Let the bot have each contributing source of a track of sound as a track of its own. */
  split(): void {
    post(this.worker, { split: true });
  }

  /** Whose voice a track carries now, as far as its receiver says; frames that say it themselves are believed more. */
  contributes(track: number, csrc: number | null): void {
    post(this.worker, { contributes: { track, csrc } });
  }

  say<T extends Type>(type: T, body: Bodies[T]): void {
    post(this.worker, { say: { type, body } as Message });
  }
}
