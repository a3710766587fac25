/**
 * Encodes a tab's picture as H.264 and its sound as Opus, and ships both like the tracks of a meeting.
 *
 * Times are those the browser stamped on the frames, told as RTP timestamps; arrival is when a frame came here, before it was
 * encoded. The two clocks of picture and sound differ, so the bot ties each to its own by the quickest arrival.
 */
import { AUDIO, VIDEO } from "./batch";
import { Connection, now } from "./connection";
import type { Sources } from "./tab";

const PICTURE = 1, FIRST_SOUND = 2;
const KEY_EVERY_US = 2_000_000;
const BITRATE = 2_000_000;
/** Pictures that wait for the encoder; beyond it they are let go, for an encoder behind never catches up by waiting. */
const MOST_WAITING = 2;
const SAMPLE_RATE = 48_000, SOUND_BITRATE = 96_000;
/** Sound is tapped before it is played, and pages time their pictures by when it is heard. */
const AHEAD_MS = 20;
/** Sound whose stamp is further off from where the one before ended begins anew, so that nothing is placed by counting. */
const CONTINUOUS_US = 5_000;

const connection = new Connection();

function fault(where: string, error: unknown): void {
  connection.say({ type: "fault", body: { where, message: String(error) } });
}

class Arrivals {
  #at = new Map<number, number>();

  came(timestamp: number): void {
    this.#at.set(timestamp, now());
    if (this.#at.size > 64) for (const oldest of this.#at.keys()) { this.#at.delete(oldest); break; }
  }

  of(timestamp: number): number {
    return this.#at.get(timestamp) ?? now();
  }
}

const payloadOf = (chunk: EncodedVideoChunk | EncodedAudioChunk): ArrayBuffer => {
  const payload = new ArrayBuffer(chunk.byteLength);
  chunk.copyTo(payload);
  return payload;
};

const rtpOf = (timestampUs: number, rate: number): number => {
  const ticks = Math.round(timestampUs * rate / 1_000_000) % 2 ** 32;
  return ticks < 0 ? ticks + 2 ** 32 : ticks;
};

async function each<T>(readable: ReadableStream<T>, take: (frame: T) => void): Promise<void> {
  const reader = readable.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    take(value);
  }
}

async function film(readable: ReadableStream<VideoFrame>): Promise<void> {
  const arrivals = new Arrivals();
  let count = 0, keyAt = -Infinity, size = "";
  const encoder = new VideoEncoder({
    output: (chunk) => connection.queue({
      track: PICTURE, media: VIDEO, key: chunk.type === "key", rtp: rtpOf(chunk.timestamp, 90_000), sequence: count++ & 0xffff,
      arrival: arrivals.of(chunk.timestamp),
    }, payloadOf(chunk)),
    error: (error) => fault("picture", error),
  });
  connection.say({ type: "track", body: { track: PICTURE, media: "video", mime: "video/H264", clock_rate: 90_000 } });
  connection.say({ type: "track_owner", body: { track: PICTURE, key: null, role: "page" } });
  await each(readable, (frame) => {
    const width = frame.displayWidth & ~1, height = frame.displayHeight & ~1;
    if (size !== `${width}x${height}`) {
      size = `${width}x${height}`;
      keyAt = -Infinity;
      encoder.configure({
        // Level 4.0: a picture of 1920x1080 still fits.
        codec: "avc1.42E028", width, height, bitrate: BITRATE, latencyMode: "realtime", avc: { format: "annexb" },
      });
    }
    if (encoder.state === "configured" && encoder.encodeQueueSize < MOST_WAITING) {
      arrivals.came(frame.timestamp);
      const keyFrame = frame.timestamp - keyAt >= KEY_EVERY_US;
      if (keyFrame) keyAt = frame.timestamp;
      encoder.encode(frame, { keyFrame });
    }
    frame.close();
  });
  connection.say({ type: "track_ended", body: { track: PICTURE } });
}

async function listen(readable: ReadableStream<AudioData>): Promise<void> {
  let encoder: AudioEncoder | null = null, track = FIRST_SOUND, count = 0, endUs = 0;
  const arrivals: [timestamp: number, arrival: number][] = [];
  /** The encoder cuts sound anew: a packet came when the sound at its beginning came. */
  const arrivalOf = (timestamp: number): number => {
    while (arrivals.length > 1 && arrivals[1]![0] <= timestamp) arrivals.shift();
    const first = arrivals[0];
    return AHEAD_MS + (first ? first[1] + (timestamp - first[0]) / 1000 : now());
  };
  const begin = (data: AudioData): AudioEncoder => {
    arrivals.length = 0;
    const number = track;
    const made = new AudioEncoder({
      output: (chunk) => connection.queue({
        track: number, media: AUDIO, key: false, rtp: rtpOf(chunk.timestamp, SAMPLE_RATE), sequence: count++ & 0xffff,
        arrival: arrivalOf(chunk.timestamp),
      }, payloadOf(chunk)),
      error: (error) => fault("sound", error),
    });
    made.configure({
      codec: "opus", sampleRate: data.sampleRate, numberOfChannels: data.numberOfChannels, bitrate: SOUND_BITRATE,
    });
    return made;
  };
  const announce = () => {
    connection.say({ type: "track", body: { track, media: "audio", mime: "audio/opus", clock_rate: SAMPLE_RATE } });
    connection.say({ type: "track_owner", body: { track, key: null, role: "page" } });
  };
  const end = () => {
    connection.flush();
    connection.say({ type: "track_ended", body: { track } });
  };
  announce();
  await each(readable, (data) => {
    const jumpUs = data.timestamp - endUs;
    if (encoder && Math.abs(jumpUs) > CONTINUOUS_US) {
      // What it holds is less than one packet; the sound on either side of a break does not belong together.
      encoder.close();
      encoder = null;
      if (jumpUs < 0) {
        // The browser's clock of sound starts again a moment after the capture does: what came before was on another.
        end();
        track++;
        announce();
      }
    }
    encoder ??= begin(data);
    endUs = data.timestamp + data.duration;
    arrivals.push([data.timestamp, now()]);
    if (encoder.state === "configured") encoder.encode(data);
    data.close();
  });
  end();
}

self.onmessage = ({ data: { open, video, audio } }: MessageEvent<Sources>) => {
  connection.open(open);
  film(video).catch((error: unknown) => fault("picture", error));
  if (audio) listen(audio).catch((error: unknown) => fault("sound", error));
};
