"use strict";
(() => {
  // src/people/plan.ts
  var CAMERA = { width: 320, height: 180, fps: 15 };
  function now() {
    return performance.timeOrigin + performance.now();
  }
  function nextFrame(at, fps, phase) {
    const period = 1e3 / fps;
    return (Math.ceil(at / period - phase - 1e-6) + phase) * period;
  }

  // worker:src/people/studio.ts
  var studio_default = '"use strict";\n(() => {\n  // src/people/drawing.ts\n  function drawPerson(c, look) {\n    const { width, height } = c.canvas;\n    c.fillStyle = look.flash ? "#fff" : look.colour;\n    c.fillRect(0, 0, width, height);\n    if (look.flash) return;\n    const sway = Math.sin(look.at / 900) * 5;\n    const nod = Math.sin(look.at / 640) * 2;\n    body(c, width / 2 + sway * 0.6, height);\n    face(c, width / 2 + sway, 82 + nod, look);\n    label(c, look, width);\n    sweep(c, look.at, width, height, 4e3);\n  }\n  function body(c, x, bottom) {\n    c.fillStyle = "rgba(12, 16, 24, 0.62)";\n    c.beginPath();\n    c.ellipse(x, bottom + 22, 84, 74, 0, 0, 2 * Math.PI);\n    c.fill();\n  }\n  function face(c, x, y, look) {\n    c.fillStyle = "#f3d9c4";\n    disc(c, x, y, 38);\n    c.fillStyle = "#26211f";\n    disc(c, x - 13, y - 7, 3.6);\n    disc(c, x + 13, y - 7, 3.6);\n    const open = look.talking ? 2 + 7 * Math.abs(Math.sin(look.at / 95)) : 1.2;\n    c.beginPath();\n    c.ellipse(x, y + 15, 11, open, 0, 0, 2 * Math.PI);\n    c.fill();\n  }\n  function label(c, look, width) {\n    c.fillStyle = "rgba(255, 255, 255, 0.94)";\n    c.font = "600 17px sans-serif";\n    c.textAlign = "left";\n    c.fillText(look.name, 12, 23);\n    c.font = "14px monospace";\n    c.textAlign = "right";\n    c.fillText(clock(look.at), width - 12, 22);\n  }\n  function sweep(c, at, width, height, period) {\n    c.fillStyle = "#fff";\n    disc(c, at % period / period * width, height - 5, 4);\n  }\n  function drawScreen(c, at) {\n    const { width, height } = c.canvas;\n    c.fillStyle = "#f4f1ea";\n    c.fillRect(0, 0, width, height);\n    c.fillStyle = "#23272e";\n    c.font = "600 26px sans-serif";\n    c.textAlign = "left";\n    c.fillText("Quarterly numbers", 36, 56);\n    c.font = "18px monospace";\n    c.textAlign = "right";\n    c.fillText(clock(at), width - 36, 54);\n    for (let bar = 0; bar < 8; bar++) {\n      const tall = 60 + bar * 16 + Math.sin(at / 420 + bar) * 26;\n      c.fillStyle = bar === Math.floor(at / 500) % 8 ? "#d9714e" : "#3f7d6e";\n      c.fillRect(48 + bar * 70, height - 36 - tall, 44, tall);\n    }\n    c.fillStyle = "#23272e";\n    c.fillRect(36, height - 36, width - 72, 2);\n    sweep(c, at, width, height, 2500);\n  }\n  function disc(c, x, y, radius) {\n    c.beginPath();\n    c.arc(x, y, radius, 0, 2 * Math.PI);\n    c.fill();\n  }\n  function clock(at) {\n    return new Date(at).toISOString().slice(11, 22);\n  }\n\n  // src/people/plan.ts\n  var CAMERA = { width: 320, height: 180, fps: 15 };\n  var SCREEN = { width: 640, height: 360, fps: 30 };\n  var FLASH_FRAMES = 4;\n  function now() {\n    return performance.timeOrigin + performance.now();\n  }\n  function nextFrame(at, fps, phase) {\n    const period = 1e3 / fps;\n    return (Math.ceil(at / period - phase - 1e-6) + phase) * period;\n  }\n\n  // src/people/studio.ts\n  var person = { name: "", colour: "#456", phase: 0 };\n  var flashes = /* @__PURE__ */ new Map();\n  var talks = [];\n  var Source = class {\n    constructor(shape, draw, beat = () => void 0) {\n      this.shape = shape;\n      this.draw = draw;\n      this.beat = beat;\n      const context = new OffscreenCanvas(shape.width, shape.height).getContext("2d", { willReadFrequently: true, alpha: false });\n      if (!context) throw new Error("no canvas");\n      this.context = context;\n    }\n    shape;\n    draw;\n    beat;\n    context;\n    outputs = /* @__PURE__ */ new Set();\n    timer = 0;\n    feed(writable) {\n      this.outputs.add(writable.getWriter());\n      this.start();\n    }\n    start() {\n      if (!this.timer) this.schedule(now());\n    }\n    schedule(after) {\n      const next = nextFrame(after + 0.01, this.shape.fps, person.phase);\n      this.timer = setTimeout(() => this.show(next), Math.max(0, next - now()));\n    }\n    show(at) {\n      this.beat();\n      if (this.outputs.size > 0) {\n        this.draw(this.context, at);\n        for (const output of this.outputs) this.write(output, at);\n      }\n      this.schedule(Math.max(at, now() - 1e3 / this.shape.fps));\n    }\n    write(output, at) {\n      const frame = new VideoFrame(this.context.canvas, { timestamp: Math.round((at - performance.timeOrigin) * 1e3), alpha: "discard" });\n      output.write(frame).catch(() => {\n        frame.close();\n        this.outputs.delete(output);\n      });\n    }\n  };\n  function isFlash(at) {\n    const length = (FLASH_FRAMES - 0.5) * 1e3 / CAMERA.fps;\n    return [...flashes.values()].some((start) => at >= start - 1 && at < start + length);\n  }\n  function isTalking(at) {\n    return talks.some(({ from, to }) => at >= from && at < to);\n  }\n  var beats = 0;\n  var camera = new Source(\n    CAMERA,\n    (context, at) => drawPerson(context, { ...person, at, flash: isFlash(at), talking: isTalking(at) }),\n    () => {\n      if (++beats % 3 === 0) postMessage("pulse");\n    }\n  );\n  var screen = new Source(SCREEN, (context, at) => drawScreen(context, at));\n  addEventListener("message", ({ data }) => {\n    switch (data.type) {\n      case "person":\n        Object.assign(person, { name: data.name, colour: data.colour, phase: data.phase });\n        return camera.start();\n      case "output":\n        return (data.kind === "camera" ? camera : screen).feed(data.writable);\n      case "flash":\n        if ((flashes.get(data.number) ?? Infinity) > now()) flashes.set(data.number, data.at);\n        return;\n      case "talk":\n        return void talks.push({ from: data.from, to: data.to });\n    }\n  });\n})();\n';

  // src/people/actor.ts
  var AHEAD_MS = 600;
  var FRAME_MS = 1e3 / CAMERA.fps;
  var Actor = class {
    /** `phase`: where in a frame period this person's pictures fall, 0 to 1. */
    constructor(voice, look) {
      this.voice = voice;
      this.look = look;
      this.#studio.onmessage = () => this.#perform();
      this.#tell({ type: "person", ...look });
    }
    voice;
    look;
    #studio = new Worker(URL.createObjectURL(new Blob([studio_default], { type: "text/javascript" })));
    #due = [];
    /** Beeps that are on their way, by the audio clock: their flashes follow it, wherever it has got to meanwhile. */
    #beeps = [];
    #marks = 0;
    picture(kind) {
      const generator = new MediaStreamTrackGenerator({ kind: "video" });
      this.#tell({ type: "output", kind, writable: generator.writable }, [generator.writable]);
      return generator;
    }
    /** Take up a plan whose clips the voice has learned; answers when each mark will really be, on the beat of the camera's frames. */
    play(plan) {
      const moments = plan.marks.map(({ at }) => nextFrame(at, CAMERA.fps, this.look.phase));
      this.#due.push(...plan.lines.map(({ clip, at }) => ({ at, act: () => this.#say(clip, at) })));
      this.#due.push(...moments.map((at) => ({ at, act: () => this.#mark(at) })));
      return moments;
    }
    /** Nothing more is said or drawn. */
    end() {
      this.#due = [];
      this.#studio.terminate();
    }
    #tell(message, transfer = []) {
      this.#studio.postMessage(message, transfer);
    }
    #say(clip, at) {
      this.voice.say(clip, at);
      this.#tell({ type: "talk", from: at, to: at + this.voice.lengthMs(clip) });
    }
    #mark(at) {
      const beep = { number: ++this.#marks, start: this.voice.beep(at) };
      this.#beeps.push(beep);
      this.#tell({ type: "flash", number: beep.number, at });
    }
    #follow({ number, start: start2 }) {
      this.#tell({ type: "flash", number, at: nextFrame(this.voice.wallTime(start2) - FRAME_MS / 2, CAMERA.fps, this.look.phase) });
    }
    #perform() {
      this.voice.compareClocks();
      this.#beeps = this.#beeps.filter(({ start: start2 }) => this.voice.wallTime(start2) > now());
      this.#beeps.forEach((beep) => this.#follow(beep));
      const until = now() + AHEAD_MS;
      for (const { act } of this.#due.filter(({ at }) => at <= until)) act();
      this.#due = this.#due.filter(({ at }) => at > until);
    }
  };

  // src/people/devices.ts
  var LISTED = [
    { kind: "audioinput", label: "Simulated microphone" },
    { kind: "videoinput", label: "Simulated camera" }
  ];
  function installDevices(sources) {
    const replaced = {
      async getUserMedia(constraints = {}) {
        if (!constraints.audio && !constraints.video) throw new TypeError("neither audio nor video was asked for");
        return new MediaStream([
          ...constraints.audio ? [sources.microphone()] : [],
          ...constraints.video ? [sources.camera()] : []
        ]);
      },
      async getDisplayMedia() {
        return new MediaStream([sources.screen()]);
      },
      async enumerateDevices() {
        return LISTED.map(({ kind, label }) => ({ deviceId: kind, groupId: "simulated", kind, label }));
      }
    };
    for (const [name, value] of Object.entries(replaced)) {
      Object.defineProperty(MediaDevices.prototype, name, { value, writable: true, configurable: true });
    }
  }

  // src/people/received.ts
  var connections = /* @__PURE__ */ new Set();
  function watchConnections() {
    window.RTCPeerConnection = new Proxy(RTCPeerConnection, {
      construct(target, args, newTarget) {
        const made = Reflect.construct(target, args, newTarget);
        connections.add(made);
        return made;
      }
    });
  }
  async function received() {
    const total = { connections: 0, audioPackets: 0, videoFrames: 0, audioEnergy: 0 };
    for (const connection of connections) {
      if (connection.connectionState === "closed") connections.delete(connection);
      if (connection.connectionState !== "connected") continue;
      total.connections += 1;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== "inbound-rtp") continue;
        if (entry.kind === "audio") total.audioPackets += entry.packetsReceived ?? 0;
        if (entry.kind === "video") total.videoFrames += entry.framesDecoded ?? 0;
        total.audioEnergy += entry.totalAudioEnergy ?? 0;
      }
    }
    return total;
  }

  // src/people/voice.ts
  var BEEP_HZ = 1e3;
  var BEEP_S = 0.1;
  var CLOCK_SAMPLES = 6;
  var Voice = class {
    /** People of one page share a context, and with it a clock. */
    constructor(context = new AudioContext({ sampleRate: 48e3, latencyHint: "interactive" })) {
      this.context = context;
      this.output = new GainNode(context);
      this.destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      this.output.connect(this.destination);
      const silence = new ConstantSourceNode(this.context, { offset: 0 });
      silence.connect(this.destination);
      silence.start();
    }
    context;
    /** What the person says; to be connected further by whoever mixes several. */
    output;
    destination;
    clips = /* @__PURE__ */ new Map();
    offsets = [];
    get track() {
      const [track] = this.destination.stream.getAudioTracks();
      if (!track) throw new Error("no audio");
      return track.clone();
    }
    /** Opus files by name. */
    async learn(clips) {
      await this.context.resume();
      for (const [name, bytes] of Object.entries(clips)) this.clips.set(name, await this.context.decodeAudioData(bytes.slice(0)));
    }
    lengthMs(clip) {
      return this.find(clip).duration * 1e3;
    }
    say(clip, at) {
      const source = new AudioBufferSourceNode(this.context, { buffer: this.find(clip) });
      source.connect(this.output);
      source.start(this.contextTime(at));
    }
    /** Answers when it begins by the audio clock, in seconds. */
    beep(at) {
      const start2 = this.contextTime(at);
      const tone = new OscillatorNode(this.context, { frequency: BEEP_HZ });
      const gain = new GainNode(this.context, { gain: 0.5 });
      tone.connect(gain).connect(this.output);
      tone.start(start2);
      tone.stop(start2 + BEEP_S);
      return start2;
    }
    /** The moment of the wall clock at which the audio clock reads `contextTime`, as far as can be known now. */
    wallTime(contextTime) {
      return contextTime * 1e3 + Math.min(...this.offsets);
    }
    /** Compare the two clocks; to be called some times per second. */
    compareClocks() {
      this.offsets.push(now() - this.context.currentTime * 1e3);
      if (this.offsets.length > CLOCK_SAMPLES) this.offsets.shift();
    }
    /** Sound is rendered in bursts; the smallest offset seen is that of a clock read right after its burst. */
    contextTime(at) {
      this.compareClocks();
      return Math.max(this.context.currentTime, (at - Math.min(...this.offsets)) / 1e3);
    }
    find(clip) {
      const buffer = this.clips.get(clip);
      if (!buffer) throw new Error(`no clip ${clip}`);
      return buffer;
    }
  };

  // src/people/main.ts
  function start({ clips, ...look }) {
    const voice = new Voice(), actor = new Actor(voice, look);
    const learn = (clips2) => voice.learn(Object.fromEntries(Object.entries(clips2).map(([name, text]) => [name, bytesOf(text)])));
    const ready = learn(clips);
    const play = async (plan) => {
      await ready;
      return actor.play(plan);
    };
    installDevices({
      camera: () => actor.picture("camera"),
      screen: () => actor.picture("screen"),
      microphone: () => voice.track
    });
    watchConnections();
    window.simulatedPerson = Object.freeze({ play, received, learn });
  }
  function bytesOf(base64) {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  }
  if (window.simulatedPersonConfig && window === window.top) start(window.simulatedPersonConfig);
})();
