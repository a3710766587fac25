"use strict";
(() => {
  // src/simulators/mutations.ts
  var REFERRING = /* @__PURE__ */ new Set(["id", "for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form"]);
  function chance(seed) {
    let state = (seed + 1) * 2654435761 | 0;
    return () => {
      state = state + 1831565813 | 0;
      let mixed = Math.imul(state ^ state >>> 15, 1 | state);
      mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
      return ((mixed ^ mixed >>> 14) >>> 0) / 4294967296;
    };
  }
  var Mutator = class {
    #kinds;
    #dropped;
    #seed;
    #random;
    constructor(mutations, seed) {
      this.#kinds = new Set(mutations.map(({ kind }) => kind));
      this.#seed = seed;
      this.#random = chance(seed);
      this.#dropped = mutations.flatMap((one) => one.kind === "drop" ? [matching(one.attribute)] : []);
    }
    tag(tag, attributes) {
      if (!this.#kinds.has("swap_buttons")) return tag;
      if (tag === "button") return "div";
      return tag === "div" && attributes.role === "button" ? "button" : tag;
    }
    keeps(name) {
      return !this.#dropped.some((drops) => drops(name));
    }
    value(name, value) {
      if (!this.#kinds.has("rename") || name !== "class" && !REFERRING.has(name)) return value;
      return value.split(/\s+/).filter(Boolean).map((word) => this.#renamed(word)).join(" ");
    }
    /** How many elements to put around a control. */
    layers() {
      return this.#kinds.has("wrap") ? 1 + Math.floor(this.#random() * 3) : 0;
    }
    /** The same name becomes the same other one, so that references and style sheets still hold. */
    #renamed(word) {
      let sum = this.#seed * 7919 + 5381 | 0;
      for (const letter of word) sum = Math.imul(sum, 33) ^ letter.charCodeAt(0);
      return `x${(sum >>> 0).toString(36)}`;
    }
  };
  function matching(pattern) {
    if (!pattern.endsWith("*")) return (name) => name === pattern;
    const start2 = pattern.slice(0, -1);
    return (name) => name.startsWith(start2);
  }

  // src/simulators/dom.ts
  var CONTROLS = "button, input, textarea, select, [role=button], [contenteditable]";
  var LATEST_S = 8;
  var HIDES_AFTER_S = 4;
  var FLAGS = /* @__PURE__ */ new Set(["disabled", "checked", "hidden", "required", "readonly", "autofocus", "autoplay", "playsinline"]);
  var Builder = class _Builder {
    constructor(setup, words, later, document2 = window.document, mutator = new Mutator(setup.mutations, setup.seed), random = chance(setup.seed + 17)) {
      this.setup = setup;
      this.words = words;
      this.later = later;
      this.document = document2;
      this.mutator = mutator;
      this.random = random;
      this.root = document2.createElement("div");
      this.#sheet = document2.createElement("style");
      document2.head.append(this.#sheet);
      document2.body.append(this.root);
      document2.documentElement.lang = setup.language;
    }
    setup;
    words;
    later;
    document;
    mutator;
    random;
    /** Where `show` puts things. */
    root;
    #sheet;
    /** The text in the page's language; `{name}` in it stands for a value. */
    t(text, values = {}) {
      const language = this.setup.language;
      const translated = language === "en" ? text : this.words[text]?.[language] ?? text;
      const filled = translated.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
      return this.setup.quirks.includes("typographic_apostrophes") ? filled.replaceAll("'", "\u2019") : filled;
    }
    h(tag, attributes = {}, ...children) {
      const made = this.mutator.tag(tag, attributes), element = this.document.createElement(made);
      const { primary, ...others } = attributes;
      if (made !== tag) this.#disguise(element, made, others);
      this.set(element, others);
      this.add(element, ...children);
      if (primary) element.toggleAttribute("data-primary-control", this.setup.quirks.includes("cover_button"));
      return element;
    }
    /** Change attributes of an element, as `h` gives them. */
    set(element, attributes) {
      for (const [name, value] of Object.entries(attributes)) {
        if (typeof value === "function") element.addEventListener(name.slice(2), value);
        else if (name === "muted") element.muted = Boolean(value);
        else if (name.startsWith(".")) element[name.slice(1)] = value;
        else this.#attribute(element, name, value);
      }
    }
    #attribute(element, name, value) {
      if (!this.mutator.keeps(name)) return;
      if (name === "disabled" && !("disabled" in element)) return void element.setAttribute("aria-disabled", String(Boolean(value)));
      if (value === null || value === void 0 || value === false && !name.startsWith("aria-") && !name.startsWith("data-")) {
        return element.removeAttribute(name);
      }
      element.setAttribute(name, value === true && FLAGS.has(name) ? "" : this.mutator.value(name, String(value)));
    }
    /** A button that is no button, or a button that was none. */
    #disguise(element, made, attributes) {
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
    add(parent, ...children) {
      for (const child of children) {
        if (Array.isArray(child)) this.add(parent, ...child);
        else if (child !== null && child !== void 0 && child !== false) {
          parent.appendChild(typeof child === "object" ? this.#wrapped(child) : this.document.createTextNode(String(child)));
        }
      }
    }
    /** Replace what is in an element. */
    fill(parent, ...children) {
      parent.replaceChildren();
      this.add(parent, ...children);
    }
    /** Replace what the page shows. */
    show(...children) {
      this.fill(this.root, ...children);
      if (this.setup.quirks.includes("late_buttons")) this.#late(LATEST_S);
      for (const mutation of this.setup.mutations) if (mutation.kind === "delay") this.#late(mutation.most_s);
      for (const button of this.root.querySelectorAll("[data-primary-control]")) this.#cover(button);
    }
    #wrapped(child) {
      if (child.nodeType !== Node.ELEMENT_NODE || !child.matches(CONTROLS)) return child;
      for (let layers = this.mutator.layers(), inner = child; ; layers--) {
        if (layers <= 0) return inner;
        const outer = this.document.createElement("span");
        outer.append(inner);
        inner = outer;
      }
    }
    /** Take the controls out and put each back after a while. */
    #late(most) {
      for (const control of this.root.querySelectorAll(CONTROLS)) {
        const place = this.document.createComment("");
        control.replaceWith(place);
        this.later(this.random() * most, () => place.replaceWith(control));
      }
    }
    /** Lay something over a button that only a click made by script, or the keyboard, gets behind. */
    #cover(button) {
      button.removeAttribute("data-primary-control");
      const holder = this.document.createElement("div"), layer = this.document.createElement("div");
      holder.style.cssText = "position: relative; display: inline-block";
      layer.style.cssText = "position: absolute; inset: 0; z-index: 5";
      button.replaceWith(holder);
      holder.append(button, layer);
    }
    /** Let a media element play this, or nothing; what plays already goes on undisturbed. */
    play(element, media) {
      const track = media instanceof MediaStreamTrack ? media : null;
      const playing = element.srcObject instanceof MediaStream ? element.srcObject : null;
      if (track ? playing?.getTracks()[0] === track : playing === media) return;
      element.srcObject = track ? new MediaStream([track]) : media;
    }
    // --- further parts ----------------------------------------------------------------------------------------------------
    /** Style rules of the page; they stay right when classes and ids are renamed. */
    style(rules) {
      this.#sheet.textContent += this.renamed(rules);
    }
    renamed(rules) {
      return rules.replace(/([^{}]*)\{/g, (head) => head.replace(/([.#])(-?[_a-z][\w-]*)/gi, (_, mark, name) => mark + this.mutator.value("class", name)));
    }
    /** A toolbar that hides while nobody moves the mouse. */
    autoHide(element, after_s = HIDES_AFTER_S) {
      let moves = 0;
      const appear = () => {
        const move = ++moves;
        element.style.visibility = "";
        window.setTimeout(() => {
          if (move === moves) element.style.visibility = "hidden";
        }, after_s * 1e3);
      };
      for (const type of ["mousemove", "pointerdown", "keydown"]) this.document.addEventListener(type, appear);
      appear();
    }
    /** An element whose children lie in an open shadow root; `css` holds within it. */
    shadow(tag, attributes, css, ...children) {
      const host = this.h(tag, attributes), root = host.attachShadow({ mode: "open" }), sheet = this.document.createElement("style");
      sheet.textContent = this.renamed(css);
      root.append(sheet);
      this.add(root, ...children);
      return host;
    }
    /** A builder for what is in a frame of the same origin; the frame is in the page already, and empty from now on. */
    async inside(frame) {
      if (frame.contentWindow?.location.pathname !== EMPTY) {
        const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
        frame.src = EMPTY;
        await loaded;
      }
      const document2 = frame.contentDocument;
      if (!document2) throw new Error("the frame is not in the page");
      return new _Builder(this.setup, this.words, this.later, document2, this.mutator, this.random);
    }
  };
  var EMPTY = "/_simulator/empty";

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
    constructor(voice, look2) {
      this.voice = voice;
      this.look = look2;
      this.#studio.onmessage = () => this.#perform();
      this.#tell({ type: "person", ...look2 });
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
      const source2 = new AudioBufferSourceNode(this.context, { buffer: this.find(clip) });
      source2.connect(this.output);
      source2.start(this.contextTime(at));
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

  // src/simulators/link.ts
  var kindOf = (role) => role === "audio" ? "audio" : "video";
  var Link = class {
    constructor(delivery, arrived) {
      this.delivery = delivery;
      this.arrived = arrived;
      this.#far = new RTCPeerConnection();
      this.near = new (delivery.view ?? window).RTCPeerConnection();
      for (const [one, other] of [[this.#far, this.near], [this.near, this.#far]]) {
        one.addEventListener("icecandidate", ({ candidate }) => {
          if (candidate) this.#then(() => other.addIceCandidate(candidate.toJSON()));
        });
      }
      this.near.addEventListener("track", (event) => this.#received(event));
      for (const label of delivery.channels ?? []) this.channels.set(label, this.#far.createDataChannel(label));
      if (delivery.channels?.length && delivery.offers === "page") this.near.createDataChannel("page");
    }
    delivery;
    arrived;
    /** The platform's connection, as its page has it. */
    near;
    /** The server's ends of its data channels, by label. */
    channels = /* @__PURE__ */ new Map();
    #far;
    #lines = [];
    /** Descriptions and candidates are exchanged one after the other. */
    #exchange = Promise.resolve();
    #due = false;
    onchannel(take) {
      this.#far.addEventListener("datachannel", ({ channel }) => take(channel));
    }
    /** A new line; nothing when there is one already. */
    open(of, role, track, index = 0, received = () => void 0) {
      if (of && this.#find(of, role)) return;
      const plain = `${role}-${of?.id ?? index}`;
      const names = this.delivery.ids?.(of, role, index) ?? { stream: plain, track: `${plain}-track` };
      const line = { of, role, names, track, far: null, near: null, received };
      this.#lines.push(line);
      if (this.delivery.offers === "page") line.near = this.near.addTransceiver(kindOf(role), { direction: "recvonly" });
      else line.far = this.#far.addTransceiver(track ?? kindOf(role), { direction: "sendonly", streams: [new MediaStream()] });
      this.#negotiate();
    }
    shut(of, role) {
      const line = this.#find(of, role);
      if (!line) return;
      this.#lines = this.#lines.filter((one) => one !== line);
      this.#then(() => (this.delivery.offers === "page" ? line.near : line.far)?.stop());
      this.#negotiate();
    }
    /** Let a line carry pictures, or none. */
    give(of, role, on, make) {
      const line = this.#find(of, role);
      if (!line || on === (line.track !== null)) return;
      line.track?.stop();
      line.track = on ? make() : null;
      this.#then(() => line.far?.sender.replaceTrack(line.track));
    }
    close() {
      this.near.close();
      this.#far.close();
    }
    #find(of, role) {
      return this.#lines.find((line) => line.of === of && line.role === role);
    }
    #then(act) {
      this.#exchange = this.#exchange.then(act).catch((error) => {
        if (this.near.connectionState !== "closed") console.warn("simulated connection:", error);
      });
    }
    /** Once for all lines that are opened together. */
    #negotiate() {
      if (this.#due) return;
      this.#due = true;
      this.#then(async () => {
        this.#due = false;
        await (this.delivery.offers === "page" ? this.#offerNear() : this.#offerFar());
      });
    }
    async #offerFar() {
      await this.#far.setLocalDescription(await this.#far.createOffer());
      await this.near.setRemoteDescription(this.#named(this.#far.localDescription));
      await this.near.setLocalDescription(await this.near.createAnswer());
      await this.#far.setRemoteDescription(this.near.localDescription);
    }
    async #offerNear() {
      await this.near.setLocalDescription(await this.near.createOffer());
      await this.#far.setRemoteDescription(this.near.localDescription);
      for (const line of this.#lines) await this.#fill(line);
      await this.#far.setLocalDescription(await this.#far.createAnswer());
      await this.near.setRemoteDescription(this.#named(this.#far.localDescription));
    }
    /** Put a line's track on the transceiver that the page's offer made here. */
    async #fill(line) {
      if (line.far) return;
      line.far = this.#far.getTransceivers().find(({ mid }) => mid !== null && mid === line.near?.mid) ?? null;
      if (!line.far) return;
      line.far.direction = "sendonly";
      line.far.sender.setStreams(new MediaStream());
      await line.far.sender.replaceTrack(line.track);
    }
    /** The far side's description, with the streams and tracks named as the skin wants. */
    #named({ type, sdp }) {
      const sections = sdp.split(/(?=^m=)/m).map((section) => {
        const mid = /^a=mid:(\S+)/m.exec(section)?.[1], line = this.#lines.find(({ far }) => far?.mid === mid);
        if (!line || mid === void 0) return section;
        const name = `${line.names.stream} ${line.names.track}`;
        return section.replace(/^a=msid:.*$/m, `a=msid:${name}`).replace(/^(a=ssrc:\d+ msid:).*$/gm, `$1${name}`);
      });
      return { type, sdp: sections.join("") };
    }
    #received({ transceiver, receiver, track, streams }) {
      const line = this.#lines.find(({ far }) => far?.mid === transceiver.mid);
      if (!line) return;
      line.near = transceiver;
      line.received(receiver);
      this.arrived({ role: line.role, of: line.of, stream: streams[0] ?? new MediaStream([track]), track, receiver });
    }
  };

  // src/simulators/painter.ts
  var Painter = class {
    constructor(track) {
      this.track = track;
      void this.#paint();
    }
    track;
    canvas = document.createElement("canvas");
    end() {
      this.track.stop();
    }
    async #paint() {
      const context = this.canvas.getContext("2d"), reader = new MediaStreamTrackProcessor({ track: this.track }).readable.getReader();
      for (; ; ) {
        const { value: frame, done: done2 } = await reader.read();
        if (done2) return;
        if (this.canvas.width !== frame.displayWidth) {
          this.canvas.width = frame.displayWidth;
          this.canvas.height = frame.displayHeight;
        }
        context?.drawImage(frame, 0, 0);
        frame.close();
      }
    }
  };

  // src/simulators/reports.ts
  var ADDRESS = "/_simulator/report";
  var last = Promise.resolve();
  function report(kind, body = {}) {
    const text = JSON.stringify({ ...body, kind, at: performance.timeOrigin + performance.now() });
    last = last.then(() => fetch(ADDRESS, { method: "POST", body: text, keepalive: true })).catch(() => void 0);
  }

  // src/simulators/sources.ts
  var known = /* @__PURE__ */ new WeakMap();
  var done = /* @__PURE__ */ new WeakSet();
  function contribute(receiver, sources) {
    known.set(receiver, sources);
    const prototype = Object.getPrototypeOf(receiver);
    if (done.has(prototype)) return;
    done.add(prototype);
    const native = prototype.getContributingSources;
    prototype.getContributingSources = function() {
      const sources2 = known.get(this);
      const timestamp = performance.timeOrigin + performance.now();
      return sources2 ? sources2().map(({ source: source2, level }) => ({ source: source2, audioLevel: level, timestamp, rtpTimestamp: Math.round(timestamp * 48) >>> 0 })) : native.call(this);
    };
  }

  // src/simulators/sound.ts
  var POOL = 3;
  var Sound = class {
    constructor(delivery, context, link) {
      this.delivery = delivery;
      this.context = context;
      this.link = link;
      const { mode } = delivery, count = mode === "rotating" ? POOL : mode === "mixed" ? 1 : 0;
      for (let index = 0; index < count; index++) this.#slots.push(this.#slot(index));
    }
    delivery;
    context;
    link;
    #voices = /* @__PURE__ */ new Map();
    #slots = [];
    #next = 0;
    come(attendee, voice) {
      this.#voices.set(attendee, voice);
      switch (this.delivery.mode) {
        case "each":
          return this.link?.open(attendee, "audio", voice.track);
        case "mixed":
          return void voice.output.connect(this.#slots[0].destination);
        // The one thing that is heard without any track.
        case "web_audio":
          return void voice.output.connect(this.context.destination);
        case "rotating":
          return;
      }
    }
    leave(attendee) {
      this.#voices.get(attendee)?.output.disconnect();
      this.#voices.delete(attendee);
      this.link?.shut(attendee, "audio");
      for (const slot of this.#slots) if (slot.holder === attendee) slot.holder = null;
    }
    /** Somebody began or ended to speak. */
    changed(attendee) {
      if (this.delivery.mode !== "rotating" || !attendee.speaking || this.#slots.some(({ holder }) => holder === attendee)) return;
      const free = this.#slots.findIndex(({ holder }, index) => index >= this.#next && !holder?.speaking);
      const slot = this.#slots[free < 0 ? this.#next : free];
      this.#next = (this.#slots.indexOf(slot) + 1) % this.#slots.length;
      if (slot.holder) this.#voices.get(slot.holder)?.output.disconnect(slot.destination);
      slot.holder = attendee;
      this.#voices.get(attendee)?.output.connect(slot.destination);
    }
    #slot(index) {
      const destination = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1 });
      const silence = new ConstantSourceNode(this.context, { offset: 0 });
      silence.connect(destination);
      silence.start();
      const slot = { destination, holder: null };
      const track = destination.stream.getAudioTracks()[0] ?? null;
      this.link?.open(null, "audio", track, index, (receiver) => contribute(receiver, () => this.#heard(slot)));
      return slot;
    }
    /** Who is on a track now. */
    #heard(slot) {
      const heard = this.delivery.mode === "mixed" ? [...this.#voices.keys()].filter(({ speaking }) => speaking) : [slot.holder];
      return heard.flatMap((one) => one ? [{ source: this.delivery.csrc?.(one) ?? one.id, level: one.level }] : []);
    }
  };

  // src/simulators/cast.ts
  var CLIPS = "/_simulator/clips/";
  var Cast = class _Cast {
    /** What can be played now. */
    played = [];
    #actors = /* @__PURE__ */ new Map();
    #context = new AudioContext({ sampleRate: 48e3, latencyHint: "interactive" });
    #link;
    #sound;
    #painters = /* @__PURE__ */ new Map();
    #simulation;
    constructor(delivery, simulation) {
      this.#simulation = simulation;
      this.#link = delivery.mode === "web_audio" ? null : new Link(delivery, (played) => this.#arrived(played));
      this.#sound = new Sound(delivery, this.#context, this.#link);
      const everybody = simulation.setup.people.length;
      simulation.setup.people.forEach((person2, index) => {
        const attendee = simulation.attendeeOf(person2);
        const look2 = { name: person2.name, colour: person2.colour, phase: index / everybody };
        this.#actors.set(attendee, new Actor(new Voice(this.#context), look2));
      });
    }
    /** Everybody who is there now begins to send. */
    static async open(delivery, simulation) {
      const cast = new _Cast(delivery, simulation);
      for (const attendee of simulation.attendees) if (!attendee.isVisitor) cast.come(attendee);
      return cast;
    }
    /** From now on the scenario's seconds count. */
    async begin() {
      const people = [...this.#actors].map(([attendee, actor]) => ({ attendee, actor, ...this.#simulation.behind(attendee) }));
      await Promise.all(people.map(async ({ actor, lines }) => actor.voice.learn(await sounds(lines))));
      const start2 = now();
      report("began", { start: start2 });
      const at = (seconds) => start2 + seconds * 1e3;
      for (const { attendee, actor, lines, marks } of people) {
        const moments = actor.play({
          lines: lines.map(({ clip, at_s }) => ({ clip, at: at(at_s) })),
          marks: marks.map((at_s) => ({ at: at(at_s) }))
        });
        for (const moment of moments) report("mark", { name: attendee.name, moment });
      }
    }
    come(attendee) {
      const actor = this.#actors.get(attendee);
      actor.voice.output.gain.value = attendee.microphone ? 1 : 0;
      this.#sound.come(attendee, actor.voice);
      this.#link?.open(attendee, "camera", attendee.camera ? actor.picture("camera") : null);
      if (attendee.sharing) this.changed(attendee);
    }
    leave(attendee) {
      this.#sound.leave(attendee);
      for (const role of ["camera", "screen"]) this.#link?.shut(attendee, role);
      this.#actors.get(attendee)?.end();
      this.#remove(({ of }) => of === attendee);
    }
    changed(attendee) {
      const actor = this.#actors.get(attendee);
      if (!actor) return;
      this.#sound.changed(attendee);
      this.#link?.give(attendee, "camera", attendee.camera, () => actor.picture("camera"));
      if (attendee.sharing) this.#link?.open(attendee, "screen", actor.picture("screen"));
      else {
        this.#link?.shut(attendee, "screen");
        this.#remove(({ of, role }) => of === attendee && role === "screen");
      }
    }
    close() {
      this.#actors.forEach((actor) => actor.end());
      this.#link?.close();
      this.#painters.forEach((painter) => painter.end());
      void this.#context.close();
    }
    // --- for skins ----------------------------------------------------------------------------------------------------------
    /** The stream of somebody's media, once it has come. */
    streamOf(attendee, role) {
      return this.played.find((one) => one.of === attendee && one.role === role)?.stream ?? null;
    }
    /** The server's end of a data channel that the delivery names. */
    channel(label) {
      return this.#link?.channels.get(label) ?? null;
    }
    /** Called for each data channel that the page's side opens, with the server's end of it. */
    onchannel(take) {
      this.#link?.onchannel(take);
    }
    /** The page's own connection; null for web_audio. */
    get connection() {
      return this.#link?.near ?? null;
    }
    /** Somebody's picture on a canvas, for pages that play no video. */
    canvas(attendee, role) {
      const key = `${attendee.id} ${role}`;
      const known2 = this.#painters.get(key) ?? new Painter(this.#actors.get(attendee).picture(role));
      this.#painters.set(key, known2);
      return known2.canvas;
    }
    #arrived(played) {
      this.played.push(played);
      played.track.addEventListener("ended", () => this.#remove(({ track }) => track === played.track));
      this.#simulation.emit("media", played);
    }
    #remove(gone) {
      this.played.splice(0, this.played.length, ...this.played.filter((one) => !gone(one)));
    }
  };
  async function sounds(lines) {
    const files = lines.map(async ({ clip: name }) => [name, await (await fetch(CLIPS + name)).arrayBuffer()]);
    return Object.fromEntries(await Promise.all(files));
  }

  // src/simulators/visitor.ts
  var EVERY_MS = 1e3;
  var ASKED = { microphone: { audio: true }, camera: { video: true } };
  var Visitor = class {
    /** `view` is where the client runs, whose devices they are. */
    constructor(changed, view) {
      this.changed = changed;
      this.view = view;
    }
    changed;
    view;
    microphone = null;
    camera = null;
    screen = null;
    get #devices() {
      return this.view().navigator.mediaDevices;
    }
    /** Ask for the devices, as pages do before anybody joins, and keep neither on. Answers which there are. */
    async ask() {
      const found = { microphone: false, camera: false };
      for (const part of ["microphone", "camera"]) {
        try {
          const stream2 = await this.#devices.getUserMedia(ASKED[part]);
          stream2.getTracks().forEach((track) => track.stop());
          found[part] = true;
        } catch {
        }
      }
      report("devices", found);
      return found;
    }
    /** Turn a device on or off. Answers whether it is as wished. */
    async turn(part, on) {
      if (!on) return this.#end(part);
      try {
        const stream2 = await this.#devices.getUserMedia(ASKED[part]);
        return this.#take(part, stream2.getTracks()[0] ?? null);
      } catch (error) {
        report("no_device", { part, message: String(error) });
        return false;
      }
    }
    async share(on) {
      if (!on) return this.#end("screen");
      try {
        const stream2 = await this.#devices.getDisplayMedia({ video: true });
        return this.#take("screen", stream2.getVideoTracks()[0] ?? null);
      } catch (error) {
        report("no_device", { part: "screen", message: String(error) });
        return false;
      }
    }
    close() {
      for (const part of ["microphone", "camera", "screen"]) if (this[part]) this.#end(part);
    }
    #take(part, track) {
      if (!track) return false;
      this[part]?.stop();
      this[part] = track;
      track.addEventListener("ended", () => {
        if (this[part] === track) this.#end(part);
      });
      this.#tell(part, true);
      void (part === "microphone" ? listen(track) : look(track, part));
      return true;
    }
    #end(part) {
      this[part]?.stop();
      this[part] = null;
      this.#tell(part, false);
      return true;
    }
    #tell(part, on) {
      report(part, { on });
      this.changed({ [part === "screen" ? "sharing" : part]: on });
    }
  };
  async function listen(track) {
    let loudest = 0, due = performance.now() + EVERY_MS;
    for await (const data of frames(track)) {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      data.close();
      for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
      if (performance.now() < due) continue;
      report("heard", { level: Math.round(loudest * 1e3) / 1e3 });
      loudest = 0;
      due = performance.now() + EVERY_MS;
    }
  }
  async function look(track, part) {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    let due = 0;
    for await (const frame of frames(track)) {
      const { displayWidth: width, displayHeight: height } = frame;
      if (performance.now() >= due && context) {
        context.drawImage(frame, 0, 0, 1, 1);
        report("seen", { part, width, height, colour: [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)] });
        due = performance.now() + EVERY_MS;
      }
      frame.close();
    }
  }
  async function* frames(track) {
    const copy = track.clone();
    track.addEventListener("ended", () => copy.stop());
    const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
    for (; ; ) {
      const { value, done: done2 } = await reader.read();
      if (done2 || track.readyState === "ended") {
        value?.close();
        return copy.stop();
      }
      yield value;
    }
  }

  // src/simulators/engine.ts
  var COMMON_QUIRKS = ["late_buttons", "reload_mid_join", "cover_button", "typographic_apostrophes", "second_dialog"];
  var RELOADED = "simulation reloaded";
  var RELOAD_AFTER_S = 0.4;
  var SECOND_DIALOG_S = 2;
  var WORD_MS = 350;
  var Simulation = class {
    constructor(setup, skin) {
      this.setup = setup;
      this.skin = skin;
      this.#door = [...setup.door];
      this.chance = chance(setup.seed);
      this.me = person(0, { name: "", is_host: false, microphone: false, camera: false });
      this.visitor = new Visitor((what) => {
        Object.assign(this.me, what);
        this.emit("changed", this.me);
      }, () => skin.delivery(setup).view ?? window);
      for (const quirk of setup.quirks) {
        if (![...COMMON_QUIRKS, ...skin.quirks ?? []].includes(quirk)) report("fault", { message: `no quirk ${quirk} here` });
      }
      if (setup.generation && !skin.generations?.includes(setup.generation)) {
        report("fault", { message: `no generation ${setup.generation} here` });
      }
      this.#people();
    }
    setup;
    skin;
    visitor;
    me;
    /** Numbers between 0 and 1, the same for the same seed. */
    chance;
    phase = { at: "prejoin" };
    /** Who is in the meeting, in the order in which they came; with the visitor while in the call. */
    attendees = [];
    chat = [];
    /** The media of the call; null outside of it. */
    media = null;
    #door;
    #listeners = {
      phase: /* @__PURE__ */ new Set(),
      joined: /* @__PURE__ */ new Set(),
      left: /* @__PURE__ */ new Set(),
      changed: /* @__PURE__ */ new Set(),
      chat: /* @__PURE__ */ new Set(),
      caption: /* @__PURE__ */ new Set(),
      notice: /* @__PURE__ */ new Set(),
      media: /* @__PURE__ */ new Set()
    };
    #name = "";
    #given = null;
    #captions = 0;
    /** Grows whenever the visitor turns away, so that what was on its way does not happen. */
    #visit = 0;
    has(quirk) {
      return this.setup.quirks.includes(quirk);
    }
    /** The look that is asked for. */
    get generation() {
      return this.setup.generation || this.skin.generations?.[0] || "";
    }
    /** Do something after so many seconds, fewer when the scenario goes faster. */
    later(seconds, act) {
      window.setTimeout(act, seconds * 1e3 / this.setup.speed);
    }
    on(kind, listener) {
      this.#listeners[kind].add(listener);
      return () => this.#listeners[kind].delete(listener);
    }
    emit(kind, event) {
      for (const listener of [...this.#listeners[kind]]) listener(event);
    }
    // --- the door -----------------------------------------------------------------------------------------------------------
    /** Open the page: what stands before the prejoin page on this platform happens now. */
    open() {
      this.#enter(this.#visit, () => {
        const next = this.#door[0];
        return next !== void 0 && (this.skin.early ?? []).includes(next.kind);
      }, () => this.#go({ at: "prejoin" }));
    }
    /** The visitor asks to be let in. A password that came with the link or was typed beside the name may be given at once. */
    join({ name, password = null }) {
      this.#name = name;
      this.#given = password;
      report("join", { name, password });
      const visit = ++this.#visit;
      if (this.has("reload_mid_join") && !sessionStorage.getItem(RELOADED)) {
        sessionStorage.setItem(RELOADED, "yes");
        return this.later(RELOAD_AFTER_S, () => location.reload());
      }
      this.#enter(visit, () => true, () => void this.#admit(visit));
    }
    /** The visitor answers the question for the password. */
    givePassword(text) {
      report("password", { password: text });
      this.#given = text;
      const visit = ++this.#visit;
      this.#enter(visit, () => true, () => void this.#admit(visit));
    }
    /** The visitor leaves: the waiting room or the call. */
    leave() {
      report("leave", { phase: this.phase.at });
      this.#out("left");
    }
    #enter(visit, more, done2) {
      if (visit !== this.#visit) return;
      const step = this.#door[0];
      if (!step || !more()) return done2();
      const next = () => {
        if (visit !== this.#visit) return;
        this.#door.shift();
        this.#enter(visit, more, done2);
      };
      switch (step.kind) {
        case "admit":
          return next();
        case "not_started":
        case "lobby":
          this.#go({ at: "waiting", for: step.kind === "lobby" ? "lobby" : "host" });
          return step.for_s === null ? void 0 : this.later(step.for_s, next);
        case "password":
          if (this.#given !== null && this.#given === step.text) return next();
          return this.#go({ at: "password", wrong: this.#given !== null });
        default:
          return this.#out(step.kind === "deny" ? "denied" : step.kind);
      }
    }
    #go(phase) {
      this.phase = phase;
      const { at: where, ...more } = phase;
      report("phase", { phase: where, ...more });
      this.emit("phase", phase);
    }
    #out(why) {
      this.#visit++;
      this.attendees = this.attendees.filter((one) => one !== this.me);
      this.media?.close();
      this.media = null;
      this.visitor.close();
      this.#go({ at: "out", why });
    }
    async #admit(visit) {
      Object.assign(this.me, { name: this.#name });
      const delivery = this.skin.delivery(this.setup);
      this.media = await Cast.open(delivery, this);
      if (visit !== this.#visit) return this.media.close();
      this.attendees.push(this.me);
      this.#go({ at: "call" });
      this.emit("joined", this.me);
      await this.media.begin();
      this.#perform(visit);
    }
    // --- what people do -----------------------------------------------------------------------------------------------------
    #ids = /* @__PURE__ */ new Map();
    #people() {
      this.setup.people.forEach((one, index) => {
        const attendee = person(index + 1, one);
        this.#ids.set(one, attendee);
        if (one.joins_at_s <= 0) this.attendees.push(attendee);
      });
    }
    attendeeOf(person2) {
      return this.#ids.get(person2);
    }
    /** The scenario's person behind an attendee; undefined for the visitor. */
    behind(attendee) {
      return this.setup.people[attendee.id - 1];
    }
    /** From the admission on: everything that is not sound or picture. */
    #perform(visit) {
      const at = (seconds, act) => window.setTimeout(() => {
        if (visit === this.#visit) act();
      }, seconds * 1e3);
      for (const [one, attendee] of this.#ids) {
        if (one.joins_at_s > 0) at(one.joins_at_s, () => this.#come(attendee));
        if (one.leaves_at_s !== null) at(one.leaves_at_s, () => this.#leave(attendee));
        const change = (what) => () => this.#change(attendee, what);
        for (const span of one.camera_off) {
          at(span.from_s, change({ camera: false }));
          at(span.to_s, change({ camera: true }));
        }
        for (const span of one.screen) {
          at(span.from_s, change({ sharing: true }));
          at(span.to_s, change({ sharing: false }));
        }
        for (const { at_s, text } of one.messages) at(at_s, () => this.#write(attendee, text));
        for (const line of one.lines) at(line.at_s, () => this.#speak(attendee, line.text, line.duration_s));
      }
      for (const { at_s, kind } of this.#notices()) at(at_s, () => this.emit("notice", { kind }));
      const { end } = this.setup;
      if (end) at(end.at_s, () => this.#out(end.kind));
    }
    #notices() {
      const { notices } = this.setup;
      if (!this.has("second_dialog")) return notices;
      const first = notices.length > 0 ? notices : [{ at_s: 1, kind: "recording" }];
      return [...first, ...first.map(({ at_s, kind }) => ({ at_s: at_s + SECOND_DIALOG_S, kind }))];
    }
    #come(attendee) {
      this.attendees.push(attendee);
      this.media?.come(attendee);
      this.emit("joined", attendee);
    }
    #leave(attendee) {
      this.attendees = this.attendees.filter((one) => one !== attendee);
      this.media?.leave(attendee);
      this.emit("left", attendee);
    }
    #change(attendee, what) {
      if (!this.attendees.includes(attendee)) return;
      Object.assign(attendee, what);
      this.media?.changed(attendee);
      this.emit("changed", attendee);
    }
    #speak(attendee, text, duration_s) {
      if (!this.attendees.includes(attendee) || !attendee.microphone) return;
      this.#change(attendee, { speaking: true, level: 0.4 });
      window.setTimeout(() => this.#change(attendee, { speaking: false, level: 0 }), duration_s * 1e3);
      this.#caption(attendee, text.split(" "), ++this.#captions, 1);
    }
    #caption(from, words, id, upTo) {
      if (this.phase.at !== "call") return;
      const final = upTo >= words.length;
      const caption = { id, from, text: words.slice(0, upTo).join(" "), final, at: Date.now() };
      this.emit("caption", caption);
      if (!final) window.setTimeout(() => this.#caption(from, words, id, upTo + 1), WORD_MS);
    }
    // --- the chat -----------------------------------------------------------------------------------------------------------
    /** The visitor writes. */
    say(text) {
      report("chat", { text });
      this.#write(this.me, text);
    }
    #write(from, text) {
      const line = { id: this.chat.length + 1, from, text, at: Date.now() };
      this.chat.push(line);
      this.emit("chat", line);
    }
  };
  function person(id, { name, is_host, microphone, camera }) {
    return { id, name, isHost: is_host, isVisitor: id === 0, microphone, camera, sharing: false, speaking: false, level: 0 };
  }

  // src/simulators/start.ts
  var BASE = `
  * { box-sizing: border-box }
  html, body { height: 100%; margin: 0 }
  body { font: 15px/1.45 system-ui, sans-serif; color: #1c1f24; background: #f4f5f7 }
  body > div { height: 100% }
  button, [role=button] { font: inherit; cursor: pointer }
  video, canvas { background: #23262c; object-fit: cover }
  [hidden] { display: none !important }
`;
  function run(skin) {
    addEventListener("error", ({ message }) => report("fault", { message }));
    addEventListener("unhandledrejection", ({ reason }) => report("fault", { message: String(reason) }));
    const simulation = new Simulation(simulatedMeeting, skin);
    const dom = new Builder(simulatedMeeting, skin.words, (seconds, act) => simulation.later(seconds, act));
    dom.style(BASE + (skin.css ?? ""));
    report("opened", { address: location.href });
    void Promise.resolve(skin.start(simulation, dom)).then(() => simulation.open());
  }

  // src/simulators/skins/microsoft_teams/door.ts
  var IN_BROWSER = "teams-in-browser";
  var OUT = {
    denied: "Sorry, but you were denied access to the meeting.",
    no_answer: "Sorry, but you were denied access to the meeting.",
    bot_wall: "Verify you're a real person",
    captcha: "Verify you're a real person",
    login_wall: "We need to verify your info before you can join",
    not_found: "Looks like the meeting URL is incorrect. Check your calendar for the meeting details.",
    locked: "This meeting is locked",
    full: "This meeting is full",
    ended_before: "The meeting has ended",
    ended: "The meeting has ended",
    removed: "You've been removed from this meeting",
    left: "You left the meeting"
  };
  var LABELS = { microphone: ["Mute mic", "Unmute mic"], camera: ["Turn camera off", "Turn camera on"] };
  var Door = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
    }
    simulation;
    dom;
    #name = "";
    /** The launcher first, unless one came past it; the light page has none. */
    open() {
      if (this.simulation.generation === "light" || sessionStorage.getItem(IN_BROWSER)) return this.#prejoin();
      const { dom } = this;
      const go = () => {
        sessionStorage.setItem(IN_BROWSER, "yes");
        location.assign("/v2/?meetingjoin=true&anon=true");
      };
      dom.show(dom.h(
        "div",
        { class: "launcher" },
        dom.h("h1", {}, dom.t("How do you want to join your Teams meeting?")),
        dom.h("button", { type: "button", class: "choice", "data-tid": "joinInApp" }, dom.t("Join on the Teams app")),
        dom.h("button", {
          type: "button",
          class: "choice",
          "data-tid": "joinOnWeb",
          "aria-label": dom.t("Join meeting from this browser"),
          onclick: go
        }, dom.t("Continue on this browser"))
      ));
    }
    lobby(waitsFor) {
      const { dom, simulation } = this;
      const said = waitsFor === "host" ? "When the meeting starts, we'll let people know you're waiting." : "Someone will let you in shortly";
      dom.show(dom.h(
        "div",
        { class: "prejoin" },
        dom.h("h2", {}, dom.t(said)),
        dom.h("div", { class: "spinner" }),
        deviceButton(simulation, dom, "microphone"),
        deviceButton(simulation, dom, "camera"),
        dom.h("button", { type: "button", id: "hangup-button", "aria-label": dom.t("Leave"), onclick: () => simulation.leave() }, dom.t("Leave"))
      ));
    }
    out(why) {
      const { dom } = this;
      const heading = dom.h("h1", { id: why === "left" ? null : "calling-retry-screen-title" }, dom.t(OUT[why]));
      const retry = why === "denied" || why === "removed" ? dom.h("button", { type: "button", "data-tid": "calling-retry-cancelbutton", onclick: () => simulationLeave() }, dom.t("Cancel")) : null;
      const simulationLeave = () => location.reload();
      dom.show(dom.h("div", { class: "prejoin wall" }, heading, retry));
    }
    // --- pre-join -----------------------------------------------------------------------------------------------------------
    #prejoin() {
      const { dom, simulation } = this, known2 = simulation.setup.signed_in;
      const name = dom.h("input", {
        type: "text",
        "data-tid": "prejoin-display-name-input",
        placeholder: dom.t("Type your name"),
        maxlength: 64,
        autocomplete: "off"
      });
      const join = dom.h("button", {
        type: "button",
        id: "prejoin-join-button",
        "data-tid": "prejoin-join-button",
        primary: true,
        disabled: !known2,
        onclick: () => {
          this.#name = known2 ? "Signed-in member" : name.value.trim();
          this.#join();
        }
      }, dom.t("Join now"));
      name.addEventListener("input", () => dom.set(join, { disabled: !name.value.trim() }));
      const strip = dom.h("div", { class: "strip", hidden: true }, dom.t("Select Allow to let Microsoft Teams use your mic and camera for calls and meetings."));
      dom.show(dom.h(
        "div",
        { class: "prejoin" },
        dom.h("h2", {}, simulation.setup.title),
        strip,
        known2 ? null : name,
        dom.h("div", { class: "devices" }, prejoinSwitch(simulation, dom, "microphone"), prejoinSwitch(simulation, dom, "camera")),
        dom.h(
          "div",
          { role: "radiogroup" },
          dom.h("label", {}, dom.h("input", { type: "radio", name: "audio", checked: true }), dom.t("Computer audio")),
          dom.h("label", {}, dom.h("input", { type: "radio", name: "audio" }), dom.t("Don't use audio"))
        ),
        join,
        dom.h("button", { type: "button", "data-tid": "prejoin-cancel-button" }, dom.t("Cancel"))
      ));
      void simulation.visitor.ask().then(({ microphone, camera }) => {
        dom.set(strip, { hidden: microphone || camera });
        if (simulation.has("asks_for_devices") || !(microphone || camera)) this.#withoutDevices(() => void 0);
      });
    }
    #join() {
      const join = () => this.simulation.join({ name: this.#name });
      if (this.simulation.has("asks_for_devices")) this.#withoutDevices(join);
      else join();
    }
    /** It can come up before and after one asked to join. */
    #withoutDevices(then) {
      const { dom } = this;
      const dialog = dom.h(
        "div",
        { class: "dialog", role: "dialog", "aria-modal": true },
        dom.h("h2", {}, dom.t("Are you sure you don't want audio or video?")),
        dom.h("button", { type: "button", onclick: () => {
          dialog.remove();
          then();
        } }, dom.t("Continue without audio or video"))
      );
      dom.add(dom.root, dialog);
    }
  };
  function prejoinSwitch(simulation, dom, part) {
    const { visitor } = simulation, [off, on] = LABELS[part];
    const state = () => ({ "aria-checked": visitor[part] !== null, "aria-label": dom.t(visitor[part] ? off : on) });
    const element = dom.h("div", {
      role: "switch",
      tabindex: 0,
      class: "switch",
      "data-tid": part === "microphone" ? "toggle-mute" : "toggle-video",
      ...state(),
      onclick: () => void visitor.turn(part, !visitor[part])
    }, part === "microphone" ? "\u{1F3A4}" : "\u{1F4F7}");
    simulation.on("changed", ({ isVisitor }) => {
      if (isVisitor) dom.set(element, state());
    });
    return element;
  }
  function deviceButton(simulation, dom, part) {
    const { visitor } = simulation, [off, on] = LABELS[part];
    const state = () => ({ "aria-label": dom.t(visitor[part] ? off : on) });
    const element = dom.h("button", {
      type: "button",
      id: part === "microphone" ? "microphone-button" : "video-button",
      ...state(),
      onclick: () => void visitor.turn(part, !visitor[part])
    }, part === "microphone" ? "\u{1F3A4}" : "\u{1F4F7}");
    simulation.on("changed", ({ isVisitor }) => {
      if (isVisitor) dom.set(element, state());
    });
    return element;
  }

  // src/simulators/skins/microsoft_teams/call.ts
  var NOTICES = {
    recording: ["Recording and transcription have started. Let everyone know that they're being recorded.", "Dismiss"],
    transcription: ["Transcription has started.", "Dismiss"],
    ask_to_unmute: ["The organizer asks you to unmute.", "OK"]
  };
  var CAPTIONS_KEPT = 4;
  var Call = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
      this.#grid = dom.h("div", { class: "grid", "data-test-segment-type": "central" });
      this.#sound = dom.h("audio", { autoplay: true });
      this.#over = dom.h("div", {});
      this.#lines = dom.h("div", { class: "lines" });
      this.#chat = this.#chatPane();
      this.#rows = dom.h("div", { role: "tree", "aria-label": dom.t("Attendees") });
      this.#people = dom.h("aside", { class: "pane", hidden: true }, this.#rows);
      this.#captions = dom.h("div", { class: "captions", "data-tid": "closed-caption-renderer-wrapper", hidden: true });
      this.#menu = this.#moreMenu();
      const refresh = () => this.#refresh();
      simulation.on("joined", refresh);
      simulation.on("left", refresh);
      simulation.on("changed", refresh);
      simulation.on("media", refresh);
      simulation.on("chat", (line) => this.#line(line));
      simulation.on("caption", (caption) => this.#caption(caption));
      simulation.on("notice", ({ kind }) => this.#notice(kind));
    }
    simulation;
    dom;
    #tiles = /* @__PURE__ */ new Map();
    #grid;
    #sound;
    #over;
    #chat;
    #lines;
    #people;
    #rows;
    #captions;
    #captioned = /* @__PURE__ */ new Map();
    #menu;
    #copies = /* @__PURE__ */ new WeakMap();
    show() {
      const { dom } = this, bar = this.#bar();
      dom.show(dom.h("div", { class: "call" }, bar, this.#menu, this.#grid, this.#captions, this.#people, this.#chat, this.#sound, this.#over));
      dom.autoHide(bar);
      this.#refresh();
    }
    #bar() {
      const { dom, simulation } = this, { visitor } = simulation;
      const toggle = (pane) => () => dom.set(pane, { hidden: !pane.hidden });
      const share = dom.h("button", { type: "button", id: "share-button", "aria-label": dom.t("Share"), onclick: async () => {
        await visitor.share(!visitor.screen);
        dom.set(share, { "aria-label": dom.t(visitor.screen ? "Stop sharing" : "Share") });
      } }, "\u{1F5A5}");
      return dom.h(
        "div",
        { class: "bar", role: "toolbar" },
        dom.h("button", { type: "button", id: "chat-button", "aria-label": dom.t("Chat"), onclick: toggle(this.#chat) }, "\u{1F4AC}"),
        ...this.#views(),
        dom.h("button", { type: "button", id: "roster-button", "aria-label": dom.t("People"), onclick: toggle(this.#people) }, "\u{1F465}"),
        dom.h("button", { type: "button", "data-cid": "calling-raisehands-button", "aria-label": dom.t("Raise your hand") }, "\u270B"),
        dom.h("button", { type: "button", id: "callingButtons-showMoreBtn", "aria-label": dom.t("More"), onclick: toggle(this.#menu) }, "\u22EF"),
        deviceButton(simulation, dom, "camera"),
        deviceButton(simulation, dom, "microphone"),
        share,
        dom.h("button", {
          type: "button",
          id: "hangup-button",
          "data-tid": "hangup-main-btn",
          "aria-label": dom.t("Leave"),
          onclick: () => simulation.leave()
        }, dom.t("Leave"))
      );
    }
    #views() {
      const { dom } = this;
      const view = (name, id, says) => dom.h("div", { role: "menuitemradio", tabindex: 0, id, onclick: () => {
        report("layout", { view: name });
        dom.set(this.#grid, { "data-view": name });
        dom.set(menu, { hidden: true });
      } }, dom.t(says));
      const menu = dom.h(
        "div",
        { class: "menu", role: "menu", hidden: true },
        view("speaker", "SpeakerView-button", "Speaker"),
        view("gallery", "MixedGridView-button", "Gallery")
      );
      return [menu, dom.h("button", {
        type: "button",
        id: "view-mode-button",
        "aria-label": dom.t("View"),
        onclick: () => dom.set(menu, { hidden: !menu.hidden })
      }, "\u25A6")];
    }
    #moreMenu() {
      const { dom } = this;
      const captions = dom.h("div", { role: "menuitem", tabindex: 0, id: "closed-captions-button", hidden: true, onclick: () => {
        dom.set(this.#captions, { hidden: !this.#captions.hidden });
        dom.set(this.#menu, { hidden: true });
      } }, dom.t("Show live captions"));
      return dom.h(
        "div",
        { class: "menu", role: "menu", hidden: true },
        dom.h(
          "div",
          { role: "menuitem", tabindex: 0, id: "LanguageSpeechMenuControl-id", onclick: () => dom.set(captions, { hidden: false }) },
          dom.t("Language and speech")
        ),
        captions
      );
    }
    // --- who is there -------------------------------------------------------------------------------------------------------
    #refresh() {
      const { attendees, media, visitor } = this.simulation, wanted = /* @__PURE__ */ new Set();
      if (this.simulation.phase.at !== "call") return;
      for (const one of attendees) {
        const camera = one.isVisitor ? visitor.camera : one.camera ? media?.streamOf(one, "camera") ?? null : null;
        wanted.add(this.#tile(one, "Video", camera));
        if (one.sharing && !one.isVisitor) wanted.add(this.#tile(one, "ScreenSharing", this.#screen(one)));
      }
      for (const [key, { element }] of this.#tiles) {
        if (wanted.has(key)) continue;
        element.remove();
        this.#tiles.delete(key);
      }
      this.dom.play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
      this.dom.fill(this.#rows, attendees.map((one) => this.#row(one)));
    }
    /** What its tile plays: what is received, or a copy of it by which nobody finds the track. */
    #screen(one) {
      const received = this.simulation.media?.streamOf(one, "screen") ?? null;
      if (!received || !this.simulation.has("copied_screen")) return received;
      const copy = this.#copies.get(received) ?? received.clone();
      this.#copies.set(received, copy);
      return copy;
    }
    #tile(one, kind, shows) {
      const key = `${one.id} ${kind}`, { dom } = this;
      let tile = this.#tiles.get(key);
      if (!tile) {
        const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
        const outline = dom.h("div", { class: "outline", "data-tid": "voice-level-stream-outline" });
        const name = one.isVisitor ? `${one.name} (${dom.t("Unverified")})` : one.name;
        const element = dom.h("div", {
          class: "tile",
          "data-stream-type": kind,
          "data-tid": name,
          "data-is-self": one.isVisitor,
          role: "group"
        }, video, outline, dom.h("span", { class: "name" }, name));
        tile = { element, video, outline };
        this.#tiles.set(key, tile);
        dom.add(this.#grid, element);
      }
      dom.play(tile.video, shows);
      tile.video.hidden = !shows;
      dom.set(tile.outline, { class: one.speaking && kind === "Video" ? "outline vdi-frame-occlusion" : "outline" });
      return key;
    }
    #row(one) {
      const { dom } = this, parts = [one.name];
      if (one.isVisitor) parts[0] += ` (${dom.t("You")})`;
      if (one.isHost) parts.push(dom.t("Organizer"));
      parts.push(dom.t(one.microphone ? "Unmuted" : "Muted"));
      return dom.h("div", { role: "treeitem", "data-cid": "roster-participant", "data-tid": "roster-participant", "aria-label": parts.join(", ") }, one.name);
    }
    // --- chat, captions, notices --------------------------------------------------------------------------------------------
    #chatPane() {
      const { dom } = this;
      const field = dom.h("div", { contenteditable: "true", role: "textbox", "aria-label": dom.t("Type a message"), class: "field" });
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        const text = field.textContent?.trim() ?? "";
        field.textContent = "";
        if (text) this.simulation.say(text);
      });
      return dom.h("aside", { class: "pane", hidden: true }, this.#lines, field);
    }
    #line({ id, from, text, at }) {
      const { dom } = this, moment = new Date(at).toISOString();
      dom.add(this.#lines, dom.h(
        "div",
        { "data-tid": "chat-pane-item", id: `item-${id}` },
        dom.h("span", { "data-tid": "message-author-name" }, from.name),
        dom.h("time", { datetime: moment }, moment.slice(11, 16)),
        dom.h("div", { "data-tid": "chat-pane-message", id: `content-${id}` }, text)
      ));
    }
    /** The text of a line changes in place. */
    #caption({ id, from, text }) {
      const { dom } = this, known2 = this.#captioned.get(id);
      if (known2) return dom.fill(known2, text);
      const words = dom.h("span", { "data-tid": "closed-caption-text" }, text);
      dom.add(this.#captions, dom.h("div", { class: "caption" }, dom.h("span", { "data-tid": "author" }, from.name), words));
      this.#captioned.set(id, words);
      while (this.#captions.childElementCount > CAPTIONS_KEPT) this.#captions.firstElementChild?.remove();
    }
    #notice(kind) {
      const { dom } = this, [text, button] = NOTICES[kind] ?? NOTICES.recording;
      const dialog = dom.h(
        "div",
        { class: "dialog", role: "alertdialog" },
        dom.h("p", {}, dom.t(text)),
        dom.h("button", { type: "button", onclick: () => dialog.remove() }, dom.t(button))
      );
      dom.add(this.#over, dialog);
    }
  };

  // src/simulators/skins/microsoft_teams/css.ts
  var CSS = `
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: #f5f5f5; color: #242424 }
button { font: inherit; padding: 8px 16px; border-radius: 4px; border: 1px solid #d1d1d1; background: #fff; cursor: pointer }
button:disabled { opacity: .5 }
input { font: inherit; padding: 8px 12px; border: 1px solid #bdbdbd; border-radius: 4px; width: 280px }
.launcher, .prejoin { min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px }
.choice { width: 320px; padding: 16px }
.strip { background: #fff4ce; padding: 8px 16px }
.devices { display: flex; gap: 12px }
.switch { padding: 6px 14px; border: 1px solid #bdbdbd; border-radius: 16px; cursor: pointer }
.call { display: grid; grid-template-columns: 1fr auto auto; grid-template-rows: auto 1fr auto; height: 100vh; background: #1f1f1f; color: #fff }
.bar { grid-column: 1 / -1; display: flex; gap: 6px; justify-content: flex-end; padding: 8px; background: #292929 }
.menu { position: absolute; top: 56px; right: 220px; background: #fff; color: #242424; padding: 8px; z-index: 3; cursor: pointer }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
.grid[data-view=speaker] .tile:not(:first-child) { display: none }
.tile { position: relative; background: #3d3d3d; border-radius: 6px; overflow: hidden; min-height: 180px }
.tile video { width: 100%; height: 100%; object-fit: cover }
.outline { position: absolute; inset: 0; pointer-events: none }
.outline.vdi-frame-occlusion { box-shadow: inset 0 0 0 3px #7f85f5 }
.name { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px; border-radius: 3px }
.pane { width: 280px; background: #fff; color: #242424; padding: 8px; display: flex; flex-direction: column }
.pane[hidden] { display: none }
.lines { flex: 1; overflow: auto }
.field { border: 1px solid #bdbdbd; border-radius: 4px; padding: 8px; min-height: 20px }
.captions { grid-column: 1 / -1; padding: 8px 24px; background: #000a }
.caption [data-tid="author"] { font-weight: 600; margin-right: 8px }
.dialog { position: fixed; inset: 30% 30% auto; background: #fff; color: #242424; padding: 24px; border-radius: 6px; z-index: 5; box-shadow: 0 8px 30px #0006 }
`;

  // src/simulators/server.ts
  async function push(path, frame) {
    const type = typeof frame === "string" ? "text/plain" : "application/octet-stream";
    await fetch(`/_simulator/sockets/${trimmed(path)}`, { method: "POST", body: frame, headers: { "content-type": type } });
  }
  function socketAddress(host, path) {
    const own = ["127.0.0.1", "localhost"].includes(location.hostname);
    return own ? `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/${trimmed(path)}` : `wss://${host}/${trimmed(path)}`;
  }
  var trimmed = (path) => path.replace(/^\//, "");

  // src/simulators/skins/microsoft_teams/signalling.ts
  var HOST = "go.trouter.teams.microsoft.com";
  var PATH = "v4/c";
  var SUBCODES = { denied: 5854, removed: 5300, ended: 0 };
  var source = ({ id }, role) => ({ audio: 1e3, camera: 2e3, screen: 3e3 })[role] + id;
  var userId = ({ id }) => `8:orgid:00000000-0000-4000-8000-${String(id).padStart(12, "0")}`;
  var stream = (type, sourceId, sends) => ({ type, sourceId, direction: sends ? "sendrecv" : "recvonly" });
  function described(one, state = "active") {
    return [userId(one), {
      details: { id: userId(one), displayName: one.isVisitor ? `${one.name} (Unverified)` : one.name },
      state,
      role: one.isVisitor ? "guest" : "user",
      meetingRole: one.isHost ? "organizer" : "attendee",
      endpoints: { "1": { call: { mediaStreams: [
        stream("audio", source(one, "audio"), one.microphone),
        stream("video", source(one, "camera"), one.camera),
        stream("applicationsharing-video", source(one, "screen"), one.sharing)
      ] } } }
    }];
  }
  async function packed(body, compressed) {
    const text = JSON.stringify(body);
    if (!compressed) return text;
    const stream2 = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return btoa(String.fromCharCode(...new Uint8Array(await new Response(stream2).arrayBuffer())));
  }
  var Signalling = class {
    #sent = 0;
    #order = Promise.resolve();
    constructor(simulation) {
      if (simulation.has("no_signalling")) return;
      const socket = new WebSocket(socketAddress(HOST, PATH));
      const open = new Promise((resolve) => socket.addEventListener("open", resolve));
      this.#order = open;
      simulation.on("joined", (one) => this.#roster(one.isVisitor ? simulation.attendees.map((each) => described(each)) : [described(one)]));
      simulation.on("left", (one) => this.#roster([described(one, "inactive")]));
      simulation.on("changed", (one) => {
        if (simulation.phase.at === "call") this.#roster([described(one)]);
      });
      simulation.on("phase", (phase) => {
        if (phase.at === "out" && phase.why in SUBCODES) this.#send("conversationEnd/", { subCode: SUBCODES[phase.why] });
      });
    }
    #roster(people) {
      this.#send("rosterUpdate/", { type: "Delta", participants: Object.fromEntries(people) });
    }
    #send(to, body) {
      const number = ++this.#sent;
      this.#order = this.#order.then(async () => {
        const frame = {
          id: number,
          method: "POST",
          url: `/v4/f/call/${to}`,
          headers: { "X-Microsoft-Skype-Chain-ID": "1" },
          body: await packed(body, number % 2 === 0)
        };
        await push(PATH, `3:::${JSON.stringify(frame)}`);
      });
    }
  };

  // src/simulators/skins/microsoft_teams/words.ts
  var WORDS = {
    "How do you want to join your Teams meeting?": { de: "Wie m\xF6chten Sie an Ihrer Teams-Besprechung teilnehmen?", es: "\xBFC\xF3mo quiere unirse a la reuni\xF3n de Teams?", ja: "Teams \u4F1A\u8B70\u306B\u3069\u306E\u3088\u3046\u306B\u53C2\u52A0\u3057\u307E\u3059\u304B?" },
    "Join on the Teams app": { de: "In der Teams-App teilnehmen", es: "Unirse en la aplicaci\xF3n Teams", ja: "Teams \u30A2\u30D7\u30EA\u3067\u53C2\u52A0" },
    "Join meeting from this browser": { de: "In diesem Browser fortfahren", es: "Continuar en este explorador", ja: "\u3053\u306E\u30D6\u30E9\u30A6\u30B6\u30FC\u3067\u7D9A\u3051\u308B" },
    "Continue on this browser": { de: "In diesem Browser fortfahren", es: "Continuar en este explorador", ja: "\u3053\u306E\u30D6\u30E9\u30A6\u30B6\u30FC\u3067\u7D9A\u3051\u308B" },
    "View": { de: "Ansicht", es: "Vista", ja: "\u8868\u793A" },
    "Speaker": { de: "Sprecher", es: "Orador", ja: "\u767A\u8A00\u8005" },
    "Gallery": { de: "Katalog", es: "Galer\xEDa", ja: "\u30AE\u30E3\u30E9\u30EA\u30FC" },
    "Type your name": { de: "Geben Sie Ihren Namen ein", es: "Escriba su nombre", ja: "\u540D\u524D\u3092\u5165\u529B" },
    "Join now": { de: "Jetzt teilnehmen", es: "Unirse ahora", ja: "\u4ECA\u3059\u3050\u53C2\u52A0" },
    "Cancel": { de: "Abbrechen", es: "Cancelar", ja: "\u30AD\u30E3\u30F3\u30BB\u30EB" },
    "Computer audio": { de: "Computeraudio", es: "Audio del equipo", ja: "\u30B3\u30F3\u30D4\u30E5\u30FC\u30BF\u30FC\u306E\u97F3\u58F0" },
    "Don't use audio": { de: "Audio nicht verwenden", es: "No usar audio", ja: "\u97F3\u58F0\u3092\u4F7F\u7528\u3057\u306A\u3044" },
    "Select Allow to let Microsoft Teams use your mic and camera for calls and meetings.": {
      de: "W\xE4hlen Sie \u201EZulassen\u201C, damit Teams Mikrofon und Kamera verwenden kann.",
      es: "Seleccione Permitir para que Teams use el micr\xF3fono y la c\xE1mara.",
      ja: "Teams \u306B\u30DE\u30A4\u30AF\u3068\u30AB\u30E1\u30E9\u306E\u4F7F\u7528\u3092\u8A31\u53EF\u3057\u3066\u304F\u3060\u3055\u3044\u3002"
    },
    "Are you sure you don't want audio or video?": {
      de: "M\xF6chten Sie wirklich ohne Audio und Video teilnehmen?",
      es: "\xBFEst\xE1 seguro de que no quiere audio ni v\xEDdeo?",
      ja: "\u97F3\u58F0\u3084\u30D3\u30C7\u30AA\u3092\u4F7F\u7528\u3057\u307E\u305B\u3093\u304B?"
    },
    "Continue without audio or video": { de: "Ohne Audio und Video fortfahren", es: "Continuar sin audio ni v\xEDdeo", ja: "\u97F3\u58F0\u3084\u30D3\u30C7\u30AA\u306A\u3057\u3067\u7D9A\u884C" },
    "Mute mic": { de: "Mikrofon stummschalten", es: "Silenciar micr\xF3fono", ja: "\u30DF\u30E5\u30FC\u30C8" },
    "Unmute mic": { de: "Stummschaltung aufheben", es: "Activar micr\xF3fono", ja: "\u30DF\u30E5\u30FC\u30C8\u89E3\u9664" },
    "Turn camera off": { de: "Kamera ausschalten", es: "Desactivar c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30D5\u306B\u3059\u308B" },
    "Turn camera on": { de: "Kamera einschalten", es: "Activar c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30F3\u306B\u3059\u308B" },
    "When the meeting starts, we'll let people know you're waiting.": {
      de: "Sobald die Besprechung beginnt, teilen wir mit, dass Sie warten.",
      es: "Cuando empiece la reuni\xF3n, avisaremos de que espera.",
      ja: "\u4F1A\u8B70\u304C\u958B\u59CB\u3055\u308C\u305F\u3089\u3001\u5F85\u6A5F\u4E2D\u3067\u3042\u308B\u3053\u3068\u3092\u901A\u77E5\u3057\u307E\u3059\u3002"
    },
    "Someone will let you in shortly": { de: "Sie werden in K\xFCrze eingelassen", es: "Alguien le dejar\xE1 entrar en breve", ja: "\u307E\u3082\u306A\u304F\u8AB0\u304B\u304C\u53C2\u52A0\u3092\u8A31\u53EF\u3057\u307E\u3059" },
    "Leave": { de: "Verlassen", es: "Salir", ja: "\u9000\u51FA" },
    "Sorry, but you were denied access to the meeting.": {
      de: "Der Zugang zur Besprechung wurde Ihnen verweigert.",
      es: "Se le ha denegado el acceso a la reuni\xF3n.",
      ja: "\u4F1A\u8B70\u3078\u306E\u30A2\u30AF\u30BB\u30B9\u304C\u62D2\u5426\u3055\u308C\u307E\u3057\u305F\u3002"
    },
    "Verify you're a real person": { de: "Best\xE4tigen Sie, dass Sie eine echte Person sind", es: "Verifique que es una persona real", ja: "\u672C\u4EBA\u3067\u3042\u308B\u3053\u3068\u3092\u78BA\u8A8D\u3057\u3066\u304F\u3060\u3055\u3044" },
    "We need to verify your info before you can join": { de: "Melden Sie sich bei Teams an, um teilzunehmen", es: "Inicie sesi\xF3n en Teams para unirse", ja: "\u53C2\u52A0\u3059\u308B\u306B\u306F Teams \u306B\u30B5\u30A4\u30F3\u30A4\u30F3" },
    "Looks like the meeting URL is incorrect. Check your calendar for the meeting details.": {
      de: "Die Besprechungs-URL scheint falsch zu sein.",
      es: "Parece que la URL de la reuni\xF3n es incorrecta.",
      ja: "\u4F1A\u8B70\u306E URL \u304C\u6B63\u3057\u304F\u306A\u3044\u3088\u3046\u3067\u3059\u3002"
    },
    "This meeting is locked": { de: "Diese Besprechung ist gesperrt", es: "Esta reuni\xF3n est\xE1 bloqueada", ja: "\u3053\u306E\u4F1A\u8B70\u306F\u30ED\u30C3\u30AF\u3055\u308C\u3066\u3044\u307E\u3059" },
    "This meeting is full": { de: "Diese Besprechung ist voll", es: "Esta reuni\xF3n est\xE1 completa", ja: "\u3053\u306E\u4F1A\u8B70\u306F\u6E80\u54E1\u3067\u3059" },
    "The meeting has ended": { de: "Die Besprechung wurde beendet", es: "La reuni\xF3n ha finalizado", ja: "\u4F1A\u8B70\u306F\u7D42\u4E86\u3057\u307E\u3057\u305F" },
    "You've been removed from this meeting": { de: "Sie wurden aus dieser Besprechung entfernt", es: "Se le ha quitado de esta reuni\xF3n", ja: "\u3053\u306E\u4F1A\u8B70\u304B\u3089\u524A\u9664\u3055\u308C\u307E\u3057\u305F" },
    "You left the meeting": { de: "Sie haben die Besprechung verlassen", es: "Ha salido de la reuni\xF3n", ja: "\u4F1A\u8B70\u304B\u3089\u9000\u51FA\u3057\u307E\u3057\u305F" },
    "Recording and transcription have started. Let everyone know that they're being recorded.": {
      de: "Diese Besprechung wird aufgezeichnet.",
      es: "Se est\xE1 grabando esta reuni\xF3n.",
      ja: "\u3053\u306E\u4F1A\u8B70\u306F\u9332\u97F3\u9332\u753B\u3055\u308C\u3066\u3044\u307E\u3059\u3002"
    },
    "Transcription has started.": { de: "Die Transkription wurde gestartet.", es: "La transcripci\xF3n ha comenzado.", ja: "\u6587\u5B57\u8D77\u3053\u3057\u304C\u958B\u59CB\u3055\u308C\u307E\u3057\u305F\u3002" },
    "The organizer asks you to unmute.": { de: "Der Organisator bittet Sie, Ihr Mikrofon einzuschalten.", es: "El organizador le pide que active el micr\xF3fono.", ja: "\u958B\u50AC\u8005\u304C\u30DF\u30E5\u30FC\u30C8\u89E3\u9664\u3092\u6C42\u3081\u3066\u3044\u307E\u3059\u3002" },
    "Dismiss": { de: "Schlie\xDFen", es: "Cerrar", ja: "\u9589\u3058\u308B" },
    "OK": {},
    "Chat": { de: "Unterhaltung", es: "Conversaci\xF3n", ja: "\u30C1\u30E3\u30C3\u30C8" },
    "People": { de: "Personen", es: "Personas", ja: "\u53C2\u52A0\u8005" },
    "Attendees": { de: "Teilnehmer", es: "Asistentes", ja: "\u51FA\u5E2D\u8005" },
    "Raise your hand": { de: "Hand heben", es: "Levantar la mano", ja: "\u624B\u3092\u6319\u3052\u308B" },
    "More": { de: "Mehr", es: "M\xE1s", ja: "\u305D\u306E\u4ED6" },
    "Share": { de: "Teilen", es: "Compartir", ja: "\u5171\u6709" },
    "Stop sharing": { de: "Teilen beenden", es: "Dejar de compartir", ja: "\u5171\u6709\u3092\u505C\u6B62" },
    "Show live captions": { de: "Liveuntertitel anzeigen", es: "Mostrar subt\xEDtulos en directo", ja: "\u30E9\u30A4\u30D6\u5B57\u5E55\u3092\u8868\u793A" },
    "Language and speech": { de: "Sprache und Spracheingabe", es: "Idioma y voz", ja: "\u8A00\u8A9E\u3068\u97F3\u58F0" },
    "Type a message": { de: "Nachricht eingeben", es: "Escriba un mensaje", ja: "\u30E1\u30C3\u30BB\u30FC\u30B8\u3092\u5165\u529B" },
    "Unverified": { de: "Nicht \xFCberpr\xFCft", es: "No verificado", ja: "\u672A\u78BA\u8A8D" },
    "You": { de: "Sie", es: "Usted", ja: "\u81EA\u5206" },
    "Organizer": { de: "Organisator", es: "Organizador", ja: "\u958B\u50AC\u8005" },
    "Muted": { de: "Stummgeschaltet", es: "Silenciado", ja: "\u30DF\u30E5\u30FC\u30C8\u4E2D" },
    "Unmuted": { de: "Nicht stummgeschaltet", es: "Con audio", ja: "\u30DF\u30E5\u30FC\u30C8\u306A\u3057" }
  };

  // src/simulators/skins/microsoft_teams.ts
  function start(simulation, dom) {
    const door = new Door(simulation, dom), call = new Call(simulation, dom);
    document.title = `${simulation.setup.title} | Microsoft Teams`;
    new Signalling(simulation);
    simulation.on("phase", (phase) => {
      switch (phase.at) {
        case "prejoin":
          return door.open();
        // Teams has its passcode in the link; a scenario with another one stays here.
        case "password":
          return door.open();
        case "waiting":
          return door.lobby(phase.for);
        case "call":
          return call.show();
        case "out":
          return door.out(phase.why);
      }
    });
  }
  run({
    name: "microsoft_teams",
    words: WORDS,
    css: CSS,
    generations: ["full", "light"],
    quirks: ["no_signalling", "asks_for_devices", "copied_screen"],
    early: ["not_found", "login_wall", "captcha"],
    delivery: () => ({
      mode: "mixed",
      offers: "page",
      csrc: (of) => source(of, "audio"),
      ids: (of, role) => {
        const stream2 = of === null || role === "audio" ? "mainAudio-1" : `${role === "camera" ? "mainVideo" : "applicationsharingVideo"}-${source(of, role)}`;
        return { stream: stream2, track: `${stream2}-track` };
      }
    }),
    start
  });
})();
