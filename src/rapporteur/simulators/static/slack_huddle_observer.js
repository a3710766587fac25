"use strict";
(() => {
  // src/simulators/reports.ts
  var ADDRESS = "/_simulator/report";
  var last = Promise.resolve();
  function report(kind, body = {}) {
    const text = JSON.stringify({ ...body, kind, at: performance.timeOrigin + performance.now() });
    last = last.then(() => fetch(ADDRESS, { method: "POST", body: text, keepalive: true })).catch(() => void 0);
  }

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
      for (const button2 of this.root.querySelectorAll("[data-primary-control]")) this.#cover(button2);
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
    #cover(button2) {
      button2.removeAttribute("data-primary-control");
      const holder = this.document.createElement("div"), layer = this.document.createElement("div");
      holder.style.cssText = "position: relative; display: inline-block";
      layer.style.cssText = "position: absolute; inset: 0; z-index: 5";
      button2.replaceWith(holder);
      holder.append(button2, layer);
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
    #enter(visit, more2, done2) {
      if (visit !== this.#visit) return;
      const step = this.#door[0];
      if (!step || !more2()) return done2();
      const next = () => {
        if (visit !== this.#visit) return;
        this.#door.shift();
        this.#enter(visit, more2, done2);
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
      const { at: where, ...more2 } = phase;
      report("phase", { phase: where, ...more2 });
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

  // src/simulators/skins/slack_huddle_observer/parts.ts
  var button = (dom, qa, attributes, ...says) => dom.h("button", { type: "button", class: "c-button", "data-qa": qa || null, ...attributes }, ...says);
  var idOf = ({ id }) => `U0SIM${String(id).padStart(4, "0")}`;

  // src/simulators/skins/slack_huddle_observer/toolbar.ts
  var DEVICES = [
    { part: "microphone", label: "Microphone", qa: "segmented-mute-button-main", icon: "huddle_mic_icon_", on: "unmute", off: "mute" },
    { part: "camera", label: "Camera", qa: "huddle_camera_huddle_toolbar", icon: "huddle_video_icon_camera_", on: "on", off: "off" }
  ];
  var VERBS = {
    microphone: ["Mute microphone", "Unmute microphone"],
    camera: ["Turn off camera", "Turn on camera"]
  };
  function toolbar(simulation, dom, oncaptions) {
    const isGrid = simulation.generation === "grid", make = isGrid ? named : switched;
    const devices = DEVICES.map((device) => make(simulation, dom, device));
    return [...devices, share(simulation, dom, isGrid), ...isGrid ? more(dom, oncaptions) : []];
  }
  function switched(simulation, dom, { part, label }) {
    const { visitor } = simulation;
    const element = dom.h("button", {
      type: "button",
      class: "c-button",
      role: "switch",
      "aria-label": dom.t(label),
      "aria-checked": Boolean(visitor[part]),
      onclick: () => void visitor.turn(part, !visitor[part])
    }, label === "Microphone" ? "\u{1F399}" : "\u{1F3A5}");
    follow(simulation, () => dom.set(element, { "aria-checked": Boolean(visitor[part]) }));
    return element;
  }
  function named(simulation, dom, { part, qa, icon, on, off }) {
    const { visitor } = simulation, sign = dom.h("i", {});
    const element = button(dom, qa, { onclick: () => void visitor.turn(part, !visitor[part]) }, sign);
    const draw = () => {
      dom.set(element, { "aria-label": dom.t(VERBS[part][visitor[part] ? 0 : 1]) });
      dom.set(sign, { "data-qa": icon + (visitor[part] ? on : off) });
    };
    draw();
    follow(simulation, draw);
    return element;
  }
  function share(simulation, dom, isGrid) {
    const { visitor } = simulation;
    const element = button(dom, isGrid ? "huddle_toolbar_screenshare_button" : "huddle_share_screen_button", {
      onclick: () => void visitor.share(!visitor.screen)
    }, "\u2B06");
    const draw = () => dom.set(element, {
      "aria-label": dom.t(visitor.screen ? "Stop sharing screen" : isGrid ? "Share your screen" : "Share screen"),
      "aria-pressed": isGrid ? Boolean(visitor.screen) : null
    });
    draw();
    follow(simulation, draw);
    return element;
  }
  function more(dom, oncaptions) {
    const item = dom.h("button", { type: "button", role: "menuitem", class: "c-menu_item__button", onclick: () => {
      oncaptions();
      dom.set(menu, { hidden: true });
    } }, dom.t("Show captions"));
    const menu = dom.h("div", { class: "p-menu", role: "menu", hidden: true }, item);
    return [button(dom, "huddle_toolbar_menu_button", {
      "aria-label": dom.t("More actions"),
      onclick: () => dom.set(menu, { hidden: !menu.hidden })
    }, "\u22EF"), menu];
  }
  function follow(simulation, draw) {
    simulation.on("changed", ({ isVisitor }) => {
      if (isVisitor) draw();
    });
  }

  // src/simulators/skins/slack_huddle_observer/call.ts
  var NOTICES = {
    recording: "This huddle is being transcribed",
    transcription: "This huddle is being transcribed",
    ask_to_unmute: "Somebody asks you to unmute"
  };
  var Call = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
      this.#captioned = simulation.has("captions");
      this.#grid = dom.h("div", { class: "p-tiles" });
      this.#sound = dom.h("audio", { autoplay: true });
      this.#lines = dom.h("div", { class: "p-lines" });
      this.#said = dom.h("div", { class: "p-captions" });
      dom.add(this.#grid, dom.h("div", { class: "p-peer_tile__container p-peer_tile__invite_overlay", "aria-label": dom.t("Invite people") }, "+"));
      this.element = [this.#grid, this.#thread(), this.#bar(), this.#sound];
      for (const kind of ["joined", "left", "changed", "media"]) simulation.on(kind, () => this.refresh());
      simulation.on("chat", (line) => this.#line(line));
      simulation.on("caption", (caption) => {
        if (this.#captioned) this.#caption(caption);
      });
      simulation.on("notice", ({ kind }) => this.#notice(kind));
    }
    simulation;
    dom;
    #tiles = /* @__PURE__ */ new Map();
    #screens = /* @__PURE__ */ new Map();
    #captions = /* @__PURE__ */ new Map();
    #grid;
    #sound;
    #lines;
    #said;
    element;
    #lastFrom = null;
    /** On from the beginning where the member's preferences say so. */
    #captioned;
    refresh() {
      const { dom, simulation: { attendees, media, phase } } = this;
      if (phase.at !== "call") return;
      for (const shown of [this.#tiles, this.#screens]) {
        for (const [one, { element }] of shown) {
          if (attendees.includes(one) && (shown !== this.#screens || one.sharing)) continue;
          element.remove();
          shown.delete(one);
        }
      }
      for (const one of attendees) {
        const tile = this.#tile(one), camera = one.camera && !one.isVisitor ? media?.streamOf(one, "camera") ?? null : null;
        this.#describe(one, tile);
        dom.set(tile.icon, { "data-qa": one.microphone ? "huddle_mic_icon_unmute" : "huddle_mic_icon_mute" });
        dom.play(tile.video, camera);
        tile.video.hidden = !camera;
        if (one.sharing && !one.isVisitor) dom.play(this.#screen(one).video, media?.streamOf(one, "screen") ?? null);
      }
      dom.play(this.#sound, media?.played.find(({ role }) => role === "audio")?.stream ?? null);
    }
    #describe(one, { element, over }) {
      const { dom, simulation } = this, speaks = one.speaking && !one.isVisitor;
      if (simulation.generation === "grid") {
        dom.set(element, { "aria-label": dom.t("View {name}'s profile", { name: one.name }) });
        return dom.set(over, { class: `p-huddle_peer_tile__overlay${speaks ? " p-huddle_peer_tile__overlay--active_speaker" : ""}` });
      }
      dom.set(element, {
        class: `p-peer_tile__container${speaks ? " p-peer_tile__active_speaker--outline" : ""}`,
        "aria-label": dom.t(one.microphone ? "{name}, not muted" : "{name}, muted", { name: one.name })
      });
    }
    #tile(one) {
      const known2 = this.#tiles.get(one), { dom } = this, isGrid = this.simulation.generation === "grid";
      if (known2) return known2;
      const video = dom.h("video", { autoplay: true, muted: true, playsinline: true }), icon = dom.h("i", {}), over = dom.h("div", {});
      const element = dom.h("div", {
        class: isGrid ? "p-huddle_peer_tile" : "p-peer_tile__container",
        role: isGrid ? "gridcell" : null,
        id: isGrid ? `huddle-grid-gridcell-${one.isVisitor ? "self" : `session-${one.id}`}_${idOf(one)}` : null,
        "data-qa": `huddle_peer_tile_userId_${idOf(one)}`
      }, video, dom.h("span", { class: "p-peer_tile__name" }, one.name), icon, isGrid ? over : null);
      const tile = { element, video, icon, over };
      this.#tiles.set(one, tile);
      dom.add(this.#grid, element);
      return tile;
    }
    #screen(one) {
      const known2 = this.#screens.get(one), { dom } = this;
      if (known2) return known2;
      const video = dom.h("video", { autoplay: true, muted: true, playsinline: true });
      const element = dom.h("div", { class: "p-screen" }, video, dom.h("span", {}, dom.t("{name}'s screen", { name: one.name })));
      this.#screens.set(one, { element, video });
      dom.add(this.#grid, element);
      return { element, video };
    }
    // --- what one does ------------------------------------------------------------------------------------------------------
    #bar() {
      const { dom, simulation } = this, leave = () => simulation.leave();
      if (simulation.has("mini_player")) {
        return dom.h("div", { class: "p-mini_player" }, button(dom, "huddle_mini_player_leave_button", { "aria-label": dom.t("Leave huddle"), onclick: leave }, "\u2715"));
      }
      const bar = dom.h(
        "div",
        { class: "p-toolbar", role: "toolbar" },
        ...toolbar(simulation, dom, () => {
          this.#captioned = true;
        }),
        button(dom, "huddle_toolbar__leave_button", { "aria-label": dom.t("Leave huddle"), onclick: leave }, "\u2715")
      );
      dom.autoHide(bar);
      return bar;
    }
    // --- the thread ---------------------------------------------------------------------------------------------------------
    #thread() {
      const { dom, simulation } = this;
      const field = dom.h("div", { class: "ql-editor", contenteditable: "true", role: "textbox", "aria-label": dom.t("Reply\u2026") });
      const send = () => {
        const text = (field.textContent ?? "").trim();
        field.textContent = "";
        if (text) simulation.say(text);
      };
      return dom.h(
        "aside",
        { class: "p-thread", "data-qa": "huddle_thread", "aria-label": dom.t("Thread") },
        this.#lines,
        dom.h("div", { "data-qa": "message_input" }, field),
        button(dom, "texty_send_button", { "aria-label": dom.t("Send now"), onclick: send }, "\u27A4")
      );
    }
    /** Whoever goes on writing is named once. */
    #line({ id, from, text }) {
      const { dom } = this, isNext = this.#lastFrom === from;
      this.#lastFrom = from;
      dom.add(this.#lines, dom.h(
        "div",
        { "data-qa": "message_container", "data-msg-ts": `17000000${id}.000100` },
        isNext ? null : dom.h("button", { type: "button", "data-qa": "message_sender_name", "data-message-sender": idOf(from) }, from.name),
        dom.h("div", { "data-qa": "message-text" }, text)
      ));
    }
    #caption({ id, from, text }) {
      const { dom } = this, words = this.#captions.get(id) ?? dom.h("span", { class: "p-huddle_closed_caption_event__event_text" });
      dom.fill(words, text);
      if (this.#captions.has(id)) return;
      this.#captions.set(id, words);
      dom.add(this.#said, dom.h(
        "div",
        { class: "p-huddle_closed_caption_event__wrapper" },
        dom.h("span", { class: "p-huddle_closed_caption_event__member_name" }, from.name),
        words
      ));
      dom.add(this.#grid, this.#said);
    }
    #notice(kind) {
      const { dom } = this;
      const dialog = dom.h(
        "div",
        { class: "c-sk-modal", role: "dialog" },
        dom.h("p", {}, dom.t(NOTICES[kind] ?? NOTICES.recording)),
        button(dom, "", { onclick: () => dialog.remove() }, dom.t("Got it"))
      );
      dom.add(dom.root, dialog);
    }
  };

  // src/simulators/skins/slack_huddle_observer/css.ts
  var CSS = `
  .p-client { height: 100%; display: grid; grid-template-rows: auto 1fr; background: #fff }
  .p-view_header { display: flex; gap: 12px; align-items: center; padding: 10px 18px; border-bottom: 1px solid #ddd }
  .p-view_header h1 { font-size: 17px; margin: 0; flex: 1 }
  .c-button { padding: 8px 14px; border: 1px solid #bbb; border-radius: 6px; background: #fff; font: inherit; cursor: pointer }
  .c-button--primary { background: #007a5a; color: #fff; border: 0 }
  .c-sk-modal { position: fixed; left: 50%; top: 24%; transform: translateX(-50%); background: #fff; padding: 26px; border-radius: 10px;
    box-shadow: 0 10px 40px #0007; display: grid; gap: 14px; min-width: 340px; z-index: 5 }
  .p-signin { max-width: 360px; margin: 16vh auto 0; display: grid; gap: 16px; text-align: center }
  .p-huddle { display: grid; grid-template-columns: 1fr 300px; grid-template-rows: 1fr auto; background: #1a1d21; color: #fff; min-height: 0 }
  .p-tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
  .p-peer_tile__container, .p-huddle_peer_tile { position: relative; background: #35373b; border-radius: 8px; overflow: hidden; min-height: 150px }
  .p-peer_tile__container video, .p-huddle_peer_tile video, .p-screen video { width: 100%; height: 100%; object-fit: cover }
  .p-peer_tile__active_speaker--outline { outline: 3px solid #2bac76; outline-offset: -3px }
  .p-huddle_peer_tile__overlay--active_speaker { position: absolute; inset: 0; border: 3px solid #2bac76 }
  .p-menu { position: fixed; bottom: 60px; left: 50%; background: #fff; padding: 8px; border-radius: 8px; z-index: 4 }
  .p-peer_tile__name, .p-screen span { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px }
  .p-screen { position: relative; background: #000; min-height: 150px }
  .p-thread { background: #fff; color: #1d1c1d; display: flex; flex-direction: column; padding: 10px; min-height: 0 }
  .p-lines { flex: 1; overflow: auto }
  .ql-editor { border: 1px solid #aaa; min-height: 36px; padding: 6px }
  .p-toolbar { grid-column: 1 / -1; display: flex; gap: 10px; justify-content: center; padding: 10px; background: #000 }
  .p-mini_player { position: fixed; left: 12px; bottom: 12px; background: #000; color: #fff; padding: 10px; z-index: 3 }
  .p-captions { position: fixed; left: 20%; right: 36%; bottom: 70px; background: #000a; padding: 6px 12px; z-index: 2 }
  .c-toast { position: fixed; right: 20px; bottom: 20px; background: #1d1c1d; color: #fff; padding: 12px 18px; border-radius: 8px }
`;

  // src/simulators/skins/slack_huddle_observer/door.ts
  var NAME = "Signed-in member";
  var OUT = {
    denied: "Your request to join was declined",
    no_answer: "Your request to join was declined",
    full: "This huddle is full",
    locked: "This huddle is full",
    removed: "You were removed from the huddle"
  };
  var Door = class {
    constructor(simulation, dom) {
      this.simulation = simulation;
      this.dom = dom;
    }
    simulation;
    dom;
    #isIn = null;
    /** The channel around whatever is in it. */
    channel(header, ...content) {
      const { dom, simulation } = this;
      this.#isIn = header === "in" ? button(dom, "huddle_channel_header_button", { class: "c-button p-huddle_channel_header_button" }, "\u{1F3A7}") : null;
      dom.show(dom.h(
        "div",
        { class: "p-client" },
        dom.h(
          "div",
          { class: "p-view_header" },
          dom.h("h1", {}, `#${simulation.setup.title.toLowerCase().replaceAll(" ", "-")}`),
          header === "start" ? button(dom, "huddle_channel_header_button__start_button", {
            "aria-label": dom.t("Start huddle"),
            onclick: () => report("started", {})
          }, "\u{1F3A7}") : null,
          header === "join" ? button(dom, "huddle_channel_header_button__join_button", { onclick: () => this.#preview("Join Huddle") }, dom.t("Join")) : null,
          this.#isIn
        ),
        dom.h("div", { class: header === "in" ? "p-huddle" : "" }, ...content)
      ));
    }
    /** The header says late that one belongs to the huddle. */
    admitted() {
      const header = this.#isIn;
      if (header) this.dom.set(header, { class: "c-button p-huddle_channel_header_button p-huddle_channel_header_button--in_huddle" });
    }
    arrive(isStarted) {
      const { simulation } = this;
      this.channel(isStarted ? "join" : "start");
      if (!simulation.has("no_preview")) this.#preview(isStarted ? "Join Huddle" : "Start huddle");
      if (isStarted) void simulation.visitor.ask();
    }
    signIn() {
      const { dom } = this;
      dom.show(dom.h(
        "div",
        { class: "p-signin" },
        dom.h("h1", {}, dom.t("Sign in to your workspace")),
        dom.h("input", { type: "text", "data-qa": "signin_domain_input", placeholder: dom.t("your-workspace") }),
        button(dom, "submit_team_domain_button", {}, dom.t("Continue"))
      ));
    }
    offerApp(url) {
      const { dom } = this;
      dom.show(dom.h(
        "div",
        { class: "p-signin" },
        dom.h("h1", {}, dom.t("Opening Slack\u2026")),
        dom.h("a", { "data-qa": "ssb_redirect_open_in_browser", href: url, target: "_blank" }, dom.t("Open Slack in your browser"))
      ));
    }
    lobby() {
      const { dom, simulation } = this;
      const host = simulation.attendees.find(({ isHost }) => isHost)?.name ?? "Slack";
      this.channel("join");
      this.#dialog(
        "huddle_request_access_modal",
        dom.t("Waiting for {name} to let you in", { name: host }),
        button(dom, "huddle_request_access_button", { disabled: true }, dom.t("Request to join"))
      );
    }
    out(why) {
      const { dom } = this;
      if (why === "login_wall") return this.signIn();
      if (why === "not_found") return dom.show(dom.h("div", { class: "p-signin" }, dom.h("h1", {}, dom.t("This channel can't be found"))));
      this.channel(why === "ended" ? "start" : "join");
      const says = OUT[why];
      if (says) dom.add(dom.root, dom.h("div", { class: "c-toast", role: "alert" }, dom.t(says)));
    }
    // --- dialogs ------------------------------------------------------------------------------------------------------------
    #preview(says) {
      const { dom, simulation } = this, starts = says === "Start huddle";
      const knocks = !starts && simulation.setup.door.some(({ kind }) => kind === "lobby");
      const microphone = dom.h("button", {
        type: "button",
        role: "switch",
        "data-qa": "huddle_join_preview_mic_button",
        "aria-label": dom.t("Microphone"),
        "aria-checked": false,
        onclick: () => void simulation.visitor.turn("microphone", !simulation.visitor.microphone)
      }, "\u{1F399}");
      simulation.on("changed", ({ isVisitor }) => {
        if (isVisitor) dom.set(microphone, { "aria-checked": Boolean(simulation.visitor.microphone) });
      });
      const go = starts ? () => report("started", {}) : () => {
        modal.remove();
        this.#bump();
      };
      const modal = this.#dialog(
        "huddle_join_preview_modal",
        null,
        microphone,
        button(
          dom,
          knocks ? "huddle_request_access_button" : "huddle_join_preview_modal_go",
          { class: "c-button c-button--primary", primary: true, onclick: go },
          dom.t(knocks ? "Request to join" : says)
        ),
        button(dom, "huddle_join_preview_modal_close", { "aria-label": dom.t("Close"), onclick: () => modal.remove() }, "\u2715")
      );
    }
    #bump() {
      const { dom, simulation } = this;
      if (!simulation.has("speed_bump")) return this.#device();
      const modal = this.#dialog(
        "huddle_in_thread_speed_bump_modal",
        dom.t("You're about to join a huddle"),
        button(dom, "huddle_in_thread_speed_bump_modal_go", { onclick: () => {
          modal.remove();
          this.#device();
        } }, dom.t("Join Huddle"))
      );
    }
    #device() {
      const { dom, simulation } = this, join = () => {
        modal?.remove();
        simulation.join({ name: NAME });
      };
      let modal = null;
      if (!simulation.has("other_device")) return join();
      modal = this.#dialog(
        "huddle_multi_device_modal",
        dom.t("You're in a huddle on another device"),
        button(dom, "huddle_multi_device_modal_switch_device", { onclick: join }, dom.t("Switch to this device")),
        button(dom, "huddle_multi_device_modal_use_both_device", { onclick: join }, dom.t("Use both devices"))
      );
    }
    #dialog(qa, says, ...content) {
      const { dom } = this;
      const modal = dom.h("div", { class: "c-sk-modal", role: "dialog", "data-qa": qa }, says ? dom.h("p", {}, says) : null, ...content);
      dom.add(dom.root, modal);
      return modal;
    }
  };

  // src/simulators/skins/slack_huddle_observer/words.ts
  var WORDS = {
    "Sign in to your workspace": { de: "Bei deinem Workspace anmelden", es: "Inicia sesi\xF3n en tu espacio de trabajo", ja: "\u30EF\u30FC\u30AF\u30B9\u30DA\u30FC\u30B9\u306B\u30B5\u30A4\u30F3\u30A4\u30F3\u3059\u308B" },
    "your-workspace": {},
    "Continue": { de: "Weiter", es: "Continuar", ja: "\u7D9A\u884C\u3059\u308B" },
    "Opening Slack\u2026": { de: "Slack wird ge\xF6ffnet \u2026", es: "Abriendo Slack\u2026", ja: "Slack \u3092\u958B\u3044\u3066\u3044\u307E\u3059\u2026" },
    "Open Slack in your browser": { de: "Slack im Browser \xF6ffnen", es: "Abre Slack en tu navegador", ja: "\u30D6\u30E9\u30A6\u30B6\u3067 Slack \u3092\u958B\u304F" },
    "This channel can't be found": { de: "Dieser Channel wurde nicht gefunden", es: "No se encuentra este canal", ja: "\u3053\u306E\u30C1\u30E3\u30F3\u30CD\u30EB\u306F\u898B\u3064\u304B\u308A\u307E\u305B\u3093" },
    "Join Huddle": { de: "Huddle beitreten", es: "Unirse a la junta", ja: "\u30CF\u30C9\u30EB\u306B\u53C2\u52A0\u3059\u308B" },
    "Start huddle": { de: "Huddle starten", es: "Iniciar una junta", ja: "\u30CF\u30C9\u30EB\u3092\u958B\u59CB\u3059\u308B" },
    "Join": { de: "Beitreten", es: "Unirse", ja: "\u53C2\u52A0\u3059\u308B" },
    "Close": { de: "Schlie\xDFen", es: "Cerrar", ja: "\u9589\u3058\u308B" },
    "Request to join": { de: "Beitritt anfragen", es: "Solicitar unirse", ja: "\u53C2\u52A0\u3092\u30EA\u30AF\u30A8\u30B9\u30C8\u3059\u308B" },
    "Waiting for {name} to let you in": { de: "Warten, bis {name} dich einl\xE4sst", es: "Esperando a que {name} te deje entrar", ja: "{name} \u3055\u3093\u306E\u8A31\u53EF\u3092\u5F85\u3063\u3066\u3044\u307E\u3059" },
    "Your request to join was declined": { de: "Deine Anfrage wurde abgelehnt", es: "Se ha rechazado tu solicitud", ja: "\u53C2\u52A0\u30EA\u30AF\u30A8\u30B9\u30C8\u306F\u62D2\u5426\u3055\u308C\u307E\u3057\u305F" },
    "This huddle is full": { de: "Dieser Huddle ist voll", es: "Esta junta est\xE1 completa", ja: "\u3053\u306E\u30CF\u30C9\u30EB\u306F\u6E80\u54E1\u3067\u3059" },
    "You're in a huddle on another device": { de: "Du bist auf einem anderen Ger\xE4t in einem Huddle", es: "Est\xE1s en una junta en otro dispositivo", ja: "\u5225\u306E\u30C7\u30D0\u30A4\u30B9\u3067\u30CF\u30C9\u30EB\u306B\u53C2\u52A0\u3057\u3066\u3044\u307E\u3059" },
    "Switch to this device": { de: "Zu diesem Ger\xE4t wechseln", es: "Cambiar a este dispositivo", ja: "\u3053\u306E\u30C7\u30D0\u30A4\u30B9\u306B\u5207\u308A\u66FF\u3048\u308B" },
    "Use both devices": { de: "Beide Ger\xE4te verwenden", es: "Usar ambos dispositivos", ja: "\u4E21\u65B9\u306E\u30C7\u30D0\u30A4\u30B9\u3092\u4F7F\u7528\u3059\u308B" },
    "You're about to join a huddle": { de: "Du bist dabei, einem Huddle beizutreten", es: "Est\xE1s a punto de unirte a una junta", ja: "\u30CF\u30C9\u30EB\u306B\u53C2\u52A0\u3057\u3088\u3046\u3068\u3057\u3066\u3044\u307E\u3059" },
    "Microphone": { de: "Mikrofon", es: "Micr\xF3fono", ja: "\u30DE\u30A4\u30AF" },
    "Camera": { de: "Kamera", es: "C\xE1mara", ja: "\u30AB\u30E1\u30E9" },
    "Leave huddle": { de: "Huddle verlassen", es: "Salir de la junta", ja: "\u30CF\u30C9\u30EB\u304B\u3089\u9000\u51FA\u3059\u308B" },
    "Mute microphone": { de: "Mikrofon stummschalten", es: "Silenciar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u3092\u30DF\u30E5\u30FC\u30C8\u3059\u308B" },
    "Unmute microphone": { de: "Stummschaltung des Mikrofons aufheben", es: "Activar micr\xF3fono", ja: "\u30DE\u30A4\u30AF\u306E\u30DF\u30E5\u30FC\u30C8\u3092\u89E3\u9664\u3059\u308B" },
    "Turn off camera": { de: "Kamera ausschalten", es: "Apagar la c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30D5\u306B\u3059\u308B" },
    "Turn on camera": { de: "Kamera einschalten", es: "Encender la c\xE1mara", ja: "\u30AB\u30E1\u30E9\u3092\u30AA\u30F3\u306B\u3059\u308B" },
    "Share your screen": { de: "Deinen Bildschirm teilen", es: "Compartir tu pantalla", ja: "\u753B\u9762\u3092\u5171\u6709\u3059\u308B" },
    "Stop sharing screen": { de: "Bildschirmfreigabe beenden", es: "Dejar de compartir la pantalla", ja: "\u753B\u9762\u306E\u5171\u6709\u3092\u505C\u6B62\u3059\u308B" },
    "More actions": { de: "Weitere Aktionen", es: "M\xE1s acciones", ja: "\u305D\u306E\u4ED6\u306E\u30A2\u30AF\u30B7\u30E7\u30F3" },
    "Show captions": { de: "Untertitel anzeigen", es: "Mostrar subt\xEDtulos", ja: "\u5B57\u5E55\u3092\u8868\u793A\u3059\u308B" },
    "View {name}'s profile": { de: "Profil von {name} anzeigen", es: "Ver el perfil de {name}", ja: "{name} \u3055\u3093\u306E\u30D7\u30ED\u30D5\u30A3\u30FC\u30EB\u3092\u8868\u793A" },
    "Share screen": { de: "Bildschirm teilen", es: "Compartir pantalla", ja: "\u753B\u9762\u3092\u5171\u6709\u3059\u308B" },
    "Thread": { es: "Hilo", ja: "\u30B9\u30EC\u30C3\u30C9" },
    "Reply\u2026": { de: "Antworten \u2026", es: "Responder\u2026", ja: "\u8FD4\u4FE1\u3059\u308B\u2026" },
    "Send now": { de: "Jetzt senden", es: "Enviar ahora", ja: "\u4ECA\u3059\u3050\u9001\u4FE1" },
    "Invite people": { de: "Personen einladen", es: "Invitar a personas", ja: "\u30E1\u30F3\u30D0\u30FC\u3092\u62DB\u5F85\u3059\u308B" },
    "{name}, muted": { de: "{name}, stummgeschaltet", es: "{name}, silenciado", ja: "{name}, \u30DF\u30E5\u30FC\u30C8\u4E2D" },
    "{name}, not muted": { de: "{name}, nicht stummgeschaltet", es: "{name}, sin silenciar", ja: "{name}, \u30DF\u30E5\u30FC\u30C8\u306A\u3057" },
    "{name}'s screen": { de: "Bildschirm von {name}", es: "Pantalla de {name}", ja: "{name} \u3055\u3093\u306E\u753B\u9762" },
    "This huddle is being transcribed": { de: "Dieser Huddle wird transkribiert", es: "Esta junta se est\xE1 transcribiendo", ja: "\u3053\u306E\u30CF\u30C9\u30EB\u306F\u6587\u5B57\u8D77\u3053\u3057\u3055\u308C\u3066\u3044\u307E\u3059" },
    "Somebody asks you to unmute": { de: "Jemand bittet dich, dein Mikrofon einzuschalten", es: "Alguien te pide que actives el micr\xF3fono", ja: "\u30DF\u30E5\u30FC\u30C8\u89E3\u9664\u3092\u6C42\u3081\u3089\u308C\u3066\u3044\u307E\u3059" },
    "Got it": { de: "Verstanden", es: "Entendido", ja: "\u4E86\u89E3" },
    "You were removed from the huddle": { de: "Du wurdest aus dem Huddle entfernt", es: "Te han quitado de la junta", ja: "\u30CF\u30C9\u30EB\u304B\u3089\u524A\u9664\u3055\u308C\u307E\u3057\u305F" }
  };

  // src/simulators/skins/slack_huddle_observer.ts
  var PROVEN_AFTER_S = 4;
  async function start(simulation, dom) {
    document.title = `${simulation.setup.title} (Channel) - Slack`;
    const door = new Door(simulation, dom), team = location.pathname.split("/")[2] ?? "";
    if (simulation.has("needs_cookie") && !/(?:^|; )d=xoxd-/.test(document.cookie)) {
      report("sign_in", {});
      door.signIn();
      return new Promise(() => void 0);
    }
    if (simulation.has("app_redirect") && location.pathname.startsWith("/huddle/")) {
      door.offerApp(location.href.replace("/huddle/", "/client/"));
      return new Promise(() => void 0);
    }
    localStorage.setItem("localConfig_v2", JSON.stringify({ teams: { [team]: { id: team, user_id: idOf({ id: 0 }) } } }));
    const call = new Call(simulation, dom);
    simulation.on("phase", (phase) => {
      switch (phase.at) {
        case "prejoin":
          return door.arrive(true);
        case "password":
          return;
        case "waiting":
          return phase.for === "host" ? door.arrive(false) : door.lobby();
        case "call":
          door.channel("in", ...call.element);
          simulation.later(PROVEN_AFTER_S, () => door.admitted());
          return call.refresh();
        case "out":
          return door.out(phase.why);
      }
    });
  }
  run({
    name: "slack_huddle_observer",
    words: WORDS,
    css: CSS,
    generations: ["tiles", "grid"],
    quirks: ["app_redirect", "needs_cookie", "no_preview", "other_device", "speed_bump", "mini_player", "captions"],
    early: ["not_found", "login_wall", "not_started"],
    delivery: () => ({
      mode: "mixed",
      offers: "page",
      ids: (of, role) => {
        const stream = of === null || role === "audio" ? "chime-audio" : `${role === "camera" ? "video" : "content"}-${of.id}`;
        return { stream, track: `${stream}-0` };
      }
    }),
    start
  });
})();
