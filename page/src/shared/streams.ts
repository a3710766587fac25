/**
 * Streams that the bot passes on, in the worker: H.264 and Opus as another page's worker encoded them, decoded here.
 *
 * Both begin anew at any time: a picture at the next key frame, sound at once. What cannot be decoded costs no more than that.
 */
import { Line, type Microphone, RATE } from "./microphone";
import type { Surface } from "./surface";

/** Sound comes in pieces of 40 ms, and a busy machine brings some late: so much waits before the first is heard. */
const FIRST = RATE * 0.08, MOST = RATE * 0.24;
/** Level 4.0: what a tab is encoded with. */
const PICTURES: VideoDecoderConfig = { codec: "avc1.42E028", optimizeForLatency: true };
/** Pictures that wait for the decoder; beyond it they are let go until the next key frame. */
const MOST_WAITING = 30;

type Failed = (message: string) => void;

export class PictureStream {
  #decoder: VideoDecoder | null = null;

  constructor(private readonly surface: Surface, private readonly onFailure: Failed) {}

  add(payload: Uint8Array<ArrayBuffer>, key: boolean): void {
    if (this.#decoder && this.#decoder.decodeQueueSize > MOST_WAITING) this.end();
    if (!this.#decoder && !key) return;
    this.#decoder ??= this.#begin();
    this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: performance.now() * 1000, data: payload }));
  }

  end(): void {
    const decoder = this.#decoder;
    this.#decoder = null;
    if (decoder && decoder.state !== "closed") decoder.close();
  }

  #begin(): VideoDecoder {
    const decoder: VideoDecoder = new VideoDecoder({
      output: (picture) => this.#decoder === decoder ? this.surface.next(picture) : picture.close(),
      error: (error) => {
        if (this.#decoder === decoder) this.#decoder = null;
        this.onFailure(String(error));
      },
    });
    decoder.configure(PICTURES);
    return decoder;
  }
}

export class SoundStream {
  #line = new Line(MOST, FIRST);
  #decoder: AudioDecoder | null = null;

  constructor(private readonly microphone: Microphone, private readonly onFailure: Failed) {
    microphone.lines.add(this.#line);
  }

  add(payload: Uint8Array<ArrayBuffer>): void {
    this.#decoder ??= this.#begin();
    this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: performance.now() * 1000, data: payload }));
  }

  end(): void {
    this.microphone.lines.delete(this.#line);
    const decoder = this.#decoder;
    this.#decoder = null;
    if (decoder && decoder.state !== "closed") decoder.close();
  }

  #begin(): AudioDecoder {
    const decoder: AudioDecoder = new AudioDecoder({
      output: (sound) => {
        this.#line.add(monoOf(sound));
        sound.close();
      },
      error: (error) => {
        if (this.#decoder === decoder) this.#decoder = null;
        this.onFailure(String(error));
      },
    });
    decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 2 });
    return decoder;
  }
}

function monoOf(sound: AudioData): Float32Array {
  const channels = Array.from({ length: sound.numberOfChannels }, (_, planeIndex) => {
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex, format: "f32-planar" });
    return samples;
  });
  return channels[0]!.map((_, i) => channels.reduce((sum, samples) => sum + samples[i]!, 0) / channels.length);
}
