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
    const start = pattern.slice(0, -1);
    return (name) => name.startsWith(start);
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
    #follow({ number, start }) {
      this.#tell({ type: "flash", number, at: nextFrame(this.voice.wallTime(start) - FRAME_MS / 2, CAMERA.fps, this.look.phase) });
    }
    #perform() {
      this.voice.compareClocks();
      this.#beeps = this.#beeps.filter(({ start }) => this.voice.wallTime(start) > now());
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
      const source = new AudioBufferSourceNode(this.context, { buffer: this.find(clip) });
      source.connect(this.output);
      source.start(this.contextTime(at));
    }
    /** Answers when it begins by the audio clock, in seconds. */
    beep(at) {
      const start = this.contextTime(at);
      const tone = new OscillatorNode(this.context, { frequency: BEEP_HZ });
      const gain = new GainNode(this.context, { gain: 0.5 });
      tone.connect(gain).connect(this.output);
      tone.start(start);
      tone.stop(start + BEEP_S);
      return start;
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
      return sources2 ? sources2().map(({ source, level }) => ({ source, audioLevel: level, timestamp, rtpTimestamp: Math.round(timestamp * 48) >>> 0 })) : native.call(this);
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
      const start = now();
      report("began", { start });
      const at = (seconds) => start + seconds * 1e3;
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
          const stream = await this.#devices.getUserMedia(ASKED[part]);
          stream.getTracks().forEach((track) => track.stop());
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
        const stream = await this.#devices.getUserMedia(ASKED[part]);
        return this.#take(part, stream.getTracks()[0] ?? null);
      } catch (error) {
        report("no_device", { part, message: String(error) });
        return false;
      }
    }
    async share(on) {
      if (!on) return this.#end("screen");
      try {
        const stream = await this.#devices.getDisplayMedia({ video: true });
        return this.#take("screen", stream.getVideoTracks()[0] ?? null);
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

  // src/simulators/protobuf.ts
  var VARINT = 0;
  var BYTES = 2;
  function written(fields) {
    const bytes = [];
    for (const [number, value] of fields) {
      if (value === null || value === void 0) continue;
      if (typeof value === "number" || typeof value === "boolean") bytes.push(...varint(number << 3 | VARINT), ...varint(Number(value)));
      else {
        const content = typeof value === "string" ? new TextEncoder().encode(value) : Array.isArray(value) ? written(value) : value;
        bytes.push(...varint(number << 3 | BYTES), ...varint(content.length), ...content);
      }
    }
    return new Uint8Array(bytes);
  }
  function varint(value) {
    const bytes = [];
    for (let rest = BigInt(value); ; rest >>= 7n) {
      const low = Number(rest & 0x7fn);
      if (rest < 0x80n) return [...bytes, low];
      bytes.push(low | 128);
    }
  }

  // src/simulators/server.ts
  async function answer(path, body, type = "application/json") {
    await fetch(`/_simulator/answers/${trimmed(path)}`, { method: "PUT", body, headers: { "content-type": type } });
  }
  var trimmed = (path) => path.replace(/^\//, "");

  // src/simulators/skins/google_meet/collections.ts
  var CHANNEL = "collections";
  var SYNC = "$rpc/google.rtc.meetings.v1.MeetingSpaceService/SyncMeetingSpaceCollections";
  var SPACE = "spaces/bXJhcHBvcnRldXI/devices/";
  var IN_MEETING = 1;
  var NOT_IN_MEETING = 6;
  var AUDIO = 1;
  var VIDEO = 2;
  var device = ({ id }) => `${SPACE}${100 + id}`;
  var screenDevice = ({ id }) => `${SPACE}${500 + id}`;
  var csrc = ({ id }) => 6660 + id;
  var streamId = ({ id }, role) => String((role === "camera" ? 7e3 : 8e3) + id);
  var messageId = ({ id, at }) => `${SPACE.replace("devices", "messages")}${at}${String(id).padStart(3, "0")}`;
  function user(one, status = IN_MEETING) {
    return [
      [1, device(one)],
      [2, one.name],
      [3, "https://lh3.googleusercontent.com/a/nobody"],
      [4, status],
      [7, one.isVisitor ? [] : null],
      [29, one.name],
      [34, one.isHost ? [] : null]
    ];
  }
  var screen = (one) => [[1, screenDevice(one)], [2, one.name], [4, one.sharing ? IN_MEETING : NOT_IN_MEETING], [21, device(one)], [29, one.name]];
  function outputs(one) {
    const output = (kind, stream, of, on) => [2, [[2, kind], [4, stream], [6, of], [10, [[1, !on]]]]];
    return [
      output(AUDIO, String(csrc(one)), device(one), one.microphone),
      output(VIDEO, streamId(one, "camera"), device(one), one.camera),
      ...one.sharing ? [output(VIDEO, streamId(one, "screen"), screenDevice(one), true)] : []
    ];
  }
  var Collections = class {
    constructor(simulation) {
      this.simulation = simulation;
      simulation.on("joined", (one) => one.isVisitor ? this.#everything() : this.#tell([one]));
      simulation.on("left", (one) => this.#send([[13, [[1, [[1, [[1, ++this.#sent]]], [2, user(one, NOT_IN_MEETING)]]]]]]));
      simulation.on("changed", (one) => {
        if (simulation.phase.at === "call") this.#tell([one]);
      });
      simulation.on("chat", (line) => this.#send([[13, [[4, [[2, chat(line)]]]]]]));
    }
    simulation;
    #sent = 0;
    #queue = Promise.resolve();
    /** As the page asks for the list of people when it comes in. */
    async sync() {
      const users = this.simulation.attendees.map((one) => [2, user(one)]);
      const body = written([[2, [[2, users]]]]);
      await answer(SYNC, btoa(String.fromCharCode(...body)), "application/x-protobuf");
      await fetch(`/${SYNC}`, { method: "POST", body: btoa("space") });
    }
    #everything() {
      void this.sync();
      this.#tell(this.simulation.attendees);
    }
    #tell(whom) {
      const users = whom.flatMap((one) => [[2, user(one)], ...one.sharing || one.id ? [[2, screen(one)]] : []]);
      this.#send([[3, whom.flatMap(outputs)], [13, [[1, [[1, [[1, ++this.#sent]]], ...users]]]]]);
    }
    #send(body) {
      const channel = this.simulation.media?.channel(CHANNEL);
      if (!channel) return;
      this.#queue = this.#queue.then(async () => {
        const bytes = await deflated(written([[1, [[2, body]]]]));
        if (channel.readyState === "connecting") await new Promise((resolve) => channel.addEventListener("open", resolve, { once: true }));
        if (channel.readyState === "open") channel.send(bytes);
      });
    }
  };
  var chat = (line) => [[1, messageId(line)], [2, device(line.from)], [3, line.at], [5, [[1, line.text]]]];
  async function deflated(bytes) {
    return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer();
  }

  // src/simulators/skins/google_meet/toggle.ts
  var LABELS = { microphone: ["Turn off microphone", "Turn on microphone"], camera: ["Turn off camera", "Turn on camera"] };
  var Toggle = class {
    element;
    constructor(part, simulation, dom) {
      const { visitor } = simulation;
      const state = () => ({ "aria-label": dom.t(LABELS[part][visitor[part] ? 0 : 1]), "data-is-muted": !visitor[part] });
      this.element = dom.h("button", {
        type: "button",
        jsname: part === "microphone" ? "hw0c9" : "psRWwc",
        class: "toggle",
        ...state(),
        onclick: () => void visitor.turn(part, !visitor[part])
      }, part === "microphone" ? "\u{1F3A4}" : "\u{1F4F7}");
      simulation.on("changed", ({ isVisitor }) => {
        if (isVisitor) dom.set(this.element, state());
      });
    }
  };

  // src/simulators/skins/google_meet/call.ts
  var NOTICES = {
    recording: ["This video call is being recorded", "Join now"],
    transcription: ["This video call is being transcribed", "Join now"],
    gemini: ["Gemini is taking notes", "Join now"],
    video_differs: ["Others may see your video differently", "Got it"],
    ask_to_unmute: ["The host asks you to unmute", "Got it"]
  };
  var CAPTIONS_KEPT = 3;
  var Call = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
      const { h, t } = this.#tools;
      this.#grid = h("div", { class: "grid" });
      this.#sounds = h("div", {});
      this.#over = h("div", {});
      this.#lines = h("div", { class: "lines", "aria-live": "polite" });
      this.#chat = this.#chatPanel();
      this.#rows = h("div", { role: "list", "aria-label": t("Participants") });
      this.#people = h("aside", { class: "panel", hidden: true, "aria-label": t("People") }, this.#rows);
      this.#said = h("div", { class: "captions", role: "region", tabindex: 0, "aria-label": t("Captions"), hidden: true });
      const { simulation: s } = this;
      this.#offs = [
        s.on("joined", () => this.#refresh()),
        s.on("left", () => this.#refresh()),
        s.on("changed", () => this.#refresh()),
        s.on("media", () => this.#refresh()),
        s.on("chat", (line) => this.#line(line)),
        s.on("caption", (caption) => this.#caption(caption)),
        s.on("notice", ({ kind }) => this.#notice(kind)),
        s.on("phase", () => this.#offs.forEach((off) => off()))
      ];
    }
    simulation;
    dom;
    #tiles = /* @__PURE__ */ new Map();
    #captions = /* @__PURE__ */ new Map();
    #grid;
    #sounds;
    #over;
    #lines;
    #chat;
    #people;
    #rows;
    #said;
    #offs;
    #lastSender = null;
    #group = null;
    /** Lines are in the page from the first opening of the panel on. */
    #chatOpened = false;
    get #tools() {
      return { h: this.dom.h.bind(this.dom), t: this.dom.t.bind(this.dom) };
    }
    show() {
      const { h } = this.#tools, bar = this.#bar();
      this.dom.show(h("div", { class: "call" }, this.#grid, this.#said, this.#people, this.#chat, bar, this.#sounds, this.#over));
      this.dom.autoHide(bar);
      this.#refresh();
    }
    #bar() {
      const { h, t } = this.#tools, { simulation, dom } = this, { visitor } = simulation;
      const captions = h("button", { type: "button", jsname: "r8qRAd", "aria-label": t("Turn on captions"), onclick: () => {
        dom.set(this.#said, { hidden: !this.#said.hidden });
        dom.set(captions, { "aria-label": t(this.#said.hidden ? "Turn on captions" : "Turn off captions") });
      } }, "CC");
      const share = h("button", { type: "button", jsname: "hNGZQc", "aria-label": t("Share screen"), onclick: async () => {
        await visitor.share(!visitor.screen);
        dom.set(share, { "aria-label": t(visitor.screen ? "Stop presenting" : "Share screen") });
      } }, "\u{1F5A5}");
      const panel = (label, which, sign) => h("button", { type: "button", "aria-label": t(label), onclick: () => dom.set(which, { hidden: !which.hidden }) }, sign);
      return h(
        "div",
        { class: "controls", role: "region", "aria-label": t("Call controls") },
        new Toggle("microphone", simulation, dom).element,
        new Toggle("camera", simulation, dom).element,
        captions,
        share,
        ...this.#more(),
        h("button", { type: "button", "aria-label": t("Chat with everyone"), onclick: () => this.#openChat() }, "\u{1F4AC}"),
        panel("People", this.#people, "\u{1F465}"),
        h("button", { type: "button", class: "leave", jsname: "CQylAd", "aria-label": t("Leave call"), onclick: () => simulation.leave() }, "\u260E")
      );
    }
    /** A menu, in it a dialog with the views. */
    #more() {
      const { h, t } = this.#tools, { dom } = this;
      const view = (name, says) => h("div", {
        role: "radio",
        tabindex: 0,
        "aria-label": t(says),
        "aria-checked": false,
        onclick: () => {
          report("layout", { view: name });
          dom.set(this.#grid, { "data-view": name });
        }
      }, t(says));
      const choose = () => {
        dom.set(menu, { hidden: true });
        const dialog = h(
          "div",
          { class: "dialog", role: "dialog" },
          view("gallery", "Tiled"),
          view("speaker", "Spotlight"),
          h("button", { type: "button", "aria-label": t("Close"), onclick: () => dialog.remove() }, "\u2715")
        );
        dom.add(this.#over, dialog);
      };
      const menu = h(
        "div",
        { class: "menu", role: "menu", hidden: true },
        h("div", { role: "menuitem", tabindex: 0, jsname: "WZerud", onclick: choose }, t("Change layout"))
      );
      return [menu, h("button", { type: "button", jsname: "NakZHc", "aria-label": t("More options"), onclick: () => dom.set(menu, { hidden: !menu.hidden }) }, "\u22EE")];
    }
    // --- tiles and sound ----------------------------------------------------------------------------------------------------
    #refresh() {
      const { attendees, media, visitor } = this.simulation, { t } = this.#tools, wanted = /* @__PURE__ */ new Set();
      for (const one of attendees) {
        const key = device(one), tile = this.#tile(key, one, one.name);
        wanted.add(key);
        this.dom.play(tile.video, one.isVisitor ? visitor.camera : one.camera ? media?.streamOf(one, "camera") ?? null : null);
        tile.video.hidden = !one.camera;
        this.dom.set(tile.level, { class: `level ${one.speaking ? "Oaajhc" : "gjg47c"}`, "data-audio-level": one.speaking ? 3 : 0 });
        if (!one.sharing || one.isVisitor) continue;
        const shown = this.#tile(screenDevice(one), one, t("{name} (Presentation)", { name: one.name }));
        wanted.add(screenDevice(one));
        this.dom.play(shown.video, media?.streamOf(one, "screen") ?? null);
      }
      for (const [key, { element }] of this.#tiles) {
        if (wanted.has(key)) continue;
        element.remove();
        this.#tiles.delete(key);
      }
      this.#listen();
      this.#list();
    }
    #tile(key, one, name) {
      const known2 = this.#tiles.get(key), { h, t } = this.#tools;
      if (known2) return known2;
      const video = h("video", { autoplay: true, muted: true, playsinline: true }), level = h("div", { class: "level gjg47c" }, "\u2022");
      const effects = one.isVisitor ? h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "\u2728") : null;
      const element = h(
        "div",
        { class: "oZRSLe", "data-participant-id": key, "data-requested-participant-id": key },
        video,
        h("span", { class: "notranslate" }, name),
        level,
        effects
      );
      this.dom.add(this.#grid, element);
      const tile = { element, video, level };
      this.#tiles.set(key, tile);
      return tile;
    }
    #listen() {
      const { h } = this.#tools, wanted = this.simulation.media?.played.filter(({ role }) => role === "audio") ?? [];
      const playing = new Set([...this.#sounds.children].map((audio) => audio.srcObject));
      for (const { stream } of wanted) {
        if (!playing.has(stream)) this.dom.add(this.#sounds, h("audio", { autoplay: true, ".srcObject": stream }));
      }
    }
    #list() {
      const { h, t } = this.#tools;
      this.dom.fill(this.#rows, this.simulation.attendees.map((one) => h(
        "div",
        { role: "listitem", "aria-label": one.name, "data-participant-id": device(one) },
        h("span", { class: "zWGUib" }, one.name),
        one.isVisitor ? h("span", {}, ` ${t("(You)")}`) : null,
        one.isHost ? h("div", { class: "d93U2d" }, t("Meeting host")) : null
      )));
    }
    // --- chat, captions, notices --------------------------------------------------------------------------------------------
    #chatPanel() {
      const { h, t } = this.#tools;
      const field = h("textarea", { "aria-label": t("Send a message"), placeholder: t("Send a message"), maxlength: 500, jsname: "YPqjbf" });
      const send = () => {
        const text = field.value.trim();
        field.value = "";
        if (text) this.simulation.say(text);
      };
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        send();
      });
      return h(
        "aside",
        { class: "panel", hidden: true },
        this.#lines,
        field,
        h("button", { type: "button", jsname: "SoqoBf", "aria-label": t("Send a message"), onclick: send }, "\u27A4")
      );
    }
    #openChat() {
      this.dom.set(this.#chat, { hidden: !this.#chat.hidden });
      if (this.#chatOpened) return;
      this.#chatOpened = true;
      for (const line of this.simulation.chat) this.#line(line);
    }
    /** Lines that one person writes one after the other stand below the name once. */
    #line(line) {
      if (!this.#chatOpened) return;
      const { h, t } = this.#tools;
      if (!this.#group || this.#lastSender !== line.from) {
        this.#group = h("div", { class: "Ss4fHf" }, h(
          "div",
          { class: "HNucUd" },
          h("span", { class: "poVWob" }, line.from.isVisitor ? t("You") : line.from.name)
        ));
        this.#lastSender = line.from;
        this.dom.add(this.#lines, this.#group);
      }
      this.dom.add(this.#group, h("div", { class: "ptNLrf", "data-message-id": messageId(line) }, h("div", { jsname: "dTKtvb" }, line.text)));
    }
    #caption({ id, from, text }) {
      const { h } = this.#tools, known2 = this.#captions.get(id);
      if (known2) return this.dom.fill(known2.text, text);
      const words = h("div", { class: "ygicle VbkSUe" }, text);
      const row = h("div", { class: "nMcdL" }, h("span", { class: "NWpY1d" }, from.name), words);
      this.dom.add(this.#said, row);
      this.#captions.set(id, { row, text: words });
      for (const [old, { row: gone }] of this.#captions) {
        if (this.#captions.size <= CAPTIONS_KEPT) break;
        gone.remove();
        this.#captions.delete(old);
      }
    }
    #notice(kind) {
      const { h, t } = this.#tools, [text, button] = NOTICES[kind] ?? ["Gemini is taking notes", "Got it"];
      const dialog = h(
        "div",
        { class: "dialog", role: "dialog", "aria-modal": true },
        h("h2", {}, t(text)),
        h("button", { type: "button", "data-mdc-dialog-action": "ok", onclick: () => dialog.remove() }, t(button))
      );
      this.dom.add(this.#over, dialog);
    }
  };

  // src/simulators/skins/google_meet/css.ts
  var CSS = `
  .green-room { min-height: 100%; display: flex; gap: 40px; align-items: center; justify-content: center; background: #fff }
  .preview, .self { width: 420px; aspect-ratio: 16 / 9; border-radius: 10px; background: #202124; position: relative }
  .self button { position: absolute; right: 10px; bottom: 10px }
  .self .notranslate { position: absolute; left: 12px; bottom: 10px; color: #fff }
  .preview .toggles { position: absolute; bottom: 12px; width: 100%; display: flex; gap: 10px; justify-content: center }
  .ready { width: 300px; display: grid; gap: 14px; justify-items: center }
  .ready input { width: 100%; padding: 14px; border: 0; border-bottom: 2px solid #1a73e8; font: inherit; background: #f1f3f4 }
  .ready button { padding: 12px 26px; border: 0; border-radius: 26px; background: #1a73e8; color: #fff }
  .ready .other { background: none; color: #1a73e8 }
  .dialog { position: fixed; left: 50%; top: 24%; transform: translateX(-50%); background: #fff; padding: 24px; border-radius: 12px;
            box-shadow: 0 6px 40px #0005; display: grid; gap: 12px; z-index: 10; max-width: 420px }
  .dialog h2 { font-size: 19px; margin: 0 }
  .dialog button, .tip button { padding: 10px 18px; border-radius: 20px; border: 1px solid #dadce0; background: #fff; color: #1a73e8 }
  .tip { position: fixed; left: 50%; top: 44%; width: 700px; height: 120px; transform: translateX(-50%); background: #1a73e8; color: #fff;
         padding: 20px; border-radius: 10px; z-index: 8 }
  .toggle { width: 44px; height: 44px; border-radius: 50%; border: 1px solid #8886 }
  .lobby, .wall { min-height: 100%; display: grid; place-items: center; align-content: center; gap: 20px; text-align: center }
  .bar { display: flex; gap: 10px; align-items: center }
  .leave { background: #ea4335; color: #fff; border: 0; border-radius: 22px; padding: 10px 22px }
  .call { position: relative; height: 100%; background: #202124; overflow: hidden }
  .grid { position: absolute; inset: 12px 12px 84px; display: grid; gap: 10px; align-content: center;
          grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)) }
  .grid[data-view=speaker] .oZRSLe:not(:first-child) { display: none }
  .menu { background: #fff; padding: 10px; border-radius: 8px }
  .oZRSLe { position: relative; aspect-ratio: 16 / 9; border-radius: 10px; overflow: hidden; background: #3c4043; border: 3px solid transparent }
  .oZRSLe video { position: absolute; inset: 0; width: 100%; height: 100% }
  .oZRSLe .notranslate { position: absolute; left: 12px; bottom: 8px; color: #fff }
  .oZRSLe .level { position: absolute; right: 8px; top: 8px; color: #fff }
  .oZRSLe button { position: absolute; right: 8px; bottom: 8px }
  .controls { position: absolute; bottom: 16px; width: 100%; display: flex; justify-content: center; gap: 10px; z-index: 4 }
  .controls button { height: 44px; min-width: 44px; border-radius: 22px; border: 0 }
  .panel { position: absolute; right: 12px; top: 12px; bottom: 84px; width: 320px; background: #fff; border-radius: 10px; padding: 14px; z-index: 3; overflow: auto }
  .captions { position: absolute; left: 12%; right: 12%; bottom: 84px; color: #fff; background: #000a; padding: 10px; z-index: 2 }
  .Ss4fHf { margin: 8px 0 }
  .NWpY1d { font-weight: 600; display: block }
`;

  // src/simulators/skins/google_meet/words.ts
  var WORDS = {
    "Your name": { de: "Ihr Name", es: "Tu nombre", ja: "\u540D\u524D" },
    "What's your name?": { de: "Wie hei\xDFen Sie?", es: "\xBFC\xF3mo te llamas?", ja: "\u304A\u540D\u524D\u3092\u5165\u529B\u3057\u3066\u304F\u3060\u3055\u3044" },
    "Ask to join": { de: "Teilnahme erbitten", es: "Solicitar unirse", ja: "\u53C2\u52A0\u3092\u30EA\u30AF\u30A8\u30B9\u30C8" },
    "Join now": { de: "Jetzt teilnehmen", es: "Unirse ahora", ja: "\u4ECA\u3059\u3050\u53C2\u52A0" },
    "Other ways to join": { de: "Weitere Teilnahmem\xF6glichkeiten", es: "Otras formas de unirse", ja: "\u305D\u306E\u4ED6\u306E\u53C2\u52A0\u65B9\u6CD5" },
    "Sign in with your Google Account": { de: "Mit Ihrem Google-Konto anmelden", es: "Inicia sesi\xF3n con tu cuenta de Google", ja: "Google \u30A2\u30AB\u30A6\u30F3\u30C8\u3067\u30ED\u30B0\u30A4\u30F3" },
    "Do you want people to hear you in the meeting?": {
      de: "Sollen andere Sie in der Videokonferenz h\xF6ren?",
      es: "\xBFQuieres que te oigan en la reuni\xF3n?",
      ja: "\u4F1A\u8B70\u4E2D\u306B\u81EA\u5206\u306E\u58F0\u3092\u805E\u3053\u3048\u308B\u3088\u3046\u306B\u3057\u307E\u3059\u304B\uFF1F"
    },
    "Use microphone": { de: "Mikrofon verwenden", es: "Usar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u3092\u4F7F\u7528" },
    "Continue without microphone and camera": {
      de: "Ohne Mikrofon und Kamera fortfahren",
      es: "Continuar sin micr\xF3fono ni c\xE1mara",
      ja: "\u30DE\u30A4\u30AF\u3068\u30AB\u30E1\u30E9\u3092\u4F7F\u7528\u305B\u305A\u306B\u7D9A\u884C"
    },
    "Got it": { de: "OK, verstanden", es: "Entendido", ja: "OK\u3001\u9589\u3058\u308B" },
    "Your meeting is safe": { de: "Ihre Videokonferenz ist sicher", es: "Tu reuni\xF3n es segura", ja: "\u4F1A\u8B70\u306E\u5B89\u5168\u306F\u78BA\u4FDD\u3055\u308C\u3066\u3044\u307E\u3059" },
    "Try a new layout": { de: "Neues Layout ausprobieren", es: "Prueba un nuevo dise\xF1o", ja: "\u65B0\u3057\u3044\u30EC\u30A4\u30A2\u30A6\u30C8\u3092\u304A\u8A66\u3057\u304F\u3060\u3055\u3044" },
    "Turn off microphone": { de: "Mikrofon deaktivieren", es: "Desactivar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u3092\u30AA\u30D5\u306B\u3059\u308B" },
    "Turn on microphone": { de: "Mikrofon aktivieren", es: "Activar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u3092\u30AA\u30F3\u306B\u3059\u308B" },
    "Turn off camera": { de: "Kamera deaktivieren", es: "Desactivar c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30D5\u306B\u3059\u308B" },
    "Turn on camera": { de: "Kamera aktivieren", es: "Activar c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30F3\u306B\u3059\u308B" },
    "Backgrounds and effects": { de: "Hintergr\xFCnde und Effekte", es: "Fondos y efectos", ja: "\u80CC\u666F\u3068\u30A8\u30D5\u30A7\u30AF\u30C8" },
    "Asking to be let in...": { de: "Es wird um Zulassung gebeten \u2026", es: "Solicitando permiso para entrar...", ja: "\u53C2\u52A0\u306E\u8A31\u53EF\u3092\u30EA\u30AF\u30A8\u30B9\u30C8\u3057\u3066\u3044\u307E\u3059..." },
    "You'll join the call when someone lets you in": {
      de: "Sie nehmen teil, sobald Sie jemand einl\xE4sst",
      es: "Te unir\xE1s a la llamada cuando alguien te deje entrar",
      ja: "\u627F\u8AFE\u3055\u308C\u308B\u3068\u901A\u8A71\u306B\u53C2\u52A0\u3067\u304D\u307E\u3059"
    },
    "Waiting for the host to join": { de: "Warten auf den Organisator", es: "Esperando a que se una el anfitri\xF3n", ja: "\u4E3B\u50AC\u8005\u306E\u53C2\u52A0\u3092\u5F85\u3063\u3066\u3044\u307E\u3059" },
    "Return to home screen": { de: "Zur\xFCck zum Startbildschirm", es: "Volver a la pantalla de inicio", ja: "\u30DB\u30FC\u30E0\u753B\u9762\u306B\u623B\u308B" },
    "Ask to join again": { de: "Erneut um Teilnahme bitten", es: "Volver a solicitar unirse", ja: "\u3082\u3046\u4E00\u5EA6\u53C2\u52A0\u3092\u30EA\u30AF\u30A8\u30B9\u30C8" },
    "Someone in the call denied your request to join": {
      de: "Jemand hat Ihre Teilnahmeanfrage abgelehnt",
      es: "Alguien de la llamada ha rechazado tu solicitud para unirte",
      ja: "\u53C2\u52A0\u30EA\u30AF\u30A8\u30B9\u30C8\u304C\u62D2\u5426\u3055\u308C\u307E\u3057\u305F"
    },
    "No one responded to your request to join the call": {
      de: "Niemand hat auf Ihre Teilnahmeanfrage geantwortet",
      es: "Nadie ha respondido a tu solicitud para unirte a la llamada",
      ja: "\u53C2\u52A0\u30EA\u30AF\u30A8\u30B9\u30C8\u3078\u306E\u5FDC\u7B54\u304C\u3042\u308A\u307E\u305B\u3093\u3067\u3057\u305F"
    },
    "You can't join this video call": { de: "Sie k\xF6nnen an diesem Videoanruf nicht teilnehmen", es: "No puedes unirte a esta videollamada", ja: "\u3053\u306E\u30D3\u30C7\u30AA\u901A\u8A71\u306B\u53C2\u52A0\u3067\u304D\u307E\u305B\u3093" },
    "No one can join a meeting unless invited or admitted by the host": {
      de: "Nur wer eingeladen oder vom Organisator zugelassen ist, kann teilnehmen",
      es: "Nadie puede unirse a una reuni\xF3n si no lo invita o admite el anfitri\xF3n",
      ja: "\u4E3B\u50AC\u8005\u306E\u62DB\u5F85\u307E\u305F\u306F\u8A31\u53EF\u304C\u306A\u3051\u308C\u3070\u4F1A\u8B70\u306B\u53C2\u52A0\u3067\u304D\u307E\u305B\u3093"
    },
    "This meeting is full": { de: "Diese Videokonferenz ist voll", es: "Esta reuni\xF3n est\xE1 completa", ja: "\u3053\u306E\u4F1A\u8B70\u306F\u6E80\u54E1\u3067\u3059" },
    "Check your meeting code": { de: "Pr\xFCfen Sie den Besprechungscode", es: "Comprueba el c\xF3digo de la reuni\xF3n", ja: "\u4F1A\u8B70\u30B3\u30FC\u30C9\u3092\u78BA\u8A8D\u3057\u3066\u304F\u3060\u3055\u3044" },
    "Your meeting code has expired": { de: "Ihr Besprechungscode ist abgelaufen", es: "El c\xF3digo de la reuni\xF3n ha caducado", ja: "\u4F1A\u8B70\u30B3\u30FC\u30C9\u306E\u6709\u52B9\u671F\u9650\u304C\u5207\u308C\u3066\u3044\u307E\u3059" },
    "Sign in": { de: "Anmelden", es: "Iniciar sesi\xF3n", ja: "\u30ED\u30B0\u30A4\u30F3" },
    "to continue to Google Meet with your Google Account": {
      de: "mit Ihrem Google-Konto, um fortzufahren",
      es: "con tu cuenta de Google para continuar",
      ja: "Google \u30A2\u30AB\u30A6\u30F3\u30C8\u3067\u7D9A\u884C"
    },
    "I'm not a robot": { de: "Ich bin kein Roboter", es: "No soy un robot", ja: "\u79C1\u306F\u30ED\u30DC\u30C3\u30C8\u3067\u306F\u3042\u308A\u307E\u305B\u3093" },
    "You've been removed from the meeting": { de: "Sie wurden aus der Videokonferenz entfernt", es: "Se te ha quitado de la reuni\xF3n", ja: "\u4F1A\u8B70\u304B\u3089\u524A\u9664\u3055\u308C\u307E\u3057\u305F" },
    "Your host ended the meeting for everyone": {
      de: "Der Organisator hat die Videokonferenz f\xFCr alle beendet",
      es: "El anfitri\xF3n ha finalizado la reuni\xF3n para todos",
      ja: "\u4E3B\u50AC\u8005\u304C\u5168\u54E1\u306E\u4F1A\u8B70\u3092\u7D42\u4E86\u3057\u307E\u3057\u305F"
    },
    "You left the meeting": { de: "Sie haben die Videokonferenz verlassen", es: "Has salido de la reuni\xF3n", ja: "\u4F1A\u8B70\u304B\u3089\u9000\u51FA\u3057\u307E\u3057\u305F" },
    "Call controls": { de: "Anrufsteuerung", es: "Controles de llamada", ja: "\u901A\u8A71\u306E\u64CD\u4F5C" },
    "Leave call": { de: "Anruf verlassen", es: "Salir de la llamada", ja: "\u901A\u8A71\u304B\u3089\u9000\u51FA" },
    "Turn on captions": { de: "Untertitel aktivieren", es: "Activar subt\xEDtulos", ja: "\u5B57\u5E55\u3092\u30AA\u30F3\u306B\u3059\u308B" },
    "Turn off captions": { de: "Untertitel deaktivieren", es: "Desactivar subt\xEDtulos", ja: "\u5B57\u5E55\u3092\u30AA\u30D5\u306B\u3059\u308B" },
    "Captions": { de: "Untertitel", es: "Subt\xEDtulos", ja: "\u5B57\u5E55" },
    "Share screen": { de: "Bildschirm teilen", es: "Compartir pantalla", ja: "\u753B\u9762\u3092\u5171\u6709" },
    "Stop presenting": { de: "Pr\xE4sentation beenden", es: "Dejar de presentar", ja: "\u753B\u9762\u5171\u6709\u3092\u505C\u6B62" },
    "Change layout": { de: "Layout \xE4ndern", es: "Cambiar dise\xF1o", ja: "\u30EC\u30A4\u30A2\u30A6\u30C8\u3092\u5909\u66F4" },
    "Tiled": { de: "Kacheln", es: "Mosaico", ja: "\u30BF\u30A4\u30EB\u8868\u793A" },
    "Spotlight": { es: "Destacado", ja: "\u30B9\u30DD\u30C3\u30C8\u30E9\u30A4\u30C8" },
    "More options": { de: "Weitere Optionen", es: "M\xE1s opciones", ja: "\u305D\u306E\u4ED6\u306E\u30AA\u30D7\u30B7\u30E7\u30F3" },
    "Chat with everyone": { de: "Mit allen chatten", es: "Chatear con todos", ja: "\u5168\u54E1\u3068\u30C1\u30E3\u30C3\u30C8" },
    "People": { de: "Teilnehmer", es: "Personas", ja: "\u30E6\u30FC\u30B6\u30FC" },
    "Participants": { de: "Teilnehmerliste", es: "Participantes", ja: "\u53C2\u52A0\u8005" },
    "Meeting host": { de: "Organisator", es: "Anfitri\xF3n de la reuni\xF3n", ja: "\u4F1A\u8B70\u306E\u4E3B\u50AC\u8005" },
    "Send a message": { de: "Nachricht senden", es: "Enviar un mensaje", ja: "\u30E1\u30C3\u30BB\u30FC\u30B8\u3092\u9001\u4FE1" },
    "Close": { de: "Schlie\xDFen", es: "Cerrar", ja: "\u9589\u3058\u308B" },
    "(You)": { de: "(Ich)", es: "(T\xFA)", ja: "\uFF08\u81EA\u5206\uFF09" },
    "You": { de: "Ich", es: "T\xFA", ja: "\u81EA\u5206" },
    "{name} (Presentation)": { de: "{name} (Pr\xE4sentation)", es: "{name} (presentaci\xF3n)", ja: "{name}\uFF08\u30D7\u30EC\u30BC\u30F3\u30C6\u30FC\u30B7\u30E7\u30F3\uFF09" },
    "This video call is being recorded": { de: "Dieser Videoanruf wird aufgezeichnet", es: "Se est\xE1 grabando esta videollamada", ja: "\u3053\u306E\u30D3\u30C7\u30AA\u901A\u8A71\u306F\u9332\u753B\u3055\u308C\u3066\u3044\u307E\u3059" },
    "This video call is being transcribed": { de: "Dieser Videoanruf wird transkribiert", es: "Se est\xE1 transcribiendo esta videollamada", ja: "\u3053\u306E\u30D3\u30C7\u30AA\u901A\u8A71\u306F\u6587\u5B57\u8D77\u3053\u3057\u3055\u308C\u3066\u3044\u307E\u3059" },
    "Gemini is taking notes": { de: "Gemini macht Notizen", es: "Gemini est\xE1 tomando notas", ja: "Gemini \u304C\u30E1\u30E2\u3092\u4F5C\u6210\u3057\u3066\u3044\u307E\u3059" },
    "Others may see your video differently": {
      de: "Andere sehen Ihr Video m\xF6glicherweise anders",
      es: "Otros pueden ver tu v\xEDdeo de forma distinta",
      ja: "\u4ED6\u306E\u53C2\u52A0\u8005\u306B\u306F\u52D5\u753B\u304C\u7570\u306A\u3063\u3066\u898B\u3048\u308B\u5834\u5408\u304C\u3042\u308A\u307E\u3059"
    },
    "The host asks you to unmute": { de: "Der Organisator bittet Sie, Ihr Mikrofon zu aktivieren", es: "El anfitri\xF3n te pide que actives el micr\xF3fono", ja: "\u4E3B\u50AC\u8005\u304C\u30DF\u30E5\u30FC\u30C8\u89E3\u9664\u3092\u6C42\u3081\u3066\u3044\u307E\u3059" }
  };

  // src/simulators/skins/google_meet.ts
  var TIPS = ["Your meeting is safe", "Try a new layout"];
  var TIPS_AFTER_S = 0.6;
  var OUT = {
    denied: ["Someone in the call denied your request to join"],
    no_answer: ["No one responded to your request to join the call"],
    bot_wall: ["You can't join this video call"],
    locked: ["You can't join this video call", "No one can join a meeting unless invited or admitted by the host"],
    full: ["This meeting is full"],
    not_found: ["Check your meeting code"],
    ended_before: ["Your meeting code has expired"],
    login_wall: ["Sign in", "to continue to Google Meet with your Google Account"],
    captcha: [],
    removed: ["You've been removed from the meeting"],
    ended: ["Your host ended the meeting for everyone"],
    left: ["You left the meeting"]
  };
  var Page = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
      simulation.on("phase", (phase) => this.#phase(phase));
    }
    simulation;
    dom;
    #name = "";
    #phase(phase) {
      switch (phase.at) {
        case "prejoin":
          return this.#greenRoom();
        // Meet has no passwords; a scenario that has one stays here.
        case "password":
          return this.#greenRoom();
        case "waiting":
          return this.#waiting(phase.for);
        case "call":
          return new Call(this.simulation, this.dom).show();
        case "out":
          return this.#out(phase.why);
      }
    }
    // --- before the call ----------------------------------------------------------------------------------------------------
    #greenRoom() {
      const { dom, simulation } = this, { h, t } = tools(dom), { signed_in: known2 } = simulation.setup;
      void simulation.visitor.ask();
      const name = h("input", {
        type: "text",
        class: "qdOxv-fmcmS-wGMbrd",
        jsname: "YPqjbf",
        "aria-label": t("Your name"),
        placeholder: t("Your name"),
        maxlength: 60,
        autocomplete: "name"
      });
      const label = t(known2 ? "Join now" : "Ask to join");
      const join = h("button", {
        type: "button",
        class: "UywwFc-LgbsSe",
        jsname: "Qx7uuf",
        primary: true,
        onclick: () => this.#join(known2 ? "Notes" : name.value)
      }, h("span", { jsname: "V67aGc" }, label));
      dom.show(
        h(
          "div",
          { class: "green-room" },
          h(
            "div",
            { class: "preview" },
            h("div", { class: "self" }, h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "\u2728")),
            h("div", { class: "toggles" }, new Toggle("microphone", simulation, dom).element, new Toggle("camera", simulation, dom).element)
          ),
          h(
            "div",
            { class: "ready" },
            known2 ? h("h2", {}, simulation.setup.title) : [h("h2", {}, t("What's your name?")), name],
            join,
            h("button", { type: "button", class: "other", "aria-haspopup": "menu" }, t("Other ways to join")),
            known2 ? null : h("a", { href: "#" }, t("Sign in with your Google Account"))
          )
        )
      );
      if (!known2) this.#devicePrompt();
      simulation.later(TIPS_AFTER_S, () => this.#tip(0));
    }
    #join(name) {
      this.#name = name.trim();
      if (this.#name) this.simulation.join({ name: this.#name });
    }
    #devicePrompt() {
      const { dom } = this, { h, t } = tools(dom), close = () => dialog.remove();
      const dialog = h(
        "div",
        { class: "dialog", role: "dialog", "aria-modal": true },
        h("h2", {}, t("Do you want people to hear you in the meeting?")),
        h("button", { type: "button", onclick: () => {
          close();
          void this.simulation.visitor.turn("microphone", true);
        } }, t("Use microphone")),
        h("button", { type: "button", onclick: close }, t("Continue without microphone and camera"))
      );
      dom.add(dom.root, dialog);
    }
    /** They come one after the other, and lie over what is below them. */
    #tip(number) {
      const text = TIPS[number];
      if (!text || this.simulation.phase.at !== "prejoin") return;
      const { dom } = this, { h, t } = tools(dom);
      const tip = h("div", { class: "tip" }, t(text), h("button", { type: "button", onclick: () => {
        tip.remove();
        this.#tip(number + 1);
      } }, t("Got it")));
      dom.add(dom.root, tip);
    }
    /** As the real one it shows what a call shows: one's own picture, switches, and a button to leave. */
    #waiting(whom) {
      const { dom, simulation } = this, { h, t } = tools(dom);
      dom.show(h(
        "div",
        { class: "lobby" },
        h(
          "div",
          { class: "self", "data-participant-id": "self" },
          h("span", { class: "notranslate" }, this.#name),
          h("button", { type: "button", "aria-label": t("Backgrounds and effects") }, "\u2728")
        ),
        h(
          "div",
          { role: "status" },
          whom === "host" ? h("p", {}, t("Waiting for the host to join")) : [h("p", {}, t("Asking to be let in...")), h("p", {}, t("You'll join the call when someone lets you in"))]
        ),
        h("button", { type: "button", onclick: () => simulation.leave() }, t("Return to home screen")),
        h(
          "div",
          { class: "bar" },
          new Toggle("microphone", simulation, dom).element,
          new Toggle("camera", simulation, dom).element,
          h("button", { type: "button", jsname: "CQylAd", class: "leave", "aria-label": t("Leave call"), onclick: () => simulation.leave() }, "\u260E")
        )
      ));
    }
    // --- behind the door ----------------------------------------------------------------------------------------------------
    #out(why) {
      const { dom, simulation } = this, { h, t } = tools(dom), [title = "", ...more] = OUT[why];
      if (why === "captcha") return this.#captcha();
      const again = why === "denied" ? h("button", { type: "button", onclick: () => simulation.join({ name: this.#name }) }, t("Ask to join again")) : null;
      dom.show(h(
        "div",
        { class: "wall" },
        h("h1", { class: why === "removed" || why === "ended" ? "roSPhc" : "heading" }, t(title)),
        more.map((text) => h("p", {}, t(text))),
        again,
        h("button", { type: "button" }, t("Return to home screen"))
      ));
    }
    #captcha() {
      const { h, t } = tools(this.dom);
      this.dom.show(h("div", { class: "wall" }, h("iframe", {
        title: "reCAPTCHA challenge",
        src: "/_simulator/empty?recaptcha/enterprise/bframe",
        width: 300,
        height: 150
      }), h("p", {}, t("I'm not a robot"))));
    }
  };
  function tools(dom) {
    return { h: dom.h.bind(dom), t: dom.t.bind(dom) };
  }
  run({
    name: "google_meet",
    words: WORDS,
    css: CSS,
    quirks: ["no_collections"],
    early: ["not_found", "login_wall", "bot_wall", "captcha", "ended_before", "full"],
    delivery: ({ quirks }) => ({
      mode: "rotating",
      offers: "page",
      csrc,
      channels: quirks.includes("no_collections") ? [] : [CHANNEL],
      ids: (of, role, index) => {
        const stream = of && role !== "audio" ? streamId(of, role) : `pool-${index}`;
        return { stream, track: `${stream}-track` };
      }
    }),
    start(simulation, dom) {
      document.title = `Meet - ${simulation.setup.title}`;
      if (!simulation.has("no_collections")) new Collections(simulation);
      new Page(simulation, dom);
      dom.document.body.append(Object.assign(dom.document.createElement("iframe"), {
        title: "reCAPTCHA",
        src: "/_simulator/empty?recaptcha/enterprise/anchor",
        style: "visibility: hidden; width: 0; height: 0; border: 0"
      }));
    }
  });
})();
