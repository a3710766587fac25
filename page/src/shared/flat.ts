/**
 * Tiny black key frames in the shape of the true pictures, for a decoder whose pictures nobody looks at.
 *
 * A page that is handed such a frame for every frame it received decodes next to nothing, and asks nobody for key frames. The
 * shape keeps what is laid out by it in place. One is made per codec and shape.
 */
const CODECS: Record<string, VideoEncoderConfig> = {
  "video/vp8": { codec: "vp8", width: 0, height: 0 },
  // Level 5.1 or what compares to it, so that every size a meeting sends is allowed.
  "video/vp9": { codec: "vp09.00.51.08", width: 0, height: 0 },
  "video/av1": { codec: "av01.0.13M.08", width: 0, height: 0 },
  // The payload of RTP is in the annexb form.
  "video/h264": { codec: "avc1.42E033", width: 0, height: 0, avc: { format: "annexb" } },
};
/** Bounds what a sender can make us keep by resizing for ever. */
const MOST_SIZES = 64;
/** Pixels of the sides. Some encoders take none that are shorter. */
const LONG = 32, SHORT = 16;

export class FlatFrames {
  #made = new Map<string, ArrayBuffer | null>();

  /** Called once for each codec and size whose frame could not be made. */
  constructor(private readonly onFailure: (message: string) => void) {}

  /** A fresh copy of the frame that stands for pictures of a size, or null while it is being made and where it cannot be. */
  get(mime: string, trueWidth: number, trueHeight: number): ArrayBuffer | null {
    const width = side(trueWidth, trueHeight), height = side(trueHeight, trueWidth);
    const name = `${mime} ${width}x${height}`;
    const made = this.#made.get(name);
    if (made !== undefined) return made && made.slice(0);
    if (this.#made.size >= MOST_SIZES) this.#made.clear();
    this.#made.set(name, null);
    void this.#make(name, mime, width, height);
    return null;
  }

  async #make(name: string, mime: string, width: number, height: number): Promise<void> {
    const codec = CODECS[mime.toLowerCase()];
    if (!codec || typeof VideoEncoder === "undefined") return;
    try {
      this.#made.set(name, await encodeBlack({ ...codec, width, height, latencyMode: "realtime", bitrate: 100_000 }));
    } catch (error) {
      this.onFailure(`${mime}: ${String(error)}`);
    }
  }
}

function side(one: number, other: number): number {
  return Math.max(SHORT, 2 * Math.round((LONG * one) / Math.max(one, other) / 2));
}

function encodeBlack(config: VideoEncoderConfig): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const encoder = new VideoEncoder({
      output: (chunk) => {
        const payload = new ArrayBuffer(chunk.byteLength);
        chunk.copyTo(payload);
        resolve(payload);
      },
      error: reject,
    });
    encoder.configure(config);
    const picture = blackPicture(config.width, config.height);
    encoder.encode(picture, { keyFrame: true });
    picture.close();
    encoder.flush().then(() => encoder.close(), reject);
  });
}

function blackPicture(width: number, height: number): VideoFrame {
  const luma = width * height, chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const planes = new Uint8Array(luma + 2 * chroma).fill(16, 0, luma).fill(128, luma);
  return new VideoFrame(planes, { format: "I420", codedWidth: width, codedHeight: height, timestamp: 0 });
}
