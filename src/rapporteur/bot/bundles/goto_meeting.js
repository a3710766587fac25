"use strict";
(() => {
  // src/shared/natives.ts
  var { apply, construct } = Reflect;
  var postToWorker = Worker.prototype.postMessage;
  var NativeWorker = Worker;
  var NativeSharedWorker = window.SharedWorker;
  var portOf = NativeSharedWorker && Object.getOwnPropertyDescriptor(NativeSharedWorker.prototype, "port")?.get;
  var NativeBlob = Blob;
  var NativeMutationObserver = MutationObserver;
  var createObjectURL = URL.createObjectURL.bind(URL);
  var revokeObjectURL = URL.revokeObjectURL.bind(URL);
  var listen = EventTarget.prototype.addEventListener;
  var sheets = Object.getOwnPropertyDescriptor(Document.prototype, "adoptedStyleSheets");
  var NativePeerConnection = window.RTCPeerConnection;
  var NativeScriptTransform = window.RTCRtpScriptTransform;
  var NativeStyleSheet = CSSStyleSheet;
  var setTimeout = window.setTimeout.bind(window);
  var setInterval = window.setInterval.bind(window);
  var call = (method, self, args) => apply(method, self, args);
  var make = (constructor, args, target) => target ? construct(constructor, args, target) : construct(constructor, args);
  var post = (worker, message, given = []) => call(postToWorker, worker, [message, given]);
  var on = (target, type, run, capture = false) => call(listen, target, [type, run, capture]);
  var workerFrom = (source) => withAddress(source, (url) => make(NativeWorker, [url]));
  function sharedFrom(source, onfailure) {
    if (!portOf) return null;
    try {
      const worker = withAddress(source, (url) => make(NativeSharedWorker, [url]));
      on(worker, "error", onfailure);
      return call(portOf, worker, []);
    } catch {
      return null;
    }
  }
  function withAddress(source, use) {
    const url = createObjectURL(make(NativeBlob, [[source], { type: "text/javascript" }]));
    setTimeout(() => revokeObjectURL(url), 5e3);
    return use(url);
  }
  var ownSheets = sheets?.get && sheets.set && {
    get: (document2) => [...call(sheets.get, document2, [])],
    set: (document2, value) => call(sheets.set, document2, [value])
  };
  var mutations = (run) => make(NativeMutationObserver, [run]);

  // src/shared/stage.ts
  var NativeGenerator = window.MediaStreamTrackGenerator;
  var NativeStream = MediaStream;
  var cloneTrack = MediaStreamTrack.prototype.clone;
  var dispatch = EventTarget.prototype.dispatchEvent;
  var NativeEvent = Event;
  var LISTED = [
    { part: "microphone", kind: "audioinput", label: "Microphone" },
    { part: "camera", kind: "videoinput", label: "Camera" }
  ];
  var Stage = class {
    #open = false;
    #tracks = /* @__PURE__ */ new Map();
    #fill;
    /** `fill` hands the end of a new track to whoever writes into it. `asked`: a page that has no devices yet wants some, and is answered
     *  once it is done. */
    constructor(fill, asked = async () => void 0) {
      this.#fill = fill;
      if (!NativeGenerator || typeof MediaDevices === "undefined") return;
      const stage = this;
      replace(MediaDevices.prototype, "getUserMedia", (native) => async function(wanted) {
        if (!stage.#open) await asked();
        if (!stage.#open || !wanted?.audio && !wanted?.video) return await call2(native, this, wanted);
        return stage.#stream([...wanted.audio ? ["microphone"] : [], ...wanted.video ? ["camera"] : []]);
      });
      replace(MediaDevices.prototype, "getDisplayMedia", (native) => async function(wanted) {
        if (!stage.#open) await asked();
        return stage.#open ? stage.#stream(["screenshare"]) : await call2(native, this, wanted);
      });
      replace(MediaDevices.prototype, "enumerateDevices", (native) => async function() {
        return stage.#open ? LISTED.map(described) : await call2(native, this);
      });
      replace(Permissions.prototype, "query", (native) => async function(wanted) {
        const status = await call2(native, this, wanted);
        if (stage.#open && ["camera", "microphone"].includes(wanted?.name ?? "")) {
          Object.defineProperty(status, "state", { value: "granted", configurable: true });
        }
        return status;
      });
    }
    open() {
      if (this.#open) return;
      this.#open = true;
      if (navigator.mediaDevices) Reflect.apply(dispatch, navigator.mediaDevices, [new NativeEvent("devicechange")]);
    }
    #stream(parts) {
      return make(NativeStream, [parts.map((part) => Reflect.apply(cloneTrack, this.#track(part), []))]);
    }
    #track(part) {
      const known = this.#tracks.get(part);
      if (known) return known;
      const made = new NativeGenerator({ kind: part === "microphone" ? "audio" : "video" });
      this.#tracks.set(part, made);
      this.#fill({ part, writable: made.writable });
      return made;
    }
  };
  var call2 = (native, self, ...args) => Reflect.apply(native, self, args);
  function described({ part, kind, label }) {
    const told = { deviceId: part, groupId: "bot", kind, label };
    const shown = Object.entries({ ...told, toJSON: () => told }).map(([name, value]) => [name, { value, enumerable: true }]);
    return Object.create(MediaDeviceInfo.prototype, Object.fromEntries(shown));
  }
  function replace(prototype, name, wrap) {
    const native = prototype[name];
    if (!native) return;
    const value = wrap(native);
    Object.defineProperty(value, "name", { value: name });
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
  }

  // worker:src/shared/relay.ts
  var relay_default = '"use strict";\n(() => {\n  // src/shared/relay.ts\n  var MENTIONED = 1 << 20;\n  function relay(port, url) {\n    const say = (said, given = []) => port.postMessage(said, given);\n    const socket = new WebSocket(url);\n    socket.binaryType = "arraybuffer";\n    let behind = false;\n    socket.onopen = () => say({ open: true });\n    socket.onmessage = ({ data }) => say({ order: data }, typeof data === "string" ? [] : [data]);\n    port.onmessage = ({ data }) => {\n      socket.send(data);\n      const waiting = socket.bufferedAmount, was = behind;\n      behind = waiting > MENTIONED;\n      if (behind || was) say({ waiting });\n    };\n  }\n  self.onconnect = ({ ports: [port] }) => {\n    if (port) port.onmessage = ({ data }) => relay(port, data);\n  };\n})();\n';

  // worker:src/shared/worker.ts
  var worker_default = '"use strict";\n(() => {\n  // src/shared/av1.ts\n  var SEQUENCE_HEADER = 1;\n  var Bits = class {\n    constructor(bytes) {\n      this.bytes = bytes;\n    }\n    bytes;\n    #at = 0;\n    take(count) {\n      let number = 0;\n      for (; count > 0; count--, this.#at++) number = number << 1 | this.bytes[this.#at >> 3] >> 7 - (this.#at & 7) & 1;\n      return number;\n    }\n  };\n  function sizeOf(frame) {\n    const bytes = new Uint8Array(frame);\n    let at = 0;\n    while (at < bytes.length) {\n      const header = bytes[at], hasSize = header & 2;\n      at += header & 4 ? 2 : 1;\n      let size = bytes.length - at;\n      if (hasSize) {\n        size = 0;\n        for (let shift = 0; at < bytes.length; shift += 7) {\n          const byte = bytes[at++];\n          size |= (byte & 127) << shift;\n          if (!(byte & 128)) break;\n        }\n      }\n      if ((header >> 3 & 15) === SEQUENCE_HEADER) return sizeIn(new Bits(bytes.subarray(at, at + size)));\n      at += size;\n    }\n    return null;\n  }\n  function sizeIn(bits) {\n    bits.take(4);\n    const reduced = bits.take(1);\n    if (reduced) {\n      bits.take(5);\n    } else {\n      if (bits.take(1)) return null;\n      const delays = bits.take(1);\n      for (let points = bits.take(5) + 1; points > 0; points--) {\n        bits.take(12);\n        if (bits.take(5) > 7) bits.take(1);\n        if (delays && bits.take(1)) bits.take(4);\n      }\n    }\n    const widthBits = bits.take(4) + 1, heightBits = bits.take(4) + 1;\n    return [bits.take(widthBits) + 1, bits.take(heightBits) + 1];\n  }\n\n  // src/shared/batch.ts\n  var AUDIO = 1;\n  var VIDEO = 2;\n  var KEY_FRAME = 1;\n  var NUMBERED = 2;\n  var LAYER_SHIFT = 4;\n  var LAYERS = 3;\n  var HEADER = 24;\n  function flagsOf({ key, layer = 0, buildsOn }) {\n    return (key ? KEY_FRAME : 0) | (buildsOn ? NUMBERED : 0) | (layer & LAYERS) << LAYER_SHIFT;\n  }\n  function backOf({ sequence, buildsOn = [] }) {\n    const back = buildsOn.map((number) => sequence - number & 65535).filter((far) => far > 0 && far < 256).sort((a, b) => a - b);\n    return (back[0] ?? 0) | (back[1] ?? 0) << 8;\n  }\n  var Batch = class {\n    #bytes = new Uint8Array(1 << 16);\n    #view = new DataView(this.#bytes.buffer);\n    #used = 0;\n    get size() {\n      return this.#used;\n    }\n    /** The payload is copied: its buffer goes back to the page\'s decoder. */\n    add(header, payload) {\n      this.#reserve(HEADER + payload.byteLength);\n      const at = this.#used, view = this.#view;\n      view.setUint32(at, payload.byteLength, true);\n      view.setUint16(at + 4, header.track, true);\n      view.setUint8(at + 6, header.media);\n      view.setUint8(at + 7, flagsOf(header));\n      view.setUint32(at + 8, header.rtp, true);\n      view.setUint16(at + 12, header.sequence, true);\n      view.setUint16(at + 14, backOf(header), true);\n      view.setFloat64(at + 16, header.arrival, true);\n      this.#bytes.set(new Uint8Array(payload), at + HEADER);\n      this.#used += HEADER + payload.byteLength;\n    }\n    take() {\n      const whole = this.#bytes.buffer.slice(0, this.#used);\n      this.#used = 0;\n      return whole;\n    }\n    #reserve(more) {\n      if (this.#used + more <= this.#bytes.length) return;\n      const grown = new Uint8Array(2 * (this.#used + more));\n      grown.set(this.#bytes.subarray(0, this.#used));\n      this.#bytes = grown;\n      this.#view = new DataView(grown.buffer);\n    }\n  };\n  function* parts(message, from) {\n    const view = new DataView(message);\n    for (let at = from; at < message.byteLength; ) {\n      const length = view.getUint32(at, true);\n      yield {\n        track: view.getUint16(at + 4, true),\n        media: view.getUint8(at + 6),\n        key: (view.getUint8(at + 7) & KEY_FRAME) !== 0,\n        payload: new Uint8Array(message, at + HEADER, length)\n      };\n      at += HEADER + length;\n    }\n  }\n\n  // src/shared/envelope.ts\n  var VERSION = 1;\n  var envelope = (message, seq, at) => JSON.stringify({ v: VERSION, type: message.type, seq, at, body: message.body });\n\n  // src/shared/connection.ts\n  var BATCH_MS = 40;\n  var HASTY_BATCH_MS = 10;\n  var HASTEN = "hasten";\n  var LARGEST_BATCH = 1 << 20;\n  var LARGEST_BACKLOG = 64 << 20;\n  var Relayed = class {\n    bufferedAmount = 0;\n    onopen = null;\n    onmessage = null;\n    #port;\n    constructor(port, url) {\n      this.#port = port;\n      port.onmessage = ({ data }) => {\n        if ("open" in data) this.onopen?.();\n        else if ("order" in data) this.onmessage?.({ data: data.order });\n        else this.bufferedAmount = data.waiting;\n      };\n      port.postMessage(url);\n    }\n    send(message) {\n      this.#port.postMessage(message, typeof message === "string" ? [] : [message]);\n    }\n  };\n  function direct(url) {\n    const socket = new WebSocket(url);\n    socket.binaryType = "arraybuffer";\n    return socket;\n  }\n  var now = () => performance.timeOrigin + performance.now();\n  var Connection = class {\n    #socket = null;\n    #waiting = [];\n    #waitingBytes = 0;\n    #seq = 0;\n    #choked = false;\n    #batch = new Batch();\n    #flushing = false;\n    #hasty = false;\n    /** When the last batch went. */\n    #wentAt = 0;\n    /** `onorder` hears what the bot says, `onsent` what it sends. */\n    open({ url, secret, relay }, onorder = () => void 0, onsent = () => void 0) {\n      const socket = relay ? new Relayed(relay, url) : direct(url);\n      socket.onmessage = ({ data }) => {\n        if (data === HASTEN) this.#hasty = true;\n        else if (typeof data === "string") onorder(data);\n        else onsent(data);\n      };\n      socket.onopen = () => {\n        socket.send(secret);\n        this.#socket = socket;\n        for (const message of this.#waiting.splice(0)) socket.send(message);\n        this.#waitingBytes = 0;\n      };\n    }\n    say(message) {\n      this.#send(envelope(message, ++this.#seq, now()));\n    }\n    /** Send a frame with the next batch. Its payload is copied. */\n    queue(header, payload) {\n      this.#batch.add(header, payload);\n      if (this.#batch.size > LARGEST_BATCH) return this.flush();\n      if (this.#flushing) return;\n      this.#flushing = true;\n      setTimeout(() => this.flush(), this.#hasty ? Math.max(0, this.#wentAt + HASTY_BATCH_MS - performance.now()) : BATCH_MS);\n    }\n    flush() {\n      this.#flushing = false;\n      this.#wentAt = performance.now();\n      if (this.#batch.size) this.#ship(this.#batch.take());\n    }\n    #ship(batch) {\n      const backlog = this.#socket ? this.#socket.bufferedAmount : this.#waitingBytes;\n      const choked = backlog > LARGEST_BACKLOG;\n      if (choked && !this.#choked) this.say({ type: "fault", body: { where: "connection", message: "media dropped" } });\n      this.#choked = choked;\n      if (!choked) this.#send(batch);\n    }\n    #send(message) {\n      if (this.#socket) return this.#socket.send(message);\n      this.#waiting.push(message);\n      this.#waitingBytes += typeof message === "string" ? message.length : message.byteLength;\n    }\n  };\n\n  // src/shared/flat.ts\n  var CODECS = {\n    "video/vp8": { codec: "vp8", width: 0, height: 0 },\n    // Level 5.1 or what compares to it, so that every size a meeting sends is allowed.\n    "video/vp9": { codec: "vp09.00.51.08", width: 0, height: 0 },\n    "video/av1": { codec: "av01.0.13M.08", width: 0, height: 0 },\n    // The payload of RTP is in the annexb form.\n    "video/h264": { codec: "avc1.42E033", width: 0, height: 0, avc: { format: "annexb" } }\n  };\n  var MOST_SIZES = 64;\n  var LONG = 32;\n  var SHORT = 16;\n  var FlatFrames = class {\n    /** Called once for each codec and size whose frame could not be made. */\n    constructor(onFailure) {\n      this.onFailure = onFailure;\n    }\n    onFailure;\n    #made = /* @__PURE__ */ new Map();\n    /** A fresh copy of the frame that stands for pictures of a size, or null while it is being made and where it cannot be. */\n    get(mime, trueWidth, trueHeight) {\n      const width = side(trueWidth, trueHeight), height = side(trueHeight, trueWidth);\n      const name = `${mime} ${width}x${height}`;\n      const made = this.#made.get(name);\n      if (made !== void 0) return made && made.slice(0);\n      if (this.#made.size >= MOST_SIZES) this.#made.clear();\n      this.#made.set(name, null);\n      void this.#make(name, mime, width, height);\n      return null;\n    }\n    async #make(name, mime, width, height) {\n      const codec = CODECS[mime.toLowerCase()];\n      if (!codec || typeof VideoEncoder === "undefined") return;\n      try {\n        this.#made.set(name, await encodeBlack({ ...codec, width, height, latencyMode: "realtime", bitrate: 1e5 }));\n      } catch (error) {\n        this.onFailure(`${mime}: ${String(error)}`);\n      }\n    }\n  };\n  function side(one, other) {\n    return Math.max(SHORT, 2 * Math.round(LONG * one / Math.max(one, other) / 2));\n  }\n  function encodeBlack(config) {\n    return new Promise((resolve, reject) => {\n      const encoder = new VideoEncoder({\n        output: (chunk) => {\n          const payload = new ArrayBuffer(chunk.byteLength);\n          chunk.copyTo(payload);\n          resolve(payload);\n        },\n        error: reject\n      });\n      encoder.configure(config);\n      const picture = blackPicture(config.width, config.height);\n      encoder.encode(picture, { keyFrame: true });\n      picture.close();\n      encoder.flush().then(() => encoder.close(), reject);\n    });\n  }\n  function blackPicture(width, height) {\n    const luma = width * height, chroma = Math.ceil(width / 2) * Math.ceil(height / 2);\n    const planes = new Uint8Array(luma + 2 * chroma).fill(16, 0, luma).fill(128, luma);\n    return new VideoFrame(planes, { format: "I420", codedWidth: width, codedHeight: height, timestamp: 0 });\n  }\n\n  // src/shared/microphone.ts\n  var RATE = 48e3;\n  var STEP_MS = 20;\n  var STEP = RATE * STEP_MS / 1e3;\n  var LONGEST_BEHIND_MS = 100;\n  var Line = class {\n    /** In samples: beyond `most` the oldest is lost; what comes after a silence waits until there are `first`. */\n    constructor(most, first = 0) {\n      this.most = most;\n      this.first = first;\n    }\n    most;\n    first;\n    #waiting = [];\n    #count = 0;\n    #playing = false;\n    add(samples) {\n      this.#waiting.push(samples);\n      this.#count += samples.length;\n      while (this.#count > this.most) this.#count -= this.#waiting.shift().length;\n    }\n    clear() {\n      this.#waiting.length = this.#count = 0;\n      this.#playing = false;\n    }\n    mixInto(step) {\n      this.#playing &&= this.#count > 0;\n      if (!this.#count || !this.#playing && this.#count < this.first) return;\n      this.#playing = true;\n      for (let filled = 0; filled < step.length && this.#waiting.length; ) {\n        const waiting = this.#waiting[0], part = waiting.subarray(0, step.length - filled);\n        for (let i = 0; i < part.length; i++) step[filled + i] += part[i];\n        filled += part.length;\n        this.#count -= part.length;\n        if (part.length === waiting.length) this.#waiting.shift();\n        else this.#waiting[0] = waiting.subarray(part.length);\n      }\n    }\n  };\n  var Microphone = class {\n    lines = /* @__PURE__ */ new Set();\n    #writer = null;\n    #next = 0;\n    /** From here on the track is never without sound, as no microphone is: silence is sound too. */\n    feed(writable) {\n      this.#writer = writable.getWriter();\n      this.#next = performance.now();\n      this.#step();\n    }\n    #step() {\n      const writer = this.#writer, now2 = performance.now();\n      if (!writer) return;\n      if (now2 - this.#next > LONGEST_BEHIND_MS) this.#next = now2;\n      for (; this.#next <= now2; this.#next += STEP_MS) {\n        const sound = new AudioData({\n          format: "f32-planar",\n          sampleRate: RATE,\n          numberOfChannels: 1,\n          numberOfFrames: STEP,\n          timestamp: Math.round(this.#next * 1e3),\n          data: this.#take()\n        });\n        writer.write(sound).catch(() => {\n          this.#writer = null;\n        });\n      }\n      setTimeout(() => this.#step(), Math.max(1, this.#next - performance.now()));\n    }\n    #take() {\n      const step = new Float32Array(STEP);\n      for (const line of this.lines) line.mixInto(step);\n      return step;\n    }\n  };\n\n  // src/shared/streams.ts\n  var FIRST = RATE * 0.08;\n  var MOST = RATE * 0.24;\n  var PICTURES = { codec: "avc1.42E028", optimizeForLatency: true };\n  var MOST_WAITING = 30;\n  var PictureStream = class {\n    constructor(surface, onFailure) {\n      this.surface = surface;\n      this.onFailure = onFailure;\n    }\n    surface;\n    onFailure;\n    #decoder = null;\n    add(payload, key) {\n      if (this.#decoder && this.#decoder.decodeQueueSize > MOST_WAITING) this.end();\n      if (!this.#decoder && !key) return;\n      this.#decoder ??= this.#begin();\n      this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: performance.now() * 1e3, data: payload }));\n    }\n    end() {\n      const decoder = this.#decoder;\n      this.#decoder = null;\n      if (decoder && decoder.state !== "closed") decoder.close();\n    }\n    #begin() {\n      const decoder = new VideoDecoder({\n        output: (picture) => this.#decoder === decoder ? this.surface.next(picture) : picture.close(),\n        error: (error) => {\n          if (this.#decoder === decoder) this.#decoder = null;\n          this.onFailure(String(error));\n        }\n      });\n      decoder.configure(PICTURES);\n      return decoder;\n    }\n  };\n  var SoundStream = class {\n    constructor(microphone, onFailure) {\n      this.microphone = microphone;\n      this.onFailure = onFailure;\n      microphone.lines.add(this.#line);\n    }\n    microphone;\n    onFailure;\n    #line = new Line(MOST, FIRST);\n    #decoder = null;\n    add(payload) {\n      this.#decoder ??= this.#begin();\n      this.#decoder.decode(new EncodedAudioChunk({ type: "key", timestamp: performance.now() * 1e3, data: payload }));\n    }\n    end() {\n      this.microphone.lines.delete(this.#line);\n      const decoder = this.#decoder;\n      this.#decoder = null;\n      if (decoder && decoder.state !== "closed") decoder.close();\n    }\n    #begin() {\n      const decoder = new AudioDecoder({\n        output: (sound) => {\n          this.#line.add(monoOf(sound));\n          sound.close();\n        },\n        error: (error) => {\n          if (this.#decoder === decoder) this.#decoder = null;\n          this.onFailure(String(error));\n        }\n      });\n      decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 2 });\n      return decoder;\n    }\n  };\n  function monoOf(sound) {\n    const channels = Array.from({ length: sound.numberOfChannels }, (_, planeIndex) => {\n      const samples = new Float32Array(sound.numberOfFrames);\n      sound.copyTo(samples, { planeIndex, format: "f32-planar" });\n      return samples;\n    });\n    return channels[0].map((_, i) => channels.reduce((sum, samples) => sum + samples[i], 0) / channels.length);\n  }\n\n  // src/shared/surface.ts\n  var STILL_MS = 1e3;\n  var Surface = class {\n    #writer = null;\n    #shown = [];\n    #at = 0;\n    #timer = 0;\n    #asked = 0;\n    feed(writable) {\n      this.#writer = writable.getWriter();\n      this.#step();\n    }\n    /** A picture that was asked for earlier never takes the place of a later one. */\n    async show(files) {\n      const asked = ++this.#asked;\n      const shown = await Promise.all(files.map(async ({ ms, file }) => ({ ms, picture: await createImageBitmap(new Blob([file])) })));\n      if (asked !== this.#asked) return shown.forEach(({ picture }) => picture.close());\n      this.#replace(shown);\n    }\n    /** One picture of a stream; it is the surface\'s from here on. */\n    next(picture) {\n      this.#asked++;\n      this.#replace([{ picture, ms: STILL_MS }]);\n    }\n    /** Black at once: until the page\'s camera is off, its last picture would stand. */\n    blank() {\n      const last = this.#shown[this.#at]?.picture;\n      this.#asked++;\n      if (last) this.#write(black(last));\n      this.#replace([]);\n    }\n    #replace(shown) {\n      for (const { picture } of this.#shown) picture.close();\n      this.#shown = shown;\n      this.#at = 0;\n      this.#step();\n    }\n    /** Once a second while it stands still. */\n    #step() {\n      clearTimeout(this.#timer);\n      const now2 = this.#shown[this.#at];\n      if (!this.#writer || !now2) return;\n      this.#write(now2.picture);\n      const moves = this.#shown.length > 1;\n      if (moves) this.#at = (this.#at + 1) % this.#shown.length;\n      this.#timer = setTimeout(() => this.#step(), moves ? now2.ms : STILL_MS);\n    }\n    #write(picture) {\n      const writer = this.#writer;\n      if (!writer) return;\n      const frame = new VideoFrame(picture, { timestamp: Math.round(performance.now() * 1e3), alpha: "discard" });\n      writer.write(frame).catch(() => {\n        frame.close();\n        this.#writer = null;\n      });\n    }\n  };\n  function black(like) {\n    const canvas = "displayWidth" in like ? new OffscreenCanvas(like.displayWidth, like.displayHeight) : new OffscreenCanvas(like.width, like.height);\n    canvas.getContext("2d").fillRect(0, 0, canvas.width, canvas.height);\n    return canvas;\n  }\n\n  // src/shared/playing.ts\n  var MOST_WAITING2 = RATE / 5;\n  var SOUND = 1;\n  var HUSH = 2;\n  var PICTURE = 3;\n  var BLANK = 4;\n  var STREAM = 5;\n  var SURFACES = ["camera", "screenshare"];\n  var Scene = class {\n    constructor(microphone, onFailure) {\n      this.microphone = microphone;\n      this.onFailure = onFailure;\n      this.#picture = new PictureStream(this.surface, onFailure);\n    }\n    microphone;\n    onFailure;\n    surface = new Surface();\n    #picture;\n    #sounds = /* @__PURE__ */ new Map();\n    stream(batch) {\n      for (const { track, media, key, payload } of parts(batch, 2)) {\n        if (media === VIDEO) this.#picture.add(payload, key);\n        else this.#sound(track).add(payload);\n      }\n    }\n    blank() {\n      this.end();\n      this.surface.blank();\n    }\n    /** The stream is over; what it showed last stays. */\n    end() {\n      this.#picture.end();\n      for (const sound of this.#sounds.values()) sound.end();\n      this.#sounds.clear();\n    }\n    #sound(track) {\n      const known = this.#sounds.get(track);\n      if (known) return known;\n      const made = new SoundStream(this.microphone, this.onFailure);\n      this.#sounds.set(track, made);\n      return made;\n    }\n  };\n  var Playing = class {\n    constructor(onFailure) {\n      this.onFailure = onFailure;\n      this.#microphone.lines.add(this.#line);\n      this.#scenes = new Map(SURFACES.map((name) => [name, new Scene(this.#microphone, onFailure)]));\n    }\n    onFailure;\n    #microphone = new Microphone();\n    #line = new Line(MOST_WAITING2);\n    #scenes;\n    feed({ part, writable }) {\n      if (part === "microphone") this.#microphone.feed(writable);\n      else this.#scenes.get(part)?.surface.feed(writable);\n    }\n    /** What the bot sent, in the form of rapporteur/wire/page.py. */\n    take(message) {\n      const view = new DataView(message), scene = this.#scenes.get(SURFACES[view.getUint8(1)] ?? "camera");\n      switch (view.getUint8(0)) {\n        case SOUND:\n          return this.#line.add(samplesOf(message));\n        case HUSH:\n          return this.#line.clear();\n        case BLANK:\n          return scene.blank();\n        case STREAM:\n          return scene.stream(message);\n        case PICTURE:\n          scene.end();\n          scene.surface.show(filesOf(message)).catch((error) => this.onFailure(String(error)));\n      }\n    }\n  };\n  function samplesOf(message) {\n    return Float32Array.from(new Int16Array(message, 2), (sample) => sample / 32768);\n  }\n  function filesOf(message) {\n    const view = new DataView(message), files = [];\n    for (let at = 2; at < message.byteLength; ) {\n      const length = view.getUint32(at + 4, true);\n      files.push({ ms: view.getUint32(at, true), file: new Uint8Array(message, at + 8, length) });\n      at += 8 + length;\n    }\n    return files;\n  }\n\n  // src/shared/red.ts\n  var LONG2 = 4;\n  function blocksOf(packet) {\n    const bytes = new DataView(packet), sizes = [];\n    let at = 0;\n    while (at < bytes.byteLength && bytes.getUint8(at) & 128) {\n      if (at + LONG2 > bytes.byteLength) return [];\n      const rest = bytes.getUint32(at) & 16777215;\n      sizes.push({ earlier: rest >> 10, size: rest & 1023 });\n      at += LONG2;\n    }\n    at += 1;\n    const own = bytes.byteLength - at - sizes.reduce((sum, { size }) => sum + size, 0);\n    if (own < 0) return [];\n    return [...sizes, { earlier: 0, size: own }].map(({ earlier, size }, n) => {\n      const payload = packet.slice(at, at + size);\n      at += size;\n      return { earlier, back: sizes.length - n, payload };\n    });\n  }\n\n  // src/shared/splitting.ts\n  var FIRST2 = 16384;\n  var Splitting = class {\n    #parts = /* @__PURE__ */ new Map();\n    #current = /* @__PURE__ */ new Map();\n    #polled = /* @__PURE__ */ new Map();\n    /** Tracks whose frames name their sources themselves. */\n    #exact = /* @__PURE__ */ new Set();\n    #next = FIRST2;\n    /** Off until it is asked for: most platforms give everybody a track. */\n    on = false;\n    /** The window\'s answer for a track. */\n    hear(track, csrc) {\n      this.#polled.set(track, csrc);\n    }\n    /** Whose a frame is. */\n    part(track, named, sequence) {\n      if (!this.on) return { number: track, csrc: null, back: 0 };\n      const [first] = named;\n      if (first !== void 0) this.#exact.add(track);\n      const csrc = first ?? (this.#exact.has(track) ? null : this.#polled.get(track) ?? null);\n      const turns = this.#turns(track, csrc);\n      const { newest } = turns, ahead = newest === null ? 0 : sequence - turns.back - newest & 65535;\n      if (this.#current.get(track) !== turns && ahead < 32768) {\n        turns.back = newest === null ? 0 : sequence - newest - 1 & 65535;\n        this.#current.set(track, turns);\n      }\n      if (newest === null || ahead < 32768) turns.newest = sequence - turns.back & 65535;\n      return turns;\n    }\n    /** All numbers that are in use for a track; it has ended. */\n    end(track) {\n      const parts2 = [...this.#parts.get(track)?.values() ?? []];\n      this.#parts.delete(track);\n      this.#current.delete(track);\n      return [track, ...parts2.map(({ number }) => number).filter((number) => number !== track)];\n    }\n    #turns(track, csrc) {\n      let parts2 = this.#parts.get(track);\n      if (!parts2) this.#parts.set(track, parts2 = /* @__PURE__ */ new Map());\n      let turns = parts2.get(csrc);\n      if (!turns) parts2.set(csrc, turns = { number: csrc === null ? track : this.#next++, csrc, back: 0, newest: null });\n      return turns;\n    }\n  };\n\n  // src/shared/worker.ts\n  var REMEMBERED_FRAMES = 64;\n  var connection = new Connection();\n  var live = /* @__PURE__ */ new Map();\n  var ended = /* @__PURE__ */ new Set();\n  var pictures = /* @__PURE__ */ new Set();\n  var splitting = new Splitting();\n  var flat = new FlatFrames((message) => connection.say({ type: "fault", body: { where: "flat frame", message } }));\n  var playing = new Playing((message) => connection.say({ type: "fault", body: { where: "stage", message } }));\n  var idle = false;\n  var OPUS = "audio/opus";\n  var RED = "audio/red";\n  var NO_SOUND = /^audio\\/(telephone-event|cn)$/i;\n  function announce({ track, media }, mimeType, csrc = null) {\n    const mime = mimeType ?? (media === "audio" ? OPUS : "video/VP8");\n    const before = live.get(track);\n    if (before === mime) return;\n    if (before !== void 0) {\n      connection.flush();\n      connection.say({ type: "track_ended", body: { track } });\n    }\n    live.set(track, mime);\n    const body = { track, media, mime, clock_rate: clockRate(media, mime) };\n    connection.say({ type: "track", body: csrc === null ? body : { ...body, csrc } });\n  }\n  function clockRate(media, mime) {\n    if (media === "video") return 9e4;\n    return /^audio\\/(pcm[ua]|g722)$/i.test(mime) ? 8e3 : 48e3;\n  }\n  function end(track) {\n    ended.add(track);\n    const over = splitting.end(track).filter((number) => live.delete(number));\n    if (over.length) connection.flush();\n    for (const number of over) connection.say({ type: "track_ended", body: { track: number } });\n  }\n  var Repetitions = class {\n    #seen = /* @__PURE__ */ new Set();\n    has(rtp, layer) {\n      const name = rtp * 8 + layer;\n      if (this.#seen.has(name)) return true;\n      this.#seen.add(name);\n      if (this.#seen.size > REMEMBERED_FRAMES) for (const oldest of this.#seen) {\n        this.#seen.delete(oldest);\n        break;\n      }\n      return false;\n    }\n  };\n  var Cheapener = class {\n    #track;\n    #width = 0;\n    #height = 0;\n    #layered = false;\n    /** The size that the page was told. */\n    #told = "";\n    constructor(track) {\n      this.#track = track;\n    }\n    /** Swaps the picture for a tiny one, as soon as that can be had; until then the original goes on. */\n    cheapen(frame, meta) {\n      this.#layered ||= (meta.spatialIndex ?? 0) > 0;\n      if (this.#layered) return this.#tell(null);\n      if (meta.width && meta.height) [this.#width, this.#height] = [meta.width, meta.height];\n      else if (frame.type === "key") [this.#width, this.#height] = sizeOf(frame.data) ?? [this.#width, this.#height];\n      if (!this.#width) return;\n      const cheap = flat.get(meta.mimeType ?? "", this.#width, this.#height);\n      if (!cheap) return;\n      this.#tell({ width: this.#width, height: this.#height });\n      frame.data = cheap;\n    }\n    /** Whether the decoder can be given originals again: nothing but a key frame goes on from a tiny picture. */\n    end(frame, meta) {\n      if (this.#told && frame.type !== "key") {\n        this.cheapen(frame, meta);\n        return false;\n      }\n      this.#tell(null);\n      return true;\n    }\n    #tell(size) {\n      const told = size ? `${size.width}x${size.height}` : "";\n      if (told === this.#told) return;\n      this.#told = told;\n      self.postMessage({ track: this.#track, size });\n    }\n  };\n  async function carry(transformer) {\n    const { track, media } = transformer.options;\n    const reader = transformer.readable.getReader(), writer = transformer.writable.getWriter();\n    const ship = media === "video" ? videoShipper(transformer.options) : audioShipper(transformer.options);\n    if (media === "video") pictures.add(transformer);\n    for (; ; ) {\n      const { value: frame, done } = await reader.read();\n      if (done) break;\n      if (frame.data.byteLength && !ship(frame, frame.getMetadata(), !idle && !ended.has(track))) continue;\n      writer.write(frame).catch(() => void 0);\n    }\n    pictures.delete(transformer);\n    end(track);\n  }\n  function audioShipper(options) {\n    const repetitions = new Repetitions();\n    let named = false;\n    const queue = ({ number, back }, rtp, sequence, payload) => connection.queue(\n      { track: number, media: AUDIO, key: false, rtp, sequence: sequence - back & 65535, arrival: now() },\n      payload\n    );\n    return (frame, { mimeType, rtpTimestamp: rtp = 0, sequenceNumber: sequence = 0, contributingSources = [] }, wanted) => {\n      named ||= splitting.on || contributingSources.length > 0;\n      if (!wanted || mimeType && NO_SOUND.test(mimeType)) return true;\n      const redundant = mimeType?.toLowerCase() === RED;\n      const part = splitting.part(options.track, contributingSources, sequence);\n      announce({ ...options, track: part.number }, redundant ? OPUS : mimeType, part.csrc);\n      if (!redundant) {\n        queue(part, rtp, sequence, frame.data);\n        return named;\n      }\n      for (const { earlier, back, payload } of blocksOf(frame.data)) {\n        const at = rtp - earlier >>> 0;\n        if (payload.byteLength && !repetitions.has(at, 0)) queue(part, at, sequence - back, payload);\n      }\n      return named;\n    };\n  }\n  function videoShipper(options) {\n    const { track } = options, repetitions = new Repetitions(), cheapener = new Cheapener(track);\n    let count = 0, over = false;\n    return (frame, meta, wanted) => {\n      if (!wanted) {\n        over ||= cheapener.end(frame, meta);\n        return true;\n      }\n      const { mimeType, rtpTimestamp: rtp = 0, spatialIndex: layer = 0, frameId } = meta;\n      announce(options, mimeType);\n      if (!repetitions.has(rtp, layer)) {\n        const sequence = (frameId ?? count++) & 65535, buildsOn = frameId === void 0 ? void 0 : meta.dependencies ?? [];\n        const key = frame.type === "key";\n        connection.queue({ track, media: VIDEO, key, rtp, sequence, arrival: now(), layer, buildsOn }, frame.data);\n      }\n      cheapener.cheapen(frame, meta);\n      return true;\n    };\n  }\n  function obey(order) {\n    if (order === "stage") return self.postMessage("staged");\n    if (order !== "pass") return;\n    idle = true;\n    self.postMessage("passing");\n    for (const track of [...live.keys()]) end(track);\n    for (const transformer of pictures) transformer.sendKeyFrameRequest?.().catch(() => void 0);\n  }\n  self.onmessage = ({ data }) => {\n    if ("open" in data) connection.open(data.open, obey, (sent) => playing.take(sent));\n    else if ("fill" in data) playing.feed(data.fill);\n    else if ("split" in data) splitting.on = true;\n    else if ("contributes" in data) splitting.hear(data.contributes.track, data.contributes.csrc);\n    else if (data.say.type === "track_ended") end(data.say.body.track);\n    else connection.say(data.say);\n  };\n  self.onrtctransform = ({ transformer }) => {\n    carry(transformer).catch((error) => {\n      connection.say({ type: "fault", body: { where: "transform", message: String(error) } });\n      end(transformer.options.track);\n    });\n  };\n})();\n';

  // src/shared/link.ts
  var KNOWN_AFTER_MS = 1e3;
  var Link = class {
    #worker = null;
    #open;
    #known = null;
    #staged = () => void 0;
    #stage = new Stage(
      (filled) => post(this.worker, { fill: filled }, [filled.writable]),
      async () => {
        await this.#asked();
      }
    );
    /** Called when the bot lets the frames pass and looks at the page instead. */
    onpassing = () => void 0;
    /** Called when a track's pictures have another size than what the decoder gets in their stead. */
    onsize = () => void 0;
    constructor({ url, secret, staged }) {
      this.#open = () => {
        const worker = workerFrom(worker_default);
        on(worker, "message", (event) => this.#told(event.data));
        const open = (door) => post(worker, { open: door }, door.relay ? [door.relay] : []);
        const port = sharedFrom(relay_default, () => open({ url, secret }));
        open(port ? { url, secret, relay: port } : { url, secret });
        return worker;
      };
      if (staged) this.#stage.open();
    }
    /** Started by its first use, so that a frame without meeting and media costs no thread. */
    get worker() {
      return this.#worker ??= this.#open();
    }
    #told(told) {
      if (typeof told === "object") return this.onsize(told.track, told.size);
      if (told === "passing") return this.onpassing();
      this.#stage.open();
      this.#staged();
      this.say("staged", {});
    }
    /** A frame whose page wants devices holds the meeting's client, of which the bot may not know yet. */
    #asked() {
      if (window.top === window) return null;
      return this.#known ??= new Promise((resolve) => {
        this.#staged = resolve;
        this.#worker ??= this.#open();
        setTimeout(resolve, KNOWN_AFTER_MS);
      });
    }
    /** Let the bot have each contributing source of a track of sound as a track of its own. */
    split() {
      post(this.worker, { split: true });
    }
    /** Whose voice a track carries now, as far as its receiver says; frames that say it themselves are believed more. */
    contributes(track, csrc) {
      post(this.worker, { contributes: { track, csrc } });
    }
    say(type, body) {
      post(this.worker, { say: { type, body } });
    }
  };

  // src/shared/screens.ts
  var attachShadow = Element.prototype.attachShadow;
  var roots = /* @__PURE__ */ new Set();
  function watchShadows(onattached = () => void 0) {
    Element.prototype.attachShadow = new Proxy(attachShadow, {
      apply(target, element, args) {
        const root = call(target, element, args);
        if (root.mode === "open") {
          roots.add(new WeakRef(root));
          onattached(root);
        }
        return root;
      }
    });
  }
  function documents(from = document) {
    const inner = Array.from(from.querySelectorAll("iframe"), (frame) => {
      try {
        return frame.contentDocument;
      } catch {
        return null;
      }
    });
    return [from, ...inner.filter((found) => found !== null).flatMap(documents)];
  }
  var shadowsIn = (place) => Array.from(place.querySelectorAll("*")).flatMap(({ shadowRoot }) => shadowRoot ? [shadowRoot, ...shadowsIn(shadowRoot)] : []);
  function places() {
    const shadows = [], [own, ...inner] = documents();
    for (const ref of roots) {
      const root = ref.deref();
      if (!root) roots.delete(ref);
      else if (root.host.isConnected) shadows.push(root);
    }
    return [own, ...shadows, ...inner, ...inner.flatMap(shadowsIn)];
  }
  function all(selector) {
    return places().flatMap((place) => Array.from(place.querySelectorAll(selector)));
  }
  var hasRoom = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  var isVisible = (element) => hasRoom(element) && element.checkVisibility({ visibilityProperty: true });
  function isShown(place) {
    const around = (place.ownerDocument ?? place).defaultView?.frameElement;
    return !around || isVisible(around) && isShown(around.ownerDocument);
  }
  var fold = (text) => text.toLowerCase().replace(/[\u2018\u2019\u02bc]/g, "'").replace(/[\s\u00a0]+/g, " ").trim();
  var textOf = (element) => fold(element.innerText ?? element.textContent ?? "");
  var Look = class {
    constructor(states) {
      this.states = states;
    }
    states;
    #places = places().filter(isShown);
    #text = null;
    has([css, phrases, address, state]) {
      if (state && !this.states.includes(state)) return false;
      if (address && !new RegExp(address).test(location.href)) return false;
      if (css) return this.#visible(css).some((element) => !phrases.length || says(textOf(element), phrases));
      return phrases.length ? says(this.#pageText(), phrases) : Boolean(address || state);
    }
    #visible(css) {
      return this.#places.flatMap((place) => Array.from(place.querySelectorAll(css)).filter(isVisible));
    }
    #pageText() {
      return this.#text ??= this.#places.map((place) => {
        const tops = place instanceof ShadowRoot || !("body" in place) ? Array.from(place.children) : place.body ? [place.body] : [];
        return tops.map(textOf).join(" ");
      }).join(" ");
    }
  };
  var says = (text, phrases) => phrases.some((phrase) => text.includes(fold(phrase)));
  var Screens = class {
    #rows;
    #since = /* @__PURE__ */ new Map();
    constructor(rows) {
      this.#rows = rows;
    }
    /** The first row that is seen; null while that one has not been seen for long enough, and when none is. */
    see(states = []) {
      const look = new Look(states);
      for (const row of this.#rows) {
        const sign = row.signs.findIndex((each) => look.has(each));
        if (sign < 0 || row.unless.some((each) => look.has(each))) {
          this.#since.delete(row.name);
          continue;
        }
        const since = this.#since.get(row.name) ?? performance.now();
        this.#since.set(row.name, since);
        return performance.now() - since >= row.holds ? { name: row.name, sign } : null;
      }
      return null;
    }
  };

  // src/shared/connections.ts
  var listeners = [];
  function onConnection(listener) {
    listeners.push(listener);
    if (listeners.length === 1 && NativePeerConnection) hook(NativePeerConnection);
  }
  function hook(native) {
    const hooked = new Proxy(native, {
      construct(target, args, newTarget) {
        const connection = make(target, args, newTarget);
        for (const listener of listeners) listener(connection, args[0]);
        return connection;
      }
    });
    native.prototype.constructor = hooked;
    for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) {
      Object.defineProperty(window, name, { value: hooked, writable: true, configurable: true });
    }
  }
  function replaceMethod(prototype, name, value) {
    Object.defineProperty(value, "name", { value: name });
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: true });
  }
  var Receivers = class {
    #live = /* @__PURE__ */ new Map();
    /** Called when another one is there. */
    onreceived = () => void 0;
    constructor() {
      onConnection((connection) => on(connection, "track", (event) => this.#received(event)));
      if (!NativePeerConnection) return;
      const { close, getReceivers } = NativePeerConnection.prototype, live = this.#live;
      replaceMethod(NativePeerConnection.prototype, "close", function() {
        for (const { track } of call(getReceivers, this, [])) live.delete(track);
        return call(close, this, []);
      });
    }
    *[Symbol.iterator]() {
      for (const [track, received] of this.#live) {
        if (track.readyState === "ended") this.#live.delete(track);
        else yield received;
      }
    }
    #received({ receiver, track, streams }) {
      this.#live.set(track, { receiver, track, streams: streams.map(({ id }) => id) });
      this.onreceived();
    }
  };

  // src/shared/pictures.ts
  var UNSEEN = "video { visibility: hidden !important }";
  var Pictures = class {
    #sheet = null;
    #lookedAt = false;
    /** Stop painting. Called again, it makes up for a page that has set its sheets anew. */
    hide() {
      if (this.#lookedAt || !ownSheets) return;
      const sheets2 = ownSheets.get(document);
      if (this.#sheet && sheets2.includes(this.#sheet)) return;
      this.#sheet ??= this.#made();
      ownSheets.set(document, [...sheets2, this.#sheet]);
    }
    /** Somebody looks from now on: whatever was hidden, and what comes later, is painted. */
    show() {
      this.#lookedAt = true;
      if (ownSheets && this.#sheet) ownSheets.set(document, ownSheets.get(document).filter((sheet) => sheet !== this.#sheet));
      this.#sheet = null;
    }
    #made() {
      const sheet = make(NativeStyleSheet, []);
      sheet.replaceSync(UNSEEN);
      return sheet;
    }
  };

  // src/shared/sizes.ts
  var NativeEvent2 = Event;
  var dispatch2 = EventTarget.prototype.dispatchEvent;
  var streamOf = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject").get;
  var tracksOf = MediaStream.prototype.getVideoTracks;
  var Sizes = class {
    #of = /* @__PURE__ */ new WeakMap();
    /** By the track's id, for statistics. */
    #named = /* @__PURE__ */ new Map();
    /** The received track that a copy was made of. */
    #origins = /* @__PURE__ */ new WeakMap();
    /** Elements whose size was asked for: whoever cares for its changes has done so. */
    #asked = /* @__PURE__ */ new Set();
    #known = /* @__PURE__ */ new WeakSet();
    constructor() {
      this.#side("videoWidth", "width");
      this.#side("videoHeight", "height");
      this.#copies();
      this.#settings();
      this.#callbacks();
      if (window.RTCStatsReport) this.#reports(RTCStatsReport.prototype);
    }
    /** From now on a track's pictures are of this size; without one they are what the browser says. */
    tell(track, size) {
      const before = this.#of.get(track);
      if (!size) {
        this.#of.delete(track);
        this.#named.delete(track.id);
        return;
      }
      this.#of.set(track, size);
      this.#named.set(track.id, size);
      if (before && (before.width !== size.width || before.height !== size.height)) this.#resized(size);
    }
    #resized(size) {
      for (const reference of this.#asked) {
        const element = reference.deref();
        if (!element) this.#asked.delete(reference);
        else if (this.#shown(element) === size) call(dispatch2, element, [new NativeEvent2("resize")]);
      }
    }
    #shown(element) {
      const stream = call(streamOf, element, []);
      if (!(stream instanceof MediaStream)) return void 0;
      const [track] = call(tracksOf, stream, []);
      return track && this.#sizeOf(track);
    }
    #sizeOf(track) {
      return this.#of.get(this.#origins.get(track) ?? track);
    }
    #side(name, side) {
      const sizes = this, native = Object.getOwnPropertyDescriptor(HTMLVideoElement.prototype, name);
      const get = function() {
        const real = call(native.get, this, []);
        if (!sizes.#known.has(this)) {
          sizes.#known.add(this);
          sizes.#asked.add(new WeakRef(this));
        }
        return real && (sizes.#shown(this)?.[side] ?? real);
      };
      Object.defineProperty(get, "name", { value: `get ${name}` });
      Object.defineProperty(HTMLVideoElement.prototype, name, { ...native, get });
    }
    #copies() {
      const origins = this.#origins, origin = (track) => origins.get(track) ?? track;
      const { clone } = MediaStreamTrack.prototype, { clone: cloneStream } = MediaStream.prototype;
      replaceMethod(MediaStreamTrack.prototype, "clone", function() {
        const copy = call(clone, this, []);
        origins.set(copy, origin(this));
        return copy;
      });
      replaceMethod(MediaStream.prototype, "clone", function() {
        const copy = call(cloneStream, this, []), copies = call(tracksOf, copy, []);
        call(tracksOf, this, []).forEach((track, n) => copies[n] && origins.set(copies[n], origin(track)));
        return copy;
      });
    }
    #settings() {
      const sizes = this, { getSettings } = MediaStreamTrack.prototype;
      replaceMethod(MediaStreamTrack.prototype, "getSettings", function() {
        const settings = call(getSettings, this, []), size = sizes.#sizeOf(this);
        return size && settings.width ? { ...settings, ...size, aspectRatio: size.width / size.height } : settings;
      });
    }
    #callbacks() {
      const sizes = this, native = HTMLVideoElement.prototype.requestVideoFrameCallback;
      replaceMethod(HTMLVideoElement.prototype, "requestVideoFrameCallback", function(run) {
        return call(native, this, [(now, told) => run(now, { ...told, ...sizes.#shown(this) })]);
      });
    }
    #reports(prototype) {
      const sizes = this, { get, forEach, entries } = prototype;
      const corrected = (told) => {
        const size = told?.["type"] === "inbound-rtp" && told["frameWidth"] ? sizes.#named.get(String(told["trackIdentifier"])) : void 0;
        return size ? Object.assign(told, { frameWidth: size.width, frameHeight: size.height }) : told;
      };
      function* pairs(report) {
        for (const [id, told] of call(entries, report, [])) yield [id, corrected(told)];
      }
      function* values(report) {
        for (const [, told] of pairs(report)) yield told;
      }
      replaceMethod(prototype, "get", function(id) {
        return corrected(call(get, this, [id]));
      });
      replaceMethod(prototype, "forEach", function(run, self) {
        return call(forEach, this, [(told, id) => call(run, self, [corrected(told), id, this])]);
      });
      replaceMethod(prototype, "values", function() {
        return values(this);
      });
      replaceMethod(prototype, "entries", function() {
        return pairs(this);
      });
      Object.defineProperty(prototype, Symbol.iterator, {
        value: prototype.entries,
        writable: true,
        configurable: true
      });
    }
  };

  // src/shared/tracks.ts
  var MAKING = ["addTransceiver", "addTrack", "createOffer"];
  var Tracks = class {
    #link;
    #numbers = /* @__PURE__ */ new WeakMap();
    #received = /* @__PURE__ */ new Map();
    #attached = /* @__PURE__ */ new WeakSet();
    /** Connections whose frames are not to be had. */
    #closed = /* @__PURE__ */ new WeakSet();
    #told = false;
    #pictures = new Pictures();
    #last = 0;
    #set = (receiver, transform) => {
      receiver.transform = transform;
    };
    /** Called when a receiver was attached: its owner may be known now. */
    onattached = () => void 0;
    constructor(link, wanted) {
      this.#link = link;
      if (!wanted) return;
      link.onpassing = () => this.#pictures.show();
      if (!NativePeerConnection || !NativeScriptTransform) {
        link.say("hidden", { why: "no_transforms" });
        return;
      }
      this.#hookTransform(RTCRtpReceiver.prototype);
      this.#hookPrototype(NativePeerConnection.prototype);
      this.#hookConstructor();
      const sizes = new Sizes();
      link.onsize = (number, size) => {
        const track = this.#received.get(number);
        if (track) sizes.tell(track, size);
      };
    }
    /** The number under which the frames of a received track are sent; undefined for the page's own. */
    numberOf(track) {
      return this.#numbers.get(track);
    }
    #hookConstructor() {
      const attach = (event) => this.#attach(event.receiver);
      onConnection((connection, options) => {
        if (options?.encodedInsertableStreams) {
          this.#closed.add(connection);
          this.#hidden();
        } else on(connection, "track", attach);
      });
    }
    /** A page that transforms what it receives gets its way, and alone knows what its frames mean. It never sees ours. */
    #hookTransform(prototype) {
      const native = Object.getOwnPropertyDescriptor(prototype, "transform");
      if (!native?.set) return;
      const set = native.set, theirs = /* @__PURE__ */ new WeakMap();
      const hidden = () => this.#hidden();
      this.#set = (receiver, transform) => call(set, receiver, [transform]);
      Object.defineProperty(prototype, "transform", {
        ...native,
        get() {
          return theirs.get(this) ?? null;
        },
        set(transform) {
          if (transform) {
            call(set, this, [transform]);
            hidden();
          }
          theirs.set(this, transform);
        }
      });
    }
    #hookPrototype(prototype) {
      const getReceivers = prototype.getReceivers;
      const receivers = (connection) => call(getReceivers, connection, []);
      const attachAll = (connection) => {
        if (!this.#closed.has(connection)) receivers(connection).forEach((receiver) => this.#attach(receiver));
      };
      const endAll = (connection) => receivers(connection).forEach(({ track }) => this.#end(track));
      for (const name of MAKING) {
        const native = prototype[name];
        replaceMethod(prototype, name, function(...args) {
          const made = call(native, this, args);
          attachAll(this);
          return made;
        });
      }
      const close = prototype.close;
      replaceMethod(prototype, "close", function() {
        endAll(this);
        return call(close, this, []);
      });
    }
    #attach(receiver) {
      if (this.#attached.has(receiver)) return;
      this.#attached.add(receiver);
      const { track } = receiver, number = ++this.#last;
      try {
        this.#set(receiver, make(NativeScriptTransform, [this.#link.worker, { track: number, media: track.kind }]));
      } catch (error) {
        this.#link.say("fault", { where: "receiver", message: String(error) });
        return;
      }
      this.#numbers.set(track, number);
      this.#received.set(number, track);
      this.#pictures.hide();
      on(track, "ended", () => this.#end(track));
      this.onattached();
    }
    #hidden() {
      if (this.#told) return;
      this.#told = true;
      this.#link.say("hidden", { why: "own_transform" });
    }
    #end(track) {
      const number = this.#numbers.get(track);
      if (number === void 0) return;
      this.#received.delete(number);
      this.#link.say("track_ended", { track: number });
    }
  };

  // src/shared/watch.ts
  var ANYWAY_MS = 1e3;
  var CHANGES = { subtree: true, childList: true, attributes: true, characterData: true };
  var Watch = class {
    #observer;
    #look;
    #quiet;
    #trees = /* @__PURE__ */ new WeakSet();
    #due = false;
    constructor(look, quiet) {
      [this.#look, this.#quiet] = [look, quiet];
      this.#observer = mutations(() => this.soon());
      this.also(document);
      on(document, "loadstart", () => this.soon(), true);
      setInterval(() => this.soon(), ANYWAY_MS);
      this.soon();
    }
    /** Changes inside another tree, such as a shadow root or a frame's document, count as well. */
    also(tree) {
      if (this.#trees.has(tree)) return;
      this.#trees.add(tree);
      this.#observer.observe(tree, CHANGES);
    }
    soon() {
      if (this.#due) return;
      this.#due = true;
      setTimeout(() => {
        this.#due = false;
        this.#look();
      }, this.#quiet);
    }
  };
  var Changes = class {
    #link;
    #last = /* @__PURE__ */ new Map();
    constructor(link) {
      this.#link = link;
    }
    say(type, body, name = type) {
      const text = JSON.stringify(body);
      if (this.#last.get(name) === text) return;
      this.#last.set(name, text);
      this.#link.say(type, body);
    }
  };

  // src/shared/attending.ts
  var CALL = "call";
  function attend(parameters2, reader, quiet = 50) {
    const link = new Link(parameters2);
    const tracks = new Tracks(link, parameters2.tracks);
    const changes = new Changes(link);
    const screens = new Screens(parameters2.screens), notices = new Screens(parameters2.notices);
    const read = reader({ link, tracks });
    const chatSeen = /* @__PURE__ */ new Set(), captionsSeen = /* @__PURE__ */ new Map();
    function owners() {
      for (const { received, key, role } of read.owners?.() ?? []) {
        const track = tracks.numberOf(received);
        if (track) changes.say("track_owner", { track, key, role }, `track_owner ${track}`);
      }
      for (const body of read.contributors?.() ?? []) changes.say("contributor", body, `contributor ${body.csrc}`);
    }
    function chat() {
      for (const { id, ...line } of read.chat?.() ?? []) {
        if (chatSeen.has(id)) continue;
        chatSeen.add(id);
        link.say("chat", line);
      }
    }
    function captions() {
      for (const caption of read.captions?.() ?? []) {
        const said = JSON.stringify(caption);
        if (captionsSeen.get(caption.id) === said) continue;
        captionsSeen.set(caption.id, said);
        link.say("caption", caption);
      }
    }
    let current = null;
    function look() {
      const seen = screens.see(read.states?.() ?? []), notice = notices.see();
      changes.say("screen", { name: seen?.name ?? null, sign: seen?.sign ?? 0 });
      changes.say("notice", { name: notice?.name ?? null });
      current = seen?.name ?? current;
      if (current !== CALL) return;
      if (read.title) changes.say("meeting", { title: read.title() });
      changes.say("roster", { attendees: read.attendees() });
      owners();
      if (read.speaking) changes.say("speaking", { keys: [...read.speaking()].sort() });
      chat();
      captions();
    }
    const isFrame = window.top !== window;
    let watch = null;
    watchShadows((root) => watch?.also(root));
    if (!isFrame) link.say("ready", {});
    const begin = () => watch ??= new Watch(isFrame ? owners : () => {
      for (const place of places()) watch?.also(place);
      look();
    }, quiet);
    if (!isFrame) begin();
    tracks.onattached = () => begin().soon();
    return { link, tracks, look: () => watch?.soon() };
  }

  // src/platforms/goto_meeting/shown.ts
  var ITEM = '[role="listitem"], [role="treeitem"], li';
  var ONESELF = /\b(?:me|you|ich|yo)\b|自分/i;
  var HOST = /\b(?:organizer|organisator|organizador)\b|主催者/i;
  var TALKING = /^\s*(?:talking|spricht|habla|発言中)\s*[::]\s*(.+)$/i;
  var ROLES = /\s*[((]([^()()]*)[))]\s*$/;
  var LAYERS = 4;
  var LONGEST_NAME = 80;
  function listed() {
    const seen = /* @__PURE__ */ new Map();
    return all(ITEM).flatMap((element) => {
      const full = (element.textContent ?? "").trim(), about = ROLES.exec(full)?.[1] ?? "", name = full.replace(ROLES, "").trim();
      if (!name || name.length > LONGEST_NAME || element.querySelector(ITEM)) return [];
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      return [{ key: number === 1 ? `name:${name}` : `name:${name} ${number}`, name, about }];
    });
  }
  function pictures() {
    const seen = /* @__PURE__ */ new Set();
    return all("video").flatMap((video) => {
      let around = video.srcObject ? video.parentElement : null;
      for (let layer = 0; around && layer < LAYERS; layer++, around = around.parentElement) {
        const words = around.innerText.trim();
        if (!words) continue;
        if (words.includes("\n") || words.length > LONGEST_NAME) return [];
        const name = words.replace(ROLES, ""), isScreen = seen.has(name);
        seen.add(name);
        return [{ name, video, isScreen }];
      }
      return [];
    });
  }
  function attendees(own) {
    const shown = pictures(), list = listed();
    const names = shown.filter(({ isScreen }) => !isScreen).map(({ name }) => ({ key: `name:${name}`, name, about: "" }));
    const people = list.length ? list : [...names, { key: `name:${own}`, name: own, about: "me" }];
    const marked = people.some(({ about }) => ONESELF.test(about));
    return people.map(({ key, name, about }) => {
      const theirs = shown.filter((picture) => key === `name:${picture.name}`);
      return {
        key,
        name,
        is_self: marked ? ONESELF.test(about) : name === own,
        is_host: HOST.test(about),
        microphone: true,
        camera: theirs.some(({ isScreen, video }) => !isScreen && hasRoom(video)),
        screen: theirs.some(({ isScreen }) => isScreen)
      };
    });
  }
  function speaking() {
    const said = all("div, span, p").map((element) => element.childElementCount ? null : TALKING.exec(element.textContent ?? ""));
    return said.flatMap((found) => found?.[1]?.split(/\s*,\s*/) ?? []).map((name) => `name:${name}`);
  }

  // src/platforms/goto_meeting.ts
  var QUIET_MS = 250;
  attend(parameters, () => {
    const receivers = new Receivers();
    function* owners() {
      for (const { track } of receivers) if (track.kind === "audio") yield { received: track, key: null, role: "mix" };
      for (const { name, video, isScreen } of pictures()) {
        if (!(video.srcObject instanceof MediaStream)) continue;
        for (const received of video.srcObject.getVideoTracks()) {
          yield { received, key: `name:${name}`, role: isScreen ? "screenshare" : "webcam" };
        }
      }
    }
    return {
      owners,
      attendees: () => attendees(parameters.name),
      speaking,
      title: () => document.title.replace(/\s*[-|–]\s*GoTo.*$/i, "").trim() || null
    };
  }, QUIET_MS);
})();
