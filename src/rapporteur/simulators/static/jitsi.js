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
    #tell(message2, transfer = []) {
      this.#studio.postMessage(message2, transfer);
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
    addEventListener("error", ({ message: message2 }) => report("fault", { message: message2 }));
    addEventListener("unhandledrejection", ({ reason }) => report("fault", { message: String(reason) }));
    const simulation = new Simulation(simulatedMeeting, skin);
    const dom = new Builder(simulatedMeeting, skin.words, (seconds, act) => simulation.later(seconds, act));
    dom.style(BASE + (skin.css ?? ""));
    report("opened", { address: location.href });
    void Promise.resolve(skin.start(simulation, dom)).then(() => simulation.open());
  }

  // src/simulators/skins/jitsi/door.ts
  var OUT = {
    denied: "Your request to join has been declined.",
    no_answer: "Nobody answered your request to join.",
    full: "The meeting has reached its maximum number of participants.",
    locked: "This meeting is locked.",
    removed: "You have been kicked out of the meeting",
    ended: "The meeting has been terminated",
    ended_before: "The meeting has been terminated",
    not_found: "This meeting does not exist.",
    login_wall: "Authentication required",
    captcha: "Please verify that you are human.",
    bot_wall: "This meeting does not admit automated participants.",
    left: "Thank you for using this meeting!"
  };
  var SWITCHES = { microphone: ["Mute microphone", "Unmute microphone", "\u25C9"], camera: ["Stop camera", "Start camera", "\u25A3"] };
  var Door = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
    }
    simulation;
    dom;
    prejoin() {
      const { dom, simulation } = this, { signed_in, title } = simulation.setup, ask = dom.t("Enter your name");
      void simulation.visitor.ask();
      const name = dom.h("input", {
        id: "premeeting-name-input",
        class: "input",
        placeholder: ask,
        "aria-label": ask,
        autocomplete: "off"
      });
      const complaint = dom.h("div", { class: "error", role: "alert", hidden: true }, dom.t("Please enter your name here"));
      const join = () => {
        const given = signed_in ? "Signed-in member" : name.value.trim();
        dom.set(complaint, { hidden: Boolean(given) });
        if (given) simulation.join({ name: given });
      };
      this.#card(
        "premeeting-screen",
        dom.h("h1", { class: "title" }, dom.t("Join meeting")),
        dom.h("div", { class: "subject" }, title),
        signed_in ? null : [name, complaint],
        dom.h("div", {
          class: "action-btn primary",
          role: "button",
          tabindex: 0,
          "data-testid": "prejoin.joinMeeting",
          "aria-label": dom.t("Join meeting"),
          onclick: join,
          primary: true
        }, dom.t("Join meeting")),
        this.#devices()
      );
    }
    lobby() {
      const { dom } = this;
      this.#card(
        "premeeting-screen lobby-screen",
        dom.h("h1", { class: "title" }, dom.t("Asking to join the meeting...")),
        dom.h(
          "div",
          { class: "lobby-screen-content" },
          dom.h("div", { class: "spinner" }),
          dom.h("span", {}, dom.t("Waiting for a moderator to let you in."))
        ),
        this.#cancel("lobby.cancelButton"),
        this.#devices()
      );
    }
    notStarted() {
      const { dom } = this;
      this.#card(
        "premeeting-screen",
        dom.h("h1", { class: "title" }, dom.t("Waiting for an authenticated user")),
        dom.h("p", {}, dom.t("The conference has not yet started because no moderators have yet arrived.")),
        this.#cancel(null)
      );
    }
    password(wrong) {
      const { dom } = this;
      const field = dom.h("input", {
        type: "password",
        name: "lockKey",
        class: "input",
        placeholder: dom.t("Password"),
        autocomplete: "new-password"
      });
      const give = (event) => {
        event.preventDefault();
        this.simulation.givePassword(field.value);
      };
      this.#card("premeeting-screen", dom.h(
        "form",
        { class: "form", role: "dialog", "aria-modal": true, onsubmit: give },
        dom.h("h1", { class: "title" }, dom.t("Password required")),
        wrong ? dom.h("p", { class: "error" }, dom.t("Incorrect password")) : null,
        field,
        dom.h("button", { class: "action-btn primary", id: "modal-dialog-ok-button", type: "submit" }, dom.t("Join meeting"))
      ));
    }
    out(why) {
      const { dom } = this;
      const said = dom.h("h1", { class: "title" }, dom.t(OUT[why]));
      this.#card("premeeting-screen", dom.h("div", { role: "dialog", "aria-modal": true }, said));
    }
    #card(kind, ...content) {
      this.dom.show(this.dom.h("div", { class: kind }, this.dom.h("div", { class: "content-controls" }, content)));
    }
    #cancel(testid) {
      const onclick = () => this.simulation.leave();
      const attributes = { class: "action-btn text", role: "button", tabindex: 0, "data-testid": testid, onclick };
      return this.dom.h("div", attributes, this.dom.t("Cancel"));
    }
    #devices() {
      const { dom, simulation } = this;
      return dom.h("div", { class: "media-row" }, ["microphone", "camera"].map((part) => deviceSwitch(simulation, dom, part)));
    }
  };
  function deviceSwitch(simulation, dom, part) {
    const { visitor } = simulation, [stop, start2, sign] = SWITCHES[part];
    const state = () => ({ "aria-label": dom.t(visitor[part] ? stop : start2), "aria-pressed": !visitor[part] });
    const turn = () => void visitor.turn(part, !visitor[part]);
    const button = dom.h("div", { class: "toolbox-button", role: "button", tabindex: 0, ...state(), onclick: turn }, sign);
    simulation.on("changed", ({ isVisitor }) => {
      if (isVisitor) dom.set(button, state());
    });
    return button;
  }

  // src/simulators/skins/jitsi/objects.ts
  var endpoint = ({ id }) => (2712847104 + id).toString(16);
  function publish(simulation) {
    const joined = () => simulation.phase.at === "call";
    const others = () => simulation.attendees.filter(({ isVisitor }) => !isVisitor);
    const room = {
      getParticipants: () => others().map(participant),
      sendTextMessage: (text) => simulation.say(text),
      myUserId: () => endpoint(simulation.me)
    };
    const getState = () => ({
      "features/base/participants": {
        local: entry(simulation.me),
        remote: new Map(others().map((one) => [endpoint(one), entry(one)])),
        dominantSpeaker: others().filter(({ speaking }) => speaking).map(endpoint)[0]
      },
      "features/lobby": { knocking: simulation.phase.at === "waiting" && simulation.phase.for === "lobby" },
      "features/base/conference": {
        membersOnly: simulation.phase.at === "waiting" ? {} : void 0,
        conference: joined() ? room : void 0
      },
      "features/base/tracks": (simulation.media?.played ?? []).map(trackEntry),
      "features/chat": { messages: simulation.chat.map(message) }
    });
    const conference = { isJoined: joined, _room: room, getMyUserId: room.myUserId };
    Object.assign(window, { APP: { conference, store: { getState } } });
  }
  var roleOf = ({ isHost }) => isHost ? "moderator" : "participant";
  var mailOf = ({ name, isHost }) => isHost ? `${name.split(" ")[0].toLowerCase()}@example.org` : void 0;
  var entry = (one) => ({ id: endpoint(one), name: one.name, role: roleOf(one), email: mailOf(one), local: one.isVisitor });
  var participant = (one) => ({
    getId: () => endpoint(one),
    getDisplayName: () => one.name,
    getRole: () => roleOf(one),
    isModerator: () => one.isHost,
    isAudioMuted: () => !one.microphone,
    isVideoMuted: () => !one.camera
  });
  function trackEntry({ of, role, stream, track }) {
    const owner = of ? endpoint(of) : "";
    return {
      participantId: owner,
      local: false,
      mediaType: role === "audio" ? "audio" : "video",
      videoType: role === "screen" ? "desktop" : "camera",
      muted: role === "audio" ? !of?.microphone : role === "camera" && !of?.camera,
      jitsiTrack: { getTrack: () => track, getOriginalStream: () => stream, getParticipantId: () => owner, stream, track }
    };
  }
  var message = ({ id, from, text, at }) => ({
    messageId: String(id),
    participantId: endpoint(from),
    displayName: from.name,
    message: text,
    timestamp: at,
    messageType: from.isVisitor ? "local" : "remote",
    privateMessage: false
  });

  // src/simulators/skins/jitsi/call.ts
  var NOTICES = {
    recording: "This meeting is being recorded.",
    transcription: "This meeting is being transcribed.",
    ask_to_unmute: "The moderator asks you to unmute."
  };
  var Call = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
      this.#grid = dom.h("div", { class: "tiles" });
      this.#sounds = dom.h("div", { hidden: true });
      this.#lines = dom.h("div", { id: "chatconversation", role: "log", "aria-live": "polite" });
      this.#chat = this.#chatPanel();
      this.#people = dom.h("div", { id: "layout_wrapper_participants", class: "participants_pane", hidden: true });
      this.#dialogs = dom.h("div", { class: "dialogs" });
      this.#toolbar = this.#makeToolbar();
      for (const kind of ["joined", "left", "changed", "media"]) simulation.on(kind, () => this.#refresh());
      simulation.on("chat", (line) => this.#write(line));
      simulation.on("notice", ({ kind }) => this.#notice(kind));
    }
    simulation;
    dom;
    #tiles = /* @__PURE__ */ new Map();
    #grid;
    #sounds;
    #lines;
    #chat;
    #people;
    #dialogs;
    #toolbar;
    #playing = /* @__PURE__ */ new Map();
    show() {
      const { dom } = this;
      dom.show(dom.h(
        "div",
        { id: "videoconference_page" },
        dom.h("div", { id: "largeVideoContainer" }, this.#grid, dom.h("div", { class: "subject-text" }, this.simulation.setup.title)),
        this.#people,
        this.#chat,
        this.#toolbar,
        this.#dialogs,
        this.#sounds
      ));
      dom.autoHide(this.#toolbar);
      this.#refresh();
    }
    // --- toolbar, chat, dialogs -----------------------------------------------------------------------------------------------
    #makeToolbar() {
      const { dom, simulation } = this;
      const flip = (element) => () => dom.set(element, { hidden: !element.hidden });
      return dom.h("div", { id: "new-toolbox", class: "new-toolbox visible" }, dom.h(
        "div",
        { class: "toolbox-content-items" },
        deviceSwitch(simulation, dom, "microphone"),
        deviceSwitch(simulation, dom, "camera"),
        this.#shareButton(),
        this.#tileButton(),
        this.#button("Open chat", "\u2709", flip(this.#chat)),
        this.#button("Open participants pane", "\u2630", flip(this.#people)),
        this.#button("Leave the meeting", "\u2715", () => simulation.leave(), {
          class: "toolbox-button hangup-button",
          "data-testid": "toolbox.hangup"
        })
      ));
    }
    #button(label, sign, onclick, more = {}) {
      const usual = { class: "toolbox-button", role: "button", tabindex: 0, "aria-label": this.dom.t(label), onclick };
      return this.dom.h("div", { ...usual, ...more }, sign);
    }
    #shareButton() {
      const { dom, simulation } = this, { visitor } = simulation;
      const button = this.#button("Start screen sharing", "\u21EA", () => void visitor.share(!visitor.screen));
      const state = () => ({
        "aria-label": dom.t(visitor.screen ? "Stop screen sharing" : "Start screen sharing"),
        "aria-pressed": Boolean(visitor.screen)
      });
      simulation.on("changed", ({ isVisitor }) => {
        if (isVisitor) dom.set(button, state());
      });
      return button;
    }
    #tileButton() {
      const { dom } = this;
      let tiled = false;
      const button = this.#button("Enter tile view", "\u25A6", () => {
        tiled = !tiled;
        report("layout", { view: tiled ? "gallery" : "speaker" });
        dom.set(button, { "aria-label": dom.t(tiled ? "Exit tile view" : "Enter tile view"), "aria-pressed": tiled });
      }, { "aria-pressed": "false" });
      return button;
    }
    #chatPanel() {
      const { dom } = this;
      const text = dom.h("textarea", { id: "chat-input-messagebox", class: "chat-input", placeholder: dom.t("Type a message"), rows: 1 });
      const send = () => {
        if (text.value.trim()) this.simulation.say(text.value.trim());
        text.value = "";
      };
      text.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        send();
      });
      return dom.h(
        "div",
        { id: "sideToolbarContainer", class: "chat-panel", hidden: true },
        this.#lines,
        dom.h(
          "div",
          { class: "chat-input-row" },
          text,
          dom.h("button", { type: "button", class: "chat-submit", "aria-label": dom.t("Send message"), onclick: send }, "\u27A4")
        )
      );
    }
    #write({ id, from, text }) {
      const { dom } = this;
      dom.add(this.#lines, dom.h(
        "div",
        { class: `chatmessage-wrapper ${from.isVisitor ? "local" : "remote"}`, id: `chat-${id}` },
        dom.h(
          "div",
          { class: "chatmessage" },
          dom.h("div", { class: "display-name" }, from.name),
          dom.h("div", { class: "usermessage" }, text)
        )
      ));
    }
    #notice(kind) {
      const { dom } = this;
      const dialog = dom.h(
        "div",
        { class: "dialog", role: "dialog", "aria-modal": true },
        dom.h("p", {}, dom.t(NOTICES[kind] ?? kind)),
        dom.h("button", {
          type: "button",
          class: "action-btn primary",
          id: "modal-dialog-ok-button",
          onclick: () => dialog.remove()
        }, dom.t("OK"))
      );
      dom.add(this.#dialogs, dialog);
    }
    // --- people ---------------------------------------------------------------------------------------------------------------
    #refresh() {
      const present = this.simulation.attendees;
      for (const [attendee, { element }] of this.#tiles) {
        if (present.includes(attendee)) continue;
        element.remove();
        this.#tiles.delete(attendee);
      }
      for (const attendee of present) this.#show(attendee, this.#tiles.get(attendee) ?? this.#tile(attendee));
      this.#listen();
      this.#list(present);
    }
    #tile(attendee) {
      const { dom } = this, id = attendee.isVisitor ? "localVideoContainer" : `participant_${endpoint(attendee)}`;
      const video = (kind) => dom.h("video", { autoplay: true, muted: true, playsinline: true, class: kind });
      const camera = video("camera"), screen = video("desktop");
      const element = dom.h(
        "span",
        { id },
        camera,
        screen,
        dom.h("div", { class: "avatar-container" }, attendee.name.slice(0, 1)),
        dom.h("span", { class: "displayname" }, attendee.name)
      );
      dom.add(this.#grid, element);
      const tile = { element, camera, screen };
      this.#tiles.set(attendee, tile);
      return tile;
    }
    #show(attendee, { element, camera, screen }) {
      const { visitor, media } = this.simulation;
      const state = [attendee.camera ? "display-video" : "display-avatar-only", ...attendee.speaking ? ["dominant-speaker"] : []];
      this.dom.set(element, { class: ["videocontainer", ...state].join(" ") });
      for (const [video, role, on] of [[camera, "camera", attendee.camera], [screen, "screen", attendee.sharing]]) {
        this.dom.play(video, !on ? null : attendee.isVisitor ? visitor[role] : media?.streamOf(attendee, role) ?? null);
        this.dom.set(video, { hidden: !on });
      }
    }
    /** Each person's sound has an element of its own, nowhere near the tile. */
    #listen() {
      const wanted = (this.simulation.media?.played ?? []).filter(({ role }) => role === "audio");
      for (const [track, audio] of this.#playing) {
        if (wanted.some((one) => one.track === track)) continue;
        audio.remove();
        this.#playing.delete(track);
      }
      for (const { track, stream, of } of wanted) {
        if (this.#playing.has(track)) continue;
        const audio = this.dom.h("audio", { autoplay: true, id: `remoteAudio_${of ? endpoint(of) : 0}`, ".srcObject": stream });
        this.#playing.set(track, audio);
        this.dom.add(this.#sounds, audio);
      }
    }
    #list(present) {
      const { dom } = this, heading = dom.t("Meeting participants ({count})", { count: present.length });
      dom.fill(
        this.#people,
        dom.h("div", { class: "participants_heading" }, heading),
        present.map((one) => dom.h(
          "div",
          { class: "list-item-container", id: `participant-item-${endpoint(one)}`, "aria-label": one.name },
          dom.h("span", {}, one.isVisitor ? `${one.name} (${dom.t("me")})` : one.name),
          one.isHost ? dom.h("span", { class: "moderator" }, dom.t("Moderator")) : null
        ))
      );
    }
  };

  // src/simulators/skins/jitsi/style.ts
  var CSS = `
  .premeeting-screen { min-height: 100%; display: grid; place-items: center; background: #1c2025; color: #fff }
  .content-controls, .form { display: grid; gap: 14px }
  .content-controls { width: 320px; display: grid; gap: 14px; text-align: center }
  .title { font-size: 24px; margin: 0 }
  .subject { color: #a4b0c0 }
  .input { font: inherit; padding: 12px; border-radius: 6px; border: 2px solid #525a66; background: #292e35; color: #fff; width: 100%; text-align: center }
  .action-btn { padding: 12px; border-radius: 6px; border: 0; display: block; width: 100% }
  .primary { background: #246fe5; color: #fff }
  .text { color: #a4b0c0 }
  .error { color: #ffb4ab }
  .media-row { display: flex; justify-content: center; gap: 12px }
  .toolbox-button { width: 44px; height: 44px; border-radius: 6px; display: grid; place-items: center; background: #3a4049 }
  .spinner { width: 28px; height: 28px; margin: 0 auto 10px; border-radius: 50%; border: 3px solid #525a66; border-top-color: #fff }
  #videoconference_page { position: relative; height: 100%; background: #111418; color: #fff; overflow: hidden }
  #largeVideoContainer { height: 100%; padding: 12px }
  .tiles { height: 100%; display: grid; gap: 10px; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); align-content: center }
  .videocontainer { position: relative; aspect-ratio: 16 / 9; border-radius: 8px; overflow: hidden; background: #292e35; border: 3px solid transparent }
  .dominant-speaker { border-color: #4687ed }
  .videocontainer video { position: absolute; inset: 0; width: 100%; height: 100% }
  .avatar-container { position: absolute; inset: 0; display: grid; place-items: center; font-size: 48px; z-index: 0 }
  .camera, .desktop { z-index: 1 }
  .displayname { position: absolute; left: 8px; bottom: 6px; z-index: 2; background: #0009; padding: 1px 8px; border-radius: 4px; font-size: 13px }
  .subject-text { position: absolute; top: 10px; left: 50%; transform: translateX(-50%); font-weight: 600 }
  .new-toolbox { position: absolute; bottom: 16px; left: 50%; transform: translateX(-50%); z-index: 4 }
  .toolbox-content-items { display: flex; gap: 8px; background: #1c2025; padding: 8px; border-radius: 10px }
  .hangup-button { background: #cb2233 }
  .chat-panel, .participants_pane { position: absolute; top: 0; bottom: 0; width: 300px; background: #1c2025; padding: 12px; overflow: auto; z-index: 3 }
  .chat-panel { left: 0 }
  .participants_pane { right: 0 }
  .list-item-container { padding: 8px 0; display: flex; justify-content: space-between }
  .chatmessage { background: #292e35; border-radius: 8px; padding: 6px 10px; margin: 6px 0 }
  .display-name { font-size: 12px; color: #a4b0c0 }
  .chat-input { width: 220px; font: inherit }
  .dialog { position: absolute; left: 50%; top: 40%; transform: translate(-50%, -50%); background: #292e35; padding: 24px; border-radius: 8px; z-index: 6 }
`;

  // src/simulators/skins/jitsi/words.ts
  var WORDS = {
    "Join meeting": { de: "Konferenz beitreten", es: "Entrar a la reuni\xF3n", ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306B\u53C2\u52A0" },
    "Enter your name": { de: "Namen hier eingeben", es: "Ingrese su nombre", ja: "\u540D\u524D\u3092\u5165\u529B" },
    "Please enter your name here": { de: "Bitte geben Sie hier Ihren Namen ein", es: "Ingrese aqu\xED su nombre", ja: "\u3053\u3053\u306B\u540D\u524D\u3092\u5165\u529B\u3057\u3066\u304F\u3060\u3055\u3044" },
    "Mute microphone": { de: "Mikrofon stummschalten", es: "Silenciar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u3092\u30DF\u30E5\u30FC\u30C8" },
    "Unmute microphone": { de: "Stummschaltung aufheben", es: "Activar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u306E\u30DF\u30E5\u30FC\u30C8\u3092\u89E3\u9664" },
    "Stop camera": { de: "Kamera ausschalten", es: "Detener c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u505C\u6B62" },
    "Start camera": { de: "Kamera einschalten", es: "Iniciar c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u958B\u59CB" },
    "Enter tile view": { de: "Kachelansicht einschalten", es: "Entrar en la vista en mosaico", ja: "\u30BF\u30A4\u30EB\u30D3\u30E5\u30FC\u3092\u958B\u59CB" },
    "Exit tile view": { de: "Kachelansicht ausschalten", es: "Salir de la vista en mosaico", ja: "\u30BF\u30A4\u30EB\u30D3\u30E5\u30FC\u3092\u7D42\u4E86" },
    "Asking to join the meeting...": { de: "Beitritt wird angefragt \u2026", es: "Solicitando unirse a la reuni\xF3n...", ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u3078\u306E\u53C2\u52A0\u3092\u4F9D\u983C\u4E2D..." },
    "Waiting for a moderator to let you in.": { de: "Warten auf Moderation.", es: "Esperando a un moderador.", ja: "\u30E2\u30C7\u30EC\u30FC\u30BF\u30FC\u3092\u5F85\u3063\u3066\u3044\u307E\u3059\u3002" },
    "Cancel": { de: "Abbrechen", es: "Cancelar", ja: "\u30AD\u30E3\u30F3\u30BB\u30EB" },
    "Waiting for an authenticated user": { de: "Warten auf eine angemeldete Person", es: "Esperando a un usuario autenticado", ja: "\u8A8D\u8A3C\u30E6\u30FC\u30B6\u30FC\u3092\u5F85\u3063\u3066\u3044\u307E\u3059" },
    "The conference has not yet started because no moderators have yet arrived.": {
      de: "Die Konferenz hat noch nicht begonnen, da noch keine Moderation anwesend ist.",
      es: "La conferencia a\xFAn no ha comenzado porque a\xFAn no han llegado moderadores.",
      ja: "\u30E2\u30C7\u30EC\u30FC\u30BF\u30FC\u304C\u307E\u3060\u5230\u7740\u3057\u3066\u3044\u306A\u3044\u305F\u3081\u3001\u4F1A\u8B70\u306F\u307E\u3060\u59CB\u307E\u3063\u3066\u3044\u307E\u305B\u3093\u3002"
    },
    "Password": { de: "Passwort", es: "Contrase\xF1a", ja: "\u30D1\u30B9\u30EF\u30FC\u30C9" },
    "Password required": { de: "Passwort erforderlich", es: "Se requiere contrase\xF1a", ja: "\u30D1\u30B9\u30EF\u30FC\u30C9\u304C\u5FC5\u8981\u3067\u3059" },
    "Incorrect password": { de: "Falsches Passwort", es: "Contrase\xF1a incorrecta", ja: "\u30D1\u30B9\u30EF\u30FC\u30C9\u304C\u9055\u3044\u307E\u3059" },
    "Start screen sharing": { de: "Bildschirmfreigabe starten", es: "Compartir pantalla", ja: "\u753B\u9762\u5171\u6709\u3092\u958B\u59CB" },
    "Stop screen sharing": { de: "Bildschirmfreigabe beenden", es: "Dejar de compartir", ja: "\u753B\u9762\u5171\u6709\u3092\u505C\u6B62" },
    "Open chat": { de: "Chat \xF6ffnen", es: "Abrir chat", ja: "\u30C1\u30E3\u30C3\u30C8\u3092\u958B\u304F" },
    "Open participants pane": { de: "Personenliste \xF6ffnen", es: "Abrir panel de participantes", ja: "\u53C2\u52A0\u8005\u30D1\u30CD\u30EB\u3092\u958B\u304F" },
    "Leave the meeting": { de: "Konferenz verlassen", es: "Salir de la reuni\xF3n", ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u304B\u3089\u9000\u51FA" },
    "Type a message": { de: "Nachricht eingeben", es: "Escriba un mensaje", ja: "\u30E1\u30C3\u30BB\u30FC\u30B8\u3092\u5165\u529B" },
    "Send message": { de: "Nachricht senden", es: "Enviar mensaje", ja: "\u30E1\u30C3\u30BB\u30FC\u30B8\u3092\u9001\u4FE1" },
    "Meeting participants ({count})": { de: "Anwesende ({count})", es: "Participantes ({count})", ja: "\u53C2\u52A0\u8005 ({count})" },
    "me": { de: "ich", es: "yo", ja: "\u81EA\u5206" },
    "Moderator": { de: "Moderation", es: "Moderador", ja: "\u30E2\u30C7\u30EC\u30FC\u30BF\u30FC" },
    "This meeting is being recorded.": { de: "Diese Konferenz wird aufgezeichnet.", es: "Se est\xE1 grabando esta reuni\xF3n.", ja: "\u3053\u306E\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u9332\u753B\u3055\u308C\u3066\u3044\u307E\u3059\u3002" },
    "This meeting is being transcribed.": { de: "Diese Konferenz wird transkribiert.", es: "Se est\xE1 transcribiendo esta reuni\xF3n.", ja: "\u3053\u306E\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u6587\u5B57\u8D77\u3053\u3057\u3055\u308C\u3066\u3044\u307E\u3059\u3002" },
    "The moderator asks you to unmute.": { de: "Die Moderation bittet Sie, das Mikrofon einzuschalten.", es: "El moderador le pide activar su micr\xF3fono.", ja: "\u30E2\u30C7\u30EC\u30FC\u30BF\u30FC\u304C\u30DF\u30E5\u30FC\u30C8\u89E3\u9664\u3092\u6C42\u3081\u3066\u3044\u307E\u3059\u3002" },
    "OK": {},
    "Your request to join has been declined.": {
      de: "Ihre Beitrittsanfrage wurde abgelehnt.",
      es: "Su solicitud para unirse ha sido rechazada.",
      ja: "\u53C2\u52A0\u30EA\u30AF\u30A8\u30B9\u30C8\u306F\u62D2\u5426\u3055\u308C\u307E\u3057\u305F\u3002"
    },
    "Nobody answered your request to join.": { de: "Niemand hat auf Ihre Anfrage geantwortet.", es: "Nadie respondi\xF3 a su solicitud.", ja: "\u8AB0\u3082\u53C2\u52A0\u30EA\u30AF\u30A8\u30B9\u30C8\u306B\u5FDC\u7B54\u3057\u307E\u305B\u3093\u3067\u3057\u305F\u3002" },
    "The meeting has reached its maximum number of participants.": {
      de: "Die Konferenz ist voll.",
      es: "La reuni\xF3n alcanz\xF3 el m\xE1ximo de participantes.",
      ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u6E80\u54E1\u3067\u3059\u3002"
    },
    "This meeting is locked.": { de: "Diese Konferenz ist gesperrt.", es: "Esta reuni\xF3n est\xE1 bloqueada.", ja: "\u3053\u306E\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u30ED\u30C3\u30AF\u3055\u308C\u3066\u3044\u307E\u3059\u3002" },
    "You have been kicked out of the meeting": { de: "Sie wurden aus der Konferenz entfernt", es: "Ha sido expulsado de la reuni\xF3n", ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u304B\u3089\u9000\u51FA\u3055\u305B\u3089\u308C\u307E\u3057\u305F" },
    "The meeting has been terminated": { de: "Die Konferenz wurde beendet", es: "La reuni\xF3n ha terminado", ja: "\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u7D42\u4E86\u3057\u307E\u3057\u305F" },
    "This meeting does not exist.": { de: "Diese Konferenz gibt es nicht.", es: "Esta reuni\xF3n no existe.", ja: "\u3053\u306E\u30DF\u30FC\u30C6\u30A3\u30F3\u30B0\u306F\u5B58\u5728\u3057\u307E\u305B\u3093\u3002" },
    "Authentication required": { de: "Anmeldung erforderlich", es: "Autenticaci\xF3n requerida", ja: "\u8A8D\u8A3C\u304C\u5FC5\u8981\u3067\u3059" },
    "Thank you for using this meeting!": { de: "Vielen Dank!", es: "\xA1Gracias!", ja: "\u3042\u308A\u304C\u3068\u3046\u3054\u3056\u3044\u307E\u3057\u305F\uFF01" },
    "Please verify that you are human.": {
      de: "Bitte best\xE4tigen Sie, dass Sie ein Mensch sind.",
      es: "Demuestre que es humano.",
      ja: "\u4EBA\u9593\u3067\u3042\u308B\u3053\u3068\u3092\u78BA\u8A8D\u3057\u3066\u304F\u3060\u3055\u3044\u3002"
    },
    "This meeting does not admit automated participants.": {
      de: "Diese Konferenz l\xE4sst keine Programme zu.",
      es: "Esta reuni\xF3n no admite programas.",
      ja: "\u3053\u306E\u4F1A\u8B70\u3067\u306F\u81EA\u52D5\u53C2\u52A0\u306F\u8A31\u53EF\u3055\u308C\u3066\u3044\u307E\u305B\u3093\u3002"
    }
  };

  // src/simulators/skins/jitsi.ts
  function start(simulation, dom) {
    const door = new Door(simulation, dom), call = new Call(simulation, dom);
    document.title = `${simulation.setup.title} | Jitsi Meet`;
    if (!simulation.has("no_account")) publish(simulation);
    simulation.on("phase", (phase) => {
      switch (phase.at) {
        case "prejoin":
          return door.prejoin();
        case "password":
          return door.password(phase.wrong);
        case "waiting":
          return phase.for === "lobby" ? door.lobby() : door.notStarted();
        case "call":
          return call.show();
        case "out":
          return door.out(phase.why);
      }
    });
  }
  run({
    name: "jitsi",
    words: WORDS,
    css: CSS,
    early: ["not_found"],
    // Without the objects that scripts read.
    quirks: ["no_account"],
    delivery: () => ({
      mode: "each",
      offers: "server",
      ids: (of, role) => ({ stream: `${of ? endpoint(of) : "mixed"}-${role}-0-1`, track: `${of ? endpoint(of) : "mixed"}-${role}-0` })
    }),
    start
  });
})();
