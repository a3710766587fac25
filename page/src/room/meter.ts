// How loud the microphone is, shown before one joins, so that nobody has to ask "can you hear me?".

const EVERY_MS = 80;

export class Meter {
  private context: AudioContext | null = null;
  private track: MediaStreamTrack | null = null;
  private timer = 0;

  constructor(private readonly show: (level: number) => void) {}

  /** Listen to this track; null stops and lets the audio device go. */
  listen(track: MediaStreamTrack | null): void {
    if (track === this.track) return;
    this.stop();
    this.track = track;
    if (track) this.start(track);
  }

  private start(track: MediaStreamTrack): void {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) }).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.context = context;
    this.timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      this.show(Math.min(1, Math.sqrt(power) * 5));
    }, EVERY_MS);
  }

  private stop(): void {
    clearInterval(this.timer);
    void this.context?.close();
    this.context = null;
    this.show(0);
  }
}
