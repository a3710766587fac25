/** The bot's camera or screen, in the worker: pictures that stand or are repeated, or those of a stream as they come. */
const STILL_MS = 1000;

interface Shown { picture: ImageBitmap | VideoFrame; ms: number }

export class Surface {
  #writer: WritableStreamDefaultWriter<VideoFrame> | null = null;
  #shown: Shown[] = [];
  #at = 0;
  #timer = 0;
  #asked = 0;

  feed(writable: WritableStream<VideoFrame>): void {
    this.#writer = writable.getWriter();
    this.#step();
  }

  /** A picture that was asked for earlier never takes the place of a later one. */
  async show(files: { ms: number; file: Uint8Array<ArrayBuffer> }[]): Promise<void> {
    const asked = ++this.#asked;
    const shown = await Promise.all(files.map(async ({ ms, file }) => ({ ms, picture: await createImageBitmap(new Blob([file])) })));
    if (asked !== this.#asked) return shown.forEach(({ picture }) => picture.close());
    this.#replace(shown);
  }

  /** One picture of a stream; it is the surface's from here on. */
  next(picture: VideoFrame): void {
    this.#asked++;
    this.#replace([{ picture, ms: STILL_MS }]);
  }

  /** Black at once: until the page's camera is off, its last picture would stand. */
  blank(): void {
    const last = this.#shown[this.#at]?.picture;
    this.#asked++;
    if (last) this.#write(black(last));
    this.#replace([]);
  }

  #replace(shown: Shown[]): void {
    for (const { picture } of this.#shown) picture.close();
    this.#shown = shown;
    this.#at = 0;
    this.#step();
  }

  /** Once a second while it stands still. */
  #step(): void {
    clearTimeout(this.#timer);
    const now = this.#shown[this.#at];
    if (!this.#writer || !now) return;
    this.#write(now.picture);
    const moves = this.#shown.length > 1;
    if (moves) this.#at = (this.#at + 1) % this.#shown.length;
    this.#timer = setTimeout(() => this.#step(), moves ? now.ms : STILL_MS);
  }

  #write(picture: CanvasImageSource): void {
    const writer = this.#writer;
    if (!writer) return;
    const frame = new VideoFrame(picture, { timestamp: Math.round(performance.now() * 1000), alpha: "discard" });
    writer.write(frame).catch(() => {
      frame.close();
      this.#writer = null;
    });
  }
}

function black(like: ImageBitmap | VideoFrame): OffscreenCanvas {
  const canvas = "displayWidth" in like ? new OffscreenCanvas(like.displayWidth, like.displayHeight) : new OffscreenCanvas(like.width, like.height);
  canvas.getContext("2d")!.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
