/** Puts the pictures of a track on a canvas, for pages that decode by themselves and own no video element. */

declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack });
  readonly readable: ReadableStream<VideoFrame>;
}

export class Painter {
  readonly canvas = document.createElement("canvas");

  constructor(private readonly track: MediaStreamTrack) {
    void this.#paint();
  }

  end(): void {
    this.track.stop();
  }

  async #paint(): Promise<void> {
    const context = this.canvas.getContext("2d"), reader = new MediaStreamTrackProcessor({ track: this.track }).readable.getReader();
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      if (this.canvas.width !== frame.displayWidth) {
        this.canvas.width = frame.displayWidth;
        this.canvas.height = frame.displayHeight;
      }
      context?.drawImage(frame, 0, 0);
      frame.close();
    }
  }
}
