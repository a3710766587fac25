// The voice of a simulated person: speech clips and beeps, placed on the wall clock in one audio stream that never pauses.
import { now } from "./plan";

const BEEP_HZ = 1000;
const BEEP_S = 0.1;
/** Of the two clocks' difference, at five a second: a starved machine makes the audio clock stand still, and then only the last
 *  second tells the truth. */
const CLOCK_SAMPLES = 6;

export class Voice {
  /** What the person says; to be connected further by whoever mixes several. */
  readonly output: GainNode;
  private readonly destination: MediaStreamAudioDestinationNode;
  private readonly clips = new Map<string, AudioBuffer>();
  private readonly offsets: number[] = [];

  /** People of one page share a context, and with it a clock. */
  constructor(private readonly context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" })) {
    this.output = new GainNode(context);
    this.destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    this.output.connect(this.destination);
    // Chromium renders a destination only while something is connected to it, and a microphone is never absent.
    const silence = new ConstantSourceNode(this.context, { offset: 0 });
    silence.connect(this.destination);
    silence.start();
  }

  get track(): MediaStreamTrack {
    const [track] = this.destination.stream.getAudioTracks();
    if (!track) throw new Error("no audio");
    return track.clone();
  }

  /** Opus files by name. */
  async learn(clips: Record<string, ArrayBuffer>): Promise<void> {
    await this.context.resume();
    // Decoding takes its bytes away, and they may be another's too.
    for (const [name, bytes] of Object.entries(clips)) this.clips.set(name, await this.context.decodeAudioData(bytes.slice(0)));
  }

  lengthMs(clip: string): number {
    return this.find(clip).duration * 1000;
  }

  say(clip: string, at: number): void {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.find(clip) });
    source.connect(this.output);
    source.start(this.contextTime(at));
  }

  /** Answers when it begins by the audio clock, in seconds. */
  beep(at: number): number {
    const start = this.contextTime(at);
    const tone = new OscillatorNode(this.context, { frequency: BEEP_HZ });
    const gain = new GainNode(this.context, { gain: 0.5 });
    tone.connect(gain).connect(this.output);
    tone.start(start);
    tone.stop(start + BEEP_S);
    return start;
  }

  /** The moment of the wall clock at which the audio clock reads `contextTime`, as far as can be known now. */
  wallTime(contextTime: number): number {
    return contextTime * 1000 + Math.min(...this.offsets);
  }

  /** Compare the two clocks; to be called some times per second. */
  compareClocks(): void {
    this.offsets.push(now() - this.context.currentTime * 1000);
    if (this.offsets.length > CLOCK_SAMPLES) this.offsets.shift();
  }

  /** Sound is rendered in bursts; the smallest offset seen is that of a clock read right after its burst. */
  private contextTime(at: number): number {
    this.compareClocks();
    return Math.max(this.context.currentTime, (at - Math.min(...this.offsets)) / 1000);
  }

  private find(clip: string): AudioBuffer {
    const buffer = this.clips.get(clip);
    if (!buffer) throw new Error(`no clip ${clip}`);
    return buffer;
  }
}
