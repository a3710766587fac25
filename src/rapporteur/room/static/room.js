"use strict";
(() => {
  // src/room/devices.ts
  var MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  var CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
  var Devices = class {
    constructor(changed) {
      this.changed = changed;
    }
    changed;
    /** One stream for everything that is not a screen; its id is what the other side sees. */
    stream = new MediaStream();
    microphoneTrack = null;
    cameraTrack = null;
    screenStream = null;
    wanted = { microphone: true, camera: true };
    trouble = null;
    get tracks() {
      return {
        stream: this.stream,
        microphone: this.microphoneTrack,
        camera: this.cameraTrack,
        screen: this.screenStream?.getVideoTracks()[0] ?? null,
        screenStream: this.screenStream
      };
    }
    get microphoneOn() {
      return this.microphoneTrack?.enabled ?? false;
    }
    get cameraOn() {
      return this.cameraTrack !== null;
    }
    get screenId() {
      return this.screenStream?.id ?? null;
    }
    static get canShareScreen() {
      return typeof navigator.mediaDevices?.getDisplayMedia === "function";
    }
    /** First acquaintance: both devices if there are both, else what there is. */
    async prepare() {
      if (!window.isSecureContext || !navigator.mediaDevices) {
        this.trouble = "insecure";
      } else if (!await this.acquire({ audio: MICROPHONE, video: CAMERA })) {
        const both = this.trouble;
        const some = [await this.acquire({ audio: MICROPHONE }), await this.acquire({ video: CAMERA })];
        this.trouble = some.includes(true) ? null : both;
      }
      this.changed();
    }
    async setMicrophone(on) {
      this.wanted.microphone = on;
      if (this.microphoneTrack) this.microphoneTrack.enabled = on;
      else if (on && !await this.acquire({ audio: MICROPHONE })) this.wanted.microphone = false;
      this.changed();
    }
    /** Off means off: the device is let go and its light goes out. */
    async setCamera(on) {
      this.wanted.camera = on;
      if (!on) this.releaseCamera();
      else if (!this.cameraTrack && !await this.acquire({ video: CAMERA })) this.wanted.camera = false;
      this.changed();
    }
    async startScreen() {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false });
      this.screenStream = stream;
      stream.getVideoTracks()[0]?.addEventListener("ended", () => this.stopScreen());
      this.changed();
    }
    stopScreen() {
      this.screenStream?.getTracks().forEach((track) => track.stop());
      this.screenStream = null;
      this.changed();
    }
    async acquire(constraints) {
      if (!navigator.mediaDevices) return false;
      try {
        const stream = await navigator.mediaDevices.getUserMedia(constraints);
        this.trouble = null;
        for (const track of stream.getTracks()) this.adopt(track);
        return true;
      } catch (error) {
        this.trouble = troubleOf(error);
        return false;
      }
    }
    /** A switch that was thrown while the browser was still asking holds for what it then gives. */
    adopt(track) {
      if (track.kind === "audio") {
        this.microphoneTrack?.stop();
        this.microphoneTrack = track;
        track.enabled = this.wanted.microphone;
      } else if (this.wanted.camera) {
        this.releaseCamera();
        this.cameraTrack = track;
      } else {
        track.stop();
        return;
      }
      this.stream.addTrack(track);
      track.addEventListener("ended", () => this.unplugged(track));
    }
    unplugged(track) {
      if (track === this.microphoneTrack) this.microphoneTrack = null;
      else if (track === this.cameraTrack) this.cameraTrack = null;
      else return;
      this.stream.removeTrack(track);
      this.changed();
    }
    releaseCamera() {
      if (!this.cameraTrack) return;
      this.stream.removeTrack(this.cameraTrack);
      this.cameraTrack.stop();
      this.cameraTrack = null;
    }
  };
  function troubleOf(error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "SecurityError") return "denied";
    return name === "NotReadableError" ? "busy" : "missing";
  }
  var TROUBLE_TEXT = {
    insecure: "This page came over plain http, and browsers give camera and microphone to https pages only. You can join to watch, listen and chat.",
    denied: "The browser was told not to give camera or microphone to this page. Allow them beside the address, or join without.",
    missing: "No camera or microphone was found. You can join without.",
    busy: "Another program is using the camera or microphone. Close it and switch them on again, or join without."
  };

  // src/room/dom.ts
  function byId(id) {
    const element = document.getElementById(id);
    if (!element) throw new Error(`the page has no #${id}`);
    return element;
  }
  function make(tag, className = "", attributes = {}) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }
  var SVG = "http://www.w3.org/2000/svg";
  function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  }
  function initials(name) {
    const words = name.trim().split(/\s+/);
    const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
    return letters.map((word) => [...word ?? ""][0] ?? "").join("").toUpperCase();
  }
  function hue(name) {
    let sum = 7;
    for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
    return Math.round(sum / 10);
  }
  function press(id, pressed) {
    byId(id).setAttribute("aria-pressed", String(pressed));
  }

  // src/room/peer.ts
  var SCREEN_BITRATE = 15e5;
  var Peer = class {
    constructor(session, opener, polite, local, events, iceServers) {
      this.session = session;
      this.opener = opener;
      this.polite = polite;
      this.local = local;
      this.events = events;
      this.pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
      this.pc.onnegotiationneeded = () => void this.offer();
      this.pc.onicecandidate = ({ candidate }) => events.send({ session, candidate: candidate?.toJSON() ?? null });
      this.pc.ontrack = ({ transceiver, track }) => events.track(this.roleOf(transceiver), track);
      this.pc.onconnectionstatechange = () => this.connectionChanged();
      if (opener) this.addDevices();
    }
    session;
    opener;
    polite;
    local;
    events;
    pc;
    makingOffer = false;
    ignoringOffer = false;
    answered = false;
    screen = null;
    work = Promise.resolve();
    get connected() {
      return this.pc.connectionState === "connected";
    }
    /** Our opening offer is out and nobody has answered it. */
    get opening() {
      return this.opener && !this.answered;
    }
    close() {
      this.pc.onconnectionstatechange = null;
      this.pc.close();
    }
    /** Send these tracks from now on. */
    use(local) {
      this.local = local;
      const [microphone, camera] = this.pc.getTransceivers();
      if (!microphone || !camera) return;
      void microphone.sender.replaceTrack(local.microphone);
      void camera.sender.replaceTrack(local.camera);
      this.useScreen();
    }
    /** Limits of the camera picture: bits per second, and lines of height. */
    async limitCamera(maxBitrate, height) {
      const sender = this.pc.getTransceivers()[1]?.sender;
      const encoding = sender?.getParameters();
      if (!sender || !encoding?.encodings[0]) return;
      const captured = sender.track?.getSettings().height ?? height;
      encoding.encodings[0].maxBitrate = maxBitrate;
      encoding.encodings[0].scaleResolutionDownBy = Math.max(1, captured / height);
      await sender.setParameters(encoding);
    }
    /** How loud the other side is now, 0 to 1. */
    get level() {
      const source = this.pc.getReceivers()[0]?.getSynchronizationSources()[0];
      return source?.audioLevel ?? 0;
    }
    /** How loud we are, as this connection's encoder hears it; null when it cannot tell. */
    async ownLevel() {
      const stats = await this.pc.getSenders()[0]?.getStats();
      for (const entry of stats?.values() ?? []) {
        if (entry.type === "media-source") return entry.audioLevel ?? null;
      }
      return null;
    }
    /** Take what the other side says, one after the other. */
    take(data) {
      this.work = this.work.then(() => this.handle(data)).catch((error) => {
        if (this.pc.signalingState !== "closed") console.warn("negotiation failed", error);
      });
    }
    addDevices() {
      const { stream, microphone, camera } = this.local;
      const shape = { direction: "sendrecv", streams: [stream] };
      this.pc.addTransceiver(microphone ?? "audio", shape);
      preferVp8(this.pc.addTransceiver(camera ?? "video", shape));
      this.useScreen();
    }
    /** The other side made the device lines; fill our half of them before answering. */
    adoptDevices() {
      const [microphone, camera] = this.pc.getTransceivers();
      if (!microphone || !camera || microphone.direction === "sendrecv") return;
      for (const [line, track] of [[microphone, this.local.microphone], [camera, this.local.camera]]) {
        line.direction = "sendrecv";
        line.sender.setStreams(this.local.stream);
        void line.sender.replaceTrack(track);
      }
      preferVp8(camera);
      this.useScreen();
    }
    useScreen() {
      const { screen, screenStream } = this.local;
      if (!screen || !screenStream) {
        if (this.screen && this.screen.direction !== "inactive") {
          void this.screen.sender.replaceTrack(null);
          this.screen.direction = "inactive";
        }
      } else if (!this.screen) {
        this.screen = this.pc.addTransceiver(screen, {
          direction: "sendonly",
          streams: [screenStream],
          sendEncodings: [{ maxBitrate: SCREEN_BITRATE }]
        });
        preferVp8(this.screen);
      } else if (this.screen.sender.track !== screen) {
        this.screen.sender.setStreams(screenStream);
        void this.screen.sender.replaceTrack(screen);
        this.screen.direction = "sendonly";
      }
    }
    roleOf(transceiver) {
      const at = this.pc.getTransceivers().indexOf(transceiver);
      return at === 0 ? "microphone" : at === 1 ? "webcam" : "screenshare";
    }
    async offer() {
      if (!this.opener && !this.answered) return;
      try {
        this.makingOffer = true;
        await this.pc.setLocalDescription();
        this.sendDescription();
      } catch (error) {
        if (this.pc.signalingState !== "closed") console.warn("offer failed", error);
      } finally {
        this.makingOffer = false;
      }
    }
    async handle({ description, candidate }) {
      if (description) await this.takeDescription(description);
      else if (candidate !== void 0) await this.takeCandidate(candidate);
    }
    async takeDescription(description) {
      const collision = description.type === "offer" && (this.makingOffer || this.pc.signalingState !== "stable");
      this.ignoringOffer = !this.polite && collision;
      if (this.ignoringOffer) return;
      await this.pc.setRemoteDescription(description);
      this.answered = true;
      if (description.type !== "offer") return;
      if (!this.opener) this.adoptDevices();
      await this.pc.setLocalDescription();
      this.sendDescription();
    }
    async takeCandidate(candidate) {
      try {
        await this.pc.addIceCandidate(candidate ?? void 0);
      } catch (error) {
        if (!this.ignoringOffer) throw error;
      }
    }
    sendDescription() {
      const description = this.pc.localDescription;
      if (description) {
        this.events.send({ session: this.session, description: description.toJSON(), opening: this.opening });
      }
    }
    connectionChanged() {
      if (this.pc.connectionState === "failed") this.pc.restartIce();
      this.events.state(this.pc.connectionState);
    }
  };
  function preferVp8(transceiver) {
    const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    const wanted = codecs.filter(({ mimeType }) => /\/(VP8|rtx)$/i.test(mimeType));
    const others = codecs.filter((codec) => !wanted.includes(codec));
    if (wanted.length > 0) transceiver.setCodecPreferences?.([...wanted, ...others]);
  }

  // src/room/mesh.ts
  var CAMERA_LIMITS = [[1, 15e5, 720], [3, 7e5, 540], [7, 35e4, 360]];
  var ABSENCE_MS = 2e4;
  var ANY_SESSION = "";
  var Mesh = class {
    constructor(local, events) {
      this.local = local;
      this.events = events;
    }
    local;
    events;
    peers = /* @__PURE__ */ new Map();
    absent = /* @__PURE__ */ new Map();
    self = "";
    iceServers = [];
    /** The server's word on who is here: connect to who is new to us, keep what works, let go of who stays away. */
    welcomed(self, others, iceServers) {
      if (this.self !== self) this.clear();
      this.self = self;
      this.iceServers = iceServers;
      for (const key of others) {
        this.expected(key);
        if (!this.peers.get(key)?.connected) this.open(key);
      }
      for (const key of this.peers.keys()) {
        if (!others.includes(key) && !this.absent.has(key)) {
          this.absent.set(key, setTimeout(() => this.drop(key), ABSENCE_MS));
        }
      }
    }
    /** Somebody came. Who only comes back may believe that a connection is alive which we gave up when they left. */
    arrived(key) {
      this.expected(key);
      if (!this.peers.has(key)) this.events.signal(key, { session: ANY_SESSION, gone: true });
    }
    /** Those who are missing from the roster but still connected. */
    isAbsent(key) {
      return this.absent.has(key);
    }
    drop(key) {
      this.expected(key);
      this.peers.get(key)?.close();
      this.peers.delete(key);
      this.events.state(key, "closed");
    }
    clear() {
      for (const key of [...this.peers.keys()]) this.drop(key);
    }
    use(local) {
      this.local = local;
      for (const peer of this.peers.values()) peer.use(local);
      this.limitCameras();
    }
    take(from, data) {
      const peer = this.peers.get(from);
      if (data.gone) {
        if (peer && !peer.opening && [peer.session, ANY_SESSION].includes(data.session)) this.open(from);
      } else if (peer?.session === data.session) {
        peer.take(data);
      } else if (data.opening && data.description?.type === "offer") {
        if (peer?.opening && this.self > from) return;
        this.add(from, data.session, false).take(data);
      } else if (data.description) {
        this.events.signal(from, { session: data.session, gone: true });
      }
    }
    level(key) {
      return this.peers.get(key)?.level ?? 0;
    }
    async ownLevel() {
      for (const peer of this.peers.values()) {
        const level = peer.connected ? await peer.ownLevel() : null;
        if (level !== null) return level;
      }
      return 0;
    }
    expected(key) {
      clearTimeout(this.absent.get(key));
      this.absent.delete(key);
    }
    open(key) {
      this.add(key, crypto.getRandomValues(new Uint32Array(2)).join("-"), true);
    }
    add(key, session, opener) {
      this.peers.get(key)?.close();
      const peer = new Peer(session, opener, this.self < key, this.local, {
        send: (data) => this.events.signal(key, data),
        track: (role, track) => this.events.track(key, role, track),
        state: (state) => {
          this.events.state(key, state);
          if (state === "connected") this.limitCameras();
        }
      }, this.iceServers);
      this.peers.set(key, peer);
      return peer;
    }
    limitCameras() {
      const [, bitrate, height] = CAMERA_LIMITS.find(([most]) => this.peers.size <= most) ?? CAMERA_LIMITS[2];
      for (const peer of this.peers.values()) void peer.limitCamera(bitrate, height).catch(() => void 0);
    }
  };

  // src/room/panels.ts
  var Panels = class {
    open = null;
    toggle(name) {
      this.show(this.open === name ? null : name);
    }
    isOpen(name) {
      return this.open === name;
    }
    show(name) {
      this.open = name;
      document.body.dataset.panel = name ?? "none";
      for (const each of ["chat", "people"]) {
        byId(`${each}-panel`).hidden = each !== name;
        press(`${each}-toggle`, each === name);
      }
      if (name === "chat") {
        delete byId("chat-toggle").dataset.unread;
        byId("toast").dataset.shown = "false";
        byId("chat-input").focus();
      }
    }
  };
  var ChatList = class {
    list = byId("chat-list");
    add(message, own) {
      byId("chat-empty").hidden = true;
      const row = make("li", own ? "own" : "", {
        "data-chat-id": message.id,
        "data-from": message.from,
        "data-name": message.name,
        "data-to": message.to
      });
      const who = make("span", "who");
      who.textContent = own ? "You" : message.name;
      const when = make("time");
      when.textContent = (/* @__PURE__ */ new Date()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
      const text = make("p", "text");
      text.textContent = message.text;
      row.append(who, when, text);
      this.list.append(row);
      row.scrollIntoView({ block: "end" });
    }
    clear() {
      this.list.replaceChildren();
      byId("chat-empty").hidden = false;
    }
  };
  function showPeople(people, self, selfIsHost, remove) {
    byId("people-count").textContent = String(people.length);
    byId("people-list").replaceChildren(...people.map((person) => {
      const row = make("li", "person", { "data-person": person.key, "data-name": person.name });
      row.append(
        dot(person.name),
        nameOf(person, person.key === self),
        icon(person.microphone ? "mic" : "mic-off"),
        icon(person.camera ? "camera" : "camera-off")
      );
      if (selfIsHost && person.key !== self) {
        const button = make("button", "remove", { type: "button", "aria-label": `Remove ${person.name}`, title: "Remove" });
        button.append(icon("remove"));
        button.addEventListener("click", () => remove(person));
        row.append(button);
      }
      return row;
    }));
  }
  function showDoor(waiting, act) {
    byId("door").hidden = waiting.length === 0;
    byId("door-title").textContent = waiting.length === 1 ? "Someone is at the door" : `${waiting.length} people are at the door`;
    byId("door-list").replaceChildren(...waiting.map(({ key, name }) => {
      const row = make("li", "person", { "data-waiting": key, "data-name": name });
      const label = make("span", "person-name");
      label.textContent = name;
      row.append(dot(name), label, ...["deny", "admit"].map((order) => {
        const button = make("button", `button small ${order}`, { type: "button", "aria-label": `${order} ${name}` });
        button.textContent = order === "admit" ? "Admit" : "Deny";
        button.addEventListener("click", () => act(order, key));
        return button;
      }));
      return row;
    }));
  }
  var toastTimer = 0;
  function toast(text) {
    const box = byId("toast");
    box.textContent = text;
    box.dataset.shown = "true";
    clearTimeout(toastTimer);
    toastTimer = setTimeout(() => {
      box.dataset.shown = "false";
    }, 4e3);
  }
  function dot(name) {
    const element = make("span", "dot", { "aria-hidden": "true" });
    element.style.setProperty("--hue", String(hue(name)));
    element.textContent = initials(name);
    return element;
  }
  function nameOf(person, self) {
    const label = make("span", "person-name");
    label.textContent = person.name;
    const notes = [self ? "you" : "", person.host ? "host" : ""].filter(Boolean).join(", ");
    if (notes) {
      const note = make("small");
      note.textContent = notes;
      label.append(note);
    }
    return label;
  }

  // src/room/signalling.ts
  var RETRY_MS = [300, 700, 1500, 3e3];
  var PING_MS = 1e4;
  var SILENCE_MS = 25e3;
  var Signalling = class {
    constructor(url, events) {
      this.url = url;
      this.events = events;
      setInterval(() => this.checkAlive(), PING_MS);
      addEventListener("online", () => this.connect());
      this.connect();
    }
    url;
    events;
    socket = null;
    attempt = 0;
    retry = 0;
    heardAt = 0;
    closed = false;
    get isOpen() {
      return this.socket?.readyState === WebSocket.OPEN;
    }
    /** False when the line is down; nothing is kept for later, because the server tells the whole state anew. */
    send(message) {
      if (!this.isOpen) return false;
      this.socket?.send(JSON.stringify(message));
      return true;
    }
    /** Stop for good, until `reopen`. */
    close() {
      this.closed = true;
      this.drop();
    }
    reopen() {
      this.closed = false;
      this.connect();
    }
    connect() {
      if (this.closed || this.socket) return;
      clearTimeout(this.retry);
      const socket = new WebSocket(this.url);
      this.socket = socket;
      socket.onopen = () => {
        this.attempt = 0;
        this.heardAt = performance.now();
        this.events.opened();
      };
      socket.onmessage = (event) => {
        this.heardAt = performance.now();
        const message = JSON.parse(event.data);
        if (message.type !== "pong") this.events.received(message);
      };
      socket.onclose = () => {
        if (this.socket === socket) this.lost();
      };
    }
    lost() {
      this.socket = null;
      if (this.closed) return;
      this.events.broken();
      const delay = RETRY_MS[Math.min(this.attempt++, RETRY_MS.length - 1)];
      this.retry = setTimeout(() => this.connect(), delay);
    }
    drop() {
      clearTimeout(this.retry);
      const socket = this.socket;
      this.socket = null;
      socket?.close();
    }
    checkAlive() {
      if (!this.isOpen) return;
      if (performance.now() - this.heardAt > SILENCE_MS) {
        this.drop();
        this.lost();
      } else {
        this.send({ type: "ping" });
      }
    }
  };

  // src/room/layout.ts
  var GAP = 12;
  var WIDE = 16 / 9;
  function fit(count, width, height, wide = false) {
    const shape = !wide && height > width ? 1 : WIDE;
    let best = { width: 0, height: 0 };
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const widest = (width - GAP * (columns - 1)) / columns;
      const highest = (height - GAP * (rows - 1)) / rows;
      const tile = Math.min(widest, highest * shape);
      if (tile > best.width) best = { width: tile, height: tile / shape };
    }
    return best;
  }
  function arrange(box, count, wide = false) {
    const { clientWidth, clientHeight } = box;
    if (count === 0 || clientWidth === 0) return;
    const tile = fit(count, clientWidth, clientHeight, wide);
    box.style.setProperty("--tile-width", `${Math.floor(tile.width)}px`);
    box.style.setProperty("--tile-height", `${Math.floor(tile.height)}px`);
  }

  // src/room/tiles.ts
  var SPEAKING_LEVEL = 0.02;
  var SPEAKING_HOLD_MS = 600;
  var Tile = class {
    constructor(person, self) {
      this.self = self;
      this.video.autoplay = this.audio.autoplay = true;
      this.video.muted = true;
      const badge = make("div", "tile-badge");
      badge.append(icon("mic-off"), this.label);
      this.element.append(this.avatar, this.video, ...self ? [] : [this.audio], badge);
      this.show(person);
    }
    self;
    element = make("article", "tile");
    avatar = make("div", "avatar", { "aria-hidden": "true" });
    label = make("span", "tile-name");
    video = make("video", "", { "data-role": "webcam", playsinline: "" });
    audio = make("audio", "", { "data-role": "microphone" });
    spokeAt = -Infinity;
    show(person) {
      Object.assign(this.element.dataset, {
        participant: person.key,
        name: person.name,
        self: String(this.self),
        host: String(person.host),
        microphone: onOff(person.microphone),
        camera: onOff(person.camera),
        screen: onOff(person.screen !== null)
      });
      this.element.setAttribute("aria-label", describe(person, this.self));
      this.element.style.setProperty("--hue", String(hue(person.name)));
      this.avatar.textContent = initials(person.name);
      this.label.textContent = this.self ? `${person.name} (you)` : person.name;
    }
    attach(role, track) {
      const element = role === "microphone" ? this.audio : this.video;
      if (element.srcObject?.getTracks()[0] === track) return;
      element.srcObject = track && new MediaStream([track]);
    }
    /** How the line to this person is; null when it is as it should be. */
    line(trouble) {
      if (trouble) this.element.dataset.line = trouble;
      else delete this.element.dataset.line;
    }
    hear(level, now) {
      if (level > SPEAKING_LEVEL && this.element.dataset.microphone === "on") this.spokeAt = now;
      const speaking = String(now - this.spokeAt < SPEAKING_HOLD_MS);
      if (this.element.dataset.speaking !== speaking) this.element.dataset.speaking = speaking;
    }
  };
  var Tiles = class {
    constructor(stage, people, shared, stopSharing) {
      this.stage = stage;
      this.people = people;
      this.shared = shared;
      this.stopSharing = stopSharing;
      new ResizeObserver(() => this.arrange()).observe(stage);
    }
    stage;
    people;
    shared;
    stopSharing;
    tiles = /* @__PURE__ */ new Map();
    screens = /* @__PURE__ */ new Map();
    screenTracks = /* @__PURE__ */ new Map();
    show(person, self) {
      const tile = this.tiles.get(person.key);
      if (tile) {
        tile.show(person);
      } else {
        const made = new Tile(person, self);
        this.tiles.set(person.key, made);
        this.people.append(made.element);
      }
      this.showScreen(person, self);
      this.arrange();
    }
    remove(key) {
      this.tiles.get(key)?.element.remove();
      this.tiles.delete(key);
      this.screenTracks.delete(key);
      this.removeScreen(key);
      this.arrange();
    }
    clear() {
      for (const key of [...this.tiles.keys()]) this.remove(key);
    }
    attach(key, role, track) {
      if (role !== "screenshare") return this.tiles.get(key)?.attach(role, track);
      if (track) this.screenTracks.set(key, track);
      this.attachScreen(key);
    }
    line(key, trouble) {
      this.tiles.get(key)?.line(trouble);
    }
    hear(key, level, now) {
      this.tiles.get(key)?.hear(level, now);
    }
    showScreen(person, self) {
      if (person.screen === null) return this.removeScreen(person.key);
      if (this.screens.has(person.key)) return;
      const tile = make("article", "tile screen", { "data-screen-of": person.key });
      tile.append(...self ? this.ownScreen() : [screenVideo(), screenBadge(person.name)]);
      this.screens.set(person.key, tile);
      this.shared.append(tile);
      this.attachScreen(person.key);
    }
    /** No picture of one's own screen: sharing the window the meeting is in would show it in itself, without end. */
    ownScreen() {
      const note = make("div", "own-screen");
      const text = make("p");
      text.textContent = "Everyone sees your screen";
      const stop = make("button", "button danger", { type: "button" });
      stop.textContent = "Stop sharing";
      stop.addEventListener("click", this.stopSharing);
      note.append(icon("screen"), text, stop);
      return [note];
    }
    attachScreen(key) {
      const video = this.screens.get(key)?.querySelector("video");
      const track = this.screenTracks.get(key);
      if (video && track) video.srcObject = new MediaStream([track]);
    }
    removeScreen(key) {
      this.screens.get(key)?.remove();
      this.screens.delete(key);
    }
    arrange() {
      this.stage.dataset.layout = this.screens.size > 0 ? "screen" : "people";
      this.stage.dataset.count = String(this.tiles.size);
      arrange(this.people, this.tiles.size);
      arrange(this.shared, this.screens.size, true);
    }
  };
  function screenVideo() {
    const video = make("video", "", { "data-role": "screenshare", playsinline: "" });
    video.autoplay = video.muted = true;
    return video;
  }
  function screenBadge(name) {
    const badge = make("div", "tile-badge");
    const label = make("span", "tile-name");
    label.textContent = `${name}\u2019s screen`;
    badge.append(icon("screen"), label);
    return badge;
  }
  function describe(person, self) {
    const parts = [self ? `${person.name}, you` : person.name];
    if (person.host) parts.push("host");
    parts.push(person.microphone ? "microphone on" : "muted", person.camera ? "camera on" : "camera off");
    return parts.join(", ");
  }
  function onOff(value) {
    return value ? "on" : "off";
  }

  // src/room/meeting.ts
  var LOST_AFTER_MS = 9e4;
  var LEVEL_EVERY_MS = 200;
  var SCREEN_OF_REFUSAL = {
    password_required: "password",
    wrong_password: "password",
    full: "full",
    ended: "ended",
    removed: "removed",
    denied: "denied",
    unknown_room: "ended"
  };
  var Meeting = class {
    constructor(url, devices2, hostToken2, moved) {
      this.devices = devices2;
      this.hostToken = hostToken2;
      this.moved = moved;
      this.tiles = new Tiles(byId("stage"), byId("tiles"), byId("screens"), () => devices2.stopScreen());
      this.mesh = new Mesh(devices2.tracks, {
        signal: (to, data) => this.send({ type: "signal", to, data }),
        track: (key, role, track) => this.tiles.attach(key, role, track),
        state: (key, state) => this.lineState(key, state)
      });
      this.line = new Signalling(url, {
        opened: () => this.opened(),
        received: (message) => this.received(message),
        broken: () => this.broken()
      });
      setInterval(() => void this.listen(), LEVEL_EVERY_MS);
    }
    devices;
    hostToken;
    moved;
    panels = new Panels();
    chat = new ChatList();
    people = /* @__PURE__ */ new Map();
    waiting = [];
    tiles;
    mesh;
    line;
    name = "";
    password;
    self = "";
    resume;
    asking = false;
    lostTimer = 0;
    get screen() {
      return document.body.dataset.screen;
    }
    get isHost() {
      return this.people.get(this.self)?.host ?? false;
    }
    // --- what the person does ---------------------------------------------------------------------------------------------
    join(name, password) {
      this.name = name;
      this.password = password ?? this.password;
      this.asking = true;
      delete document.body.dataset.error;
      byId("join").toggleAttribute("data-busy", true);
      this.line.reopen();
      this.sayHello();
    }
    say(text) {
      return this.line.send({ type: "chat", text });
    }
    end() {
      this.send({ type: "end" });
    }
    leave() {
      this.send({ type: "leave" });
      this.depart("prejoin");
    }
    /** The devices or their switches changed. */
    devicesChanged() {
      const { microphone, camera } = this.devices.tracks;
      this.mesh.use(this.devices.tracks);
      const me = this.people.get(this.self);
      if (!me) return;
      Object.assign(me, this.switches());
      this.show(me);
      this.tiles.attach(this.self, "webcam", camera);
      this.tiles.attach(this.self, "microphone", microphone);
      this.sayState();
    }
    // --- the line to the server -------------------------------------------------------------------------------------------
    send(message) {
      this.line.send(message);
    }
    sayHello() {
      this.send({
        type: "hello",
        name: this.name,
        microphone: this.devices.microphoneOn,
        camera: this.devices.cameraOn,
        ...this.password ? { password: this.password } : {},
        ...this.hostToken ? { host: this.hostToken } : {},
        ...this.resume ? { resume: this.resume } : {}
      });
    }
    sayState() {
      this.send({ type: "state", ...this.switches() });
    }
    switches() {
      const { microphoneOn, cameraOn, screenId } = this.devices;
      return { microphone: microphoneOn, camera: cameraOn, screen: screenId };
    }
    opened() {
      clearTimeout(this.lostTimer);
      this.lostTimer = 0;
      delete document.body.dataset.offline;
      if (this.asking || this.screen === "call" || this.screen === "lobby") this.sayHello();
      else if (this.screen === "lost") this.go("prejoin");
    }
    broken() {
      document.body.dataset.offline = "true";
      if (!this.lostTimer && (this.screen === "call" || this.screen === "lobby")) {
        this.lostTimer = setTimeout(() => this.depart("lost"), LOST_AFTER_MS);
      }
    }
    received(message) {
      switch (message.type) {
        case "room":
          return this.setTitle(message.title);
        case "welcome":
          return this.welcomed(message);
        case "lobby":
          return this.held(message.resume);
        case "refused":
          return this.refused(message.reason);
        case "joined":
          return this.joined(message.participant);
        case "state":
          return this.show(message.participant);
        case "left":
          return this.left(message.key);
        case "waiting":
          return this.setWaiting([...this.waiting, { key: message.key, name: message.name }]);
        case "waiting_left":
          return this.setWaiting(this.waiting.filter(({ key }) => key !== message.key));
        case "signal":
          return this.mesh.take(message.from, message.data);
        case "chat":
          return this.chatted(message);
        case "notice":
          return this.noticed(message.reason);
        case "denied":
        case "removed":
        case "ended":
          return this.depart(message.type);
      }
    }
    // --- coming and going -------------------------------------------------------------------------------------------------
    welcomed(message) {
      const back = this.screen === "call" && this.self === message.key;
      this.asking = false;
      this.resume = message.resume;
      this.self = message.key;
      this.setTitle(message.title);
      if (!back) this.enterCall();
      const others = message.participants.filter(({ key }) => key !== this.self);
      this.mesh.welcomed(this.self, others.map(({ key }) => key), message.ice_servers);
      for (const person of message.participants) this.people.set(person.key, person);
      for (const key of [...this.people.keys()]) {
        if (!message.participants.some((person) => person.key === key) && !this.mesh.isAbsent(key)) this.forget(key);
      }
      for (const person of this.people.values()) this.show(person);
      this.setWaiting(message.waiting);
      this.devicesChanged();
    }
    enterCall() {
      this.people.clear();
      this.tiles.clear();
      this.chat.clear();
      this.panels.show(null);
      this.go("call");
    }
    held(resume) {
      this.asking = false;
      this.resume = resume;
      this.go("lobby");
    }
    refused(reason) {
      this.depart(SCREEN_OF_REFUSAL[reason]);
      if (reason === "wrong_password") document.body.dataset.error = "wrong_password";
    }
    /** Out of the call, for whatever reason; the line stays up, so that one can knock again. */
    depart(screen) {
      this.asking = false;
      this.resume = void 0;
      this.self = "";
      this.mesh.clear();
      this.people.clear();
      this.tiles.clear();
      this.setWaiting([]);
      this.devices.stopScreen();
      if (screen === "denied" || screen === "removed") this.password = void 0;
      this.go(screen);
    }
    go(screen) {
      document.body.dataset.screen = screen;
      byId("join").toggleAttribute("data-busy", false);
      if (screen === "password") byId("password").focus();
      else document.querySelector(`.view-${screen} h2[tabindex]`)?.focus();
      this.moved(screen);
    }
    // --- others -----------------------------------------------------------------------------------------------------------
    joined(person) {
      const back = this.people.has(person.key);
      this.mesh.arrived(person.key);
      this.show(person);
      if (!back) toast(`${person.name} joined`);
    }
    left(key) {
      const person = this.people.get(key);
      this.mesh.drop(key);
      if (person) toast(`${person.name} left`);
    }
    forget(key) {
      this.people.delete(key);
      this.tiles.remove(key);
      this.showList();
    }
    lineState(key, state) {
      if (state === "closed") this.forget(key);
      else this.tiles.line(key, state === "connected" ? null : state === "failed" ? "failed" : "connecting");
    }
    show(person) {
      this.people.set(person.key, person);
      this.tiles.show(person, person.key === this.self);
      document.body.dataset.host = String(this.isHost);
      this.showList();
    }
    showList() {
      const remove = (person) => this.send({ type: "remove", key: person.key });
      showPeople([...this.people.values()], this.self, this.isHost, remove);
    }
    setWaiting(waiting) {
      this.waiting = waiting;
      showDoor(waiting, (order, key) => this.send({ type: order, key }));
    }
    chatted(message) {
      const own = message.from === this.self;
      this.chat.add(message, own);
      if (own || this.panels.isOpen("chat")) return;
      byId("chat-toggle").dataset.unread = "true";
      toast(`${message.name}: ${message.text}`);
    }
    noticed(reason) {
      if (reason === "full") toast("The room is full. Somebody has to leave before you can admit anyone.");
    }
    setTitle(title) {
      document.title = title;
      for (const heading of document.querySelectorAll(".room-title")) heading.textContent = title;
    }
    async listen() {
      if (this.screen !== "call" || document.hidden) return;
      const now = performance.now();
      const own = this.devices.microphoneOn ? await this.mesh.ownLevel() : 0;
      for (const key of this.people.keys()) this.tiles.hear(key, key === this.self ? own : this.mesh.level(key), now);
    }
  };

  // src/room/meter.ts
  var EVERY_MS = 80;
  var Meter = class {
    constructor(show) {
      this.show = show;
    }
    show;
    context = null;
    track = null;
    timer = 0;
    /** Listen to this track; null stops and lets the audio device go. */
    listen(track) {
      if (track === this.track) return;
      this.stop();
      this.track = track;
      if (track) this.start(track);
    }
    start(track) {
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
    stop() {
      clearInterval(this.timer);
      void this.context?.close();
      this.context = null;
      this.show(0);
    }
  };

  // src/room/main.ts
  var NAME_KEY = "rapporteur-room-name";
  var address = new URL(location.href);
  var hostToken = new URLSearchParams(address.hash.slice(1)).get("host") ?? void 0;
  var linkPassword = address.searchParams.get("pw") ?? void 0;
  var path = address.pathname.replace(/\/$/, "");
  var invitation = `${address.origin}${path}${address.search}`;
  var devices = new Devices(() => {
    showDevices();
    meeting.devicesChanged();
  });
  var meter = new Meter((level) => byId("prejoin-microphone").style.setProperty("--level", level.toFixed(2)));
  var socketUrl = `${address.protocol === "https:" ? "wss" : "ws"}://${address.host}${path}/socket`;
  var meeting = new Meeting(socketUrl, devices, hostToken, showMeter);
  function showDevices() {
    for (const id of ["microphone", "prejoin-microphone"]) press(id, devices.microphoneOn);
    for (const id of ["camera", "prejoin-camera"]) press(id, devices.cameraOn);
    press("share", devices.screenId !== null);
    const preview = byId("preview");
    const { camera } = devices.tracks;
    if (preview.srcObject?.getTracks()[0] !== (camera ?? void 0)) {
      preview.srcObject = camera && new MediaStream([camera]);
    }
    byId("preview-box").dataset.camera = camera ? "on" : "off";
    byId("device-note").textContent = devices.trouble ? TROUBLE_TEXT[devices.trouble] : "";
    byId("device-note").hidden = devices.trouble === null;
    showMeter();
  }
  function showMeter() {
    meter.listen(document.body.dataset.screen === "prejoin" ? devices.tracks.microphone : null);
  }
  async function flip(device) {
    if (device === "microphone") await devices.setMicrophone(!devices.microphoneOn);
    else await devices.setCamera(!devices.cameraOn);
    if (devices.trouble && meeting.screen === "call") toast(TROUBLE_TEXT[devices.trouble]);
  }
  async function flipScreen() {
    if (devices.screenId) return devices.stopScreen();
    try {
      await devices.startScreen();
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "NotAllowedError")) toast("This browser could not share a screen.");
    }
  }
  function join(password) {
    const name = byId("name").value.trim();
    if (!name) return byId("name").focus();
    localStorage.setItem(NAME_KEY, name);
    meeting.join(name, password ?? linkPassword);
  }
  async function copyInvitation() {
    try {
      await navigator.clipboard.writeText(invitation);
      toast("Link copied");
    } catch {
      toast(invitation);
    }
  }
  function onSubmit(id, act) {
    byId(id).addEventListener("submit", (event) => {
      event.preventDefault();
      act();
    });
  }
  function sendChat() {
    const input = byId("chat-input");
    const text = input.value.trim();
    if (!text) return;
    if (meeting.say(text)) input.value = "";
    else toast("Not sent: the connection to the room is being restored.");
  }
  var BUTTONS = {
    "microphone": () => void flip("microphone"),
    "prejoin-microphone": () => void flip("microphone"),
    "camera": () => void flip("camera"),
    "prejoin-camera": () => void flip("camera"),
    "share": () => void flipScreen(),
    "chat-toggle": () => meeting.panels.toggle("chat"),
    "people-toggle": () => meeting.panels.toggle("people"),
    "chat-close": () => meeting.panels.show(null),
    "people-close": () => meeting.panels.show(null),
    "copy-link": () => void copyInvitation(),
    "people-copy-link": () => void copyInvitation(),
    "leave": () => meeting.leave(),
    "lobby-leave": () => meeting.leave(),
    "end": () => byId("end-dialog").showModal(),
    "end-confirm": () => {
      byId("end-dialog").close();
      meeting.end();
    },
    "end-cancel": () => byId("end-dialog").close()
  };
  var KEYS = { m: "microphone", v: "camera", s: "share", c: "chat-toggle", p: "people-toggle" };
  function onKey(event) {
    const target = event.target;
    const typing = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    if (event.key === "Escape" && meeting.screen === "call") return meeting.panels.show(null);
    if (typing || event.ctrlKey || event.metaKey || event.altKey || meeting.screen !== "call") return;
    const id = KEYS[event.key.toLowerCase()];
    if (!id) return;
    event.preventDefault();
    byId(id).click();
  }
  function start() {
    for (const [id, act] of Object.entries(BUTTONS)) byId(id).addEventListener("click", act);
    for (const again of document.querySelectorAll(".again")) again.addEventListener("click", () => join());
    byId("share").hidden = !Devices.canShareScreen;
    byId("name").value = localStorage.getItem(NAME_KEY) ?? "";
    onSubmit("join-form", join);
    onSubmit("password-form", () => join(byId("password").value));
    onSubmit("chat-form", sendChat);
    addEventListener("keydown", onKey);
    addEventListener("pagehide", () => meeting.leave());
    showDevices();
    void devices.prepare();
  }
  start();
})();
