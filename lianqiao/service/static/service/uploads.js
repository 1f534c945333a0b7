// Files go up in pieces as soon as they are chosen, with progress, pause and resume (tus 1.0.0). Without this
// script the same form sends them whole.
(() => {
  "use strict";
  const told = document.getElementById("upload-words");
  if (!told || !("slice" in Blob.prototype)) return;
  const words = told.dataset, ENDPOINT = words.endpoint, PIECE = 8 * 1024 * 1024, LONGEST_WAIT_S = 30;
  const csrf = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* it then begins anew */ } },
    drop(key) { try { localStorage.removeItem(key); } catch { /* as above */ } },
    keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith("upload:")); } catch { return []; } },
  };

  function ask(method, url, { headers = {}, body = null, progress = null, begun = null } = {}) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.setRequestHeader("X-CSRFToken", csrf());
      request.setRequestHeader("Accept-Language", document.documentElement.lang);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      if (progress) request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => resolve(request);
      request.onerror = request.onabort = request.ontimeout = () => resolve(null);
      if (begun) begun(request);
      request.send(body);
    });
  }
  const answer = (request) => { try { return JSON.parse(request.responseText); } catch { return {}; } };
  const problem = (request) => (answer(request).problems || [])[0]?.reason || answer(request).detail || words.failed;
  const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const element = (name, given = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), given);
    made.append(...inside);
    return made;
  };
  const button = (text, label, act) => {
    const made = element("button", { type: "button", className: "button plain small", onclick: act }, text);
    made.append(element("span", { className: "sr-only" }, ` ${label}`));
    return made;
  };
  // the form keeps itself as a draft, and says anew what applies, whenever something in it changes
  const changed = (form) => form?.dispatchEvent(new Event("change", { bubbles: true }));
  const sizeWords = (bytes) => {
    if (bytes < 1048576) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
    return bytes < 1073741824 ? `${(bytes / 1048576).toFixed(1)} MB` : `${(bytes / 1073741824).toFixed(2)} GB`;
  };

  class Upload {
    constructor(input, file) {
      Object.assign(this, { input, file, offset: 0, state: "running", request: null });
      this.key = `upload:${input.dataset.upload}|${file.name}|${file.size}|${file.lastModified}`;
      this.url = store.get(this.key);
      this.draw();
      this.run();
    }

    draw() {
      this.bar = element("progress", { max: 100, value: 0 });
      this.bar.setAttribute("aria-label", this.file.name);
      this.says = element("small", { className: "muted number" });
      this.says.setAttribute("role", "status");
      this.pauses = button(words.pause, this.file.name, () => this.toggle());
      this.cancels = button(words.cancel, this.file.name, () => this.cancel());
      const name = element("span", { className: "received-name" }, `${this.file.name} `, this.says);
      this.row = element("li", { className: "uploading" }, name, this.bar, this.pauses, this.cancels);
      list(this.input).append(this.row);
      this.show();
    }

    show(text) {
      const share = this.file.size ? Math.floor((100 * this.offset) / this.file.size) : 0;
      this.bar.value = share;
      this.says.textContent = text || (this.down ? words.waiting : "") || `${share}% · ${sizeWords(this.file.size)}`;
    }

    async run() {
      for (let tries = 0; this.state === "running";) {
        const step = await this.step();
        if (step === "again") tries = 0;
        else if (step === "later") {
          this.down = true;
          this.show();
          await wait(this.after || Math.min(2 ** tries++, LONGEST_WAIT_S));
          if (this.state === "running") await this.whereItIs();
        }
      }
    }

    // one request: begin, or the next piece, or asking for the file made of it
    async step() {
      this.after = 0;
      if (!this.url) return this.begin();
      if (!this.known) return this.whereItIs();
      if (this.offset >= this.file.size) return this.finish();
      const piece = this.file.slice(this.offset, this.offset + PIECE), from = this.offset;
      const made = await ask("PATCH", this.url, {
        headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from), "Tus-Resumable": "1.0.0" },
        body: piece,
        progress: (sent) => { if (this.state === "running") { this.offset = from + Math.min(sent, piece.size); this.show(); } },
        begun: (request) => { this.request = request; },
      });
      this.offset = from;
      if (made && made.status === 204) {
        this.offset = Number(made.getResponseHeader("Upload-Offset"));
        this.down = false;
        this.show();
        return "again";
      }
      if (made && made.status === 409) return this.whereItIs();
      return this.otherwise(made);
    }

    async begin() {
      const separator = this.input.dataset.upload;
      const made = await ask("POST", `${ENDPOINT}?${separator}&name=${encodeURIComponent(this.file.name)}`, {
        headers: { "Upload-Length": String(this.file.size), "Tus-Resumable": "1.0.0" },
      });
      if (!made || made.status !== 201) return this.otherwise(made);
      this.url = made.getResponseHeader("Location");
      this.known = true;
      store.set(this.key, this.url);
      return "again";
    }

    async whereItIs() {
      const made = await ask("HEAD", this.url);
      if (!made || made.status >= 500) return "later";
      if (made.status !== 200) {
        // swept, given up, or another person's: it begins anew
        store.drop(this.key);
        Object.assign(this, { url: null, known: false, offset: 0 });
        return "again";
      }
      this.known = true;
      this.offset = Number(made.getResponseHeader("Upload-Offset"));
      for (const row of list(this.input).querySelectorAll("[data-url]")) if (row.dataset.url === this.url) row.remove();
      this.show();
      return "again";
    }

    async finish() {
      const made = await ask("GET", this.url);
      if (!made || made.status !== 200) return this.otherwise(made);
      const file = answer(made).file;
      this.state = "done";
      store.drop(this.key);
      const name = element("span", { className: "received-name" }, words.received.replace("{name}", file.name), " ");
      name.append(element("small", { className: "muted" }, sizeWords(file.size)));
      const hidden = element("input", { type: "hidden", name: `_kept.${this.input.name}`, value: `${file.sha256} ${file.name}` });
      const row = element("li", {}, hidden, name, button(words.remove, file.name, () => { row.remove(); changed(this.input.form); }));
      name.setAttribute("role", "status");
      this.row.replaceWith(row);
      nothingWrong(this.input);
      changed(this.input.form);
      sendWhatWaits(this.input.form);
      return "done";
    }

    // the line broke, or the server says no: try again later, or say why not
    otherwise(made) {
      if (this.state !== "running") return "stop";
      if (!made || made.status >= 500 && made.status !== 507 || made.status === 423 || made.status === 429) {
        this.after = Number(made?.getResponseHeader("Retry-After")) || 0;
        return "later";
      }
      this.state = "failed";
      store.drop(this.key);
      pressed.delete(this.input.form);
      this.row.className = "upload-failed";
      this.says.setAttribute("role", "alert");
      this.bar.remove();
      this.pauses.remove();
      this.show(problem(made));
      return "stop";
    }

    toggle() {
      if (this.state === "running") {
        this.state = "paused";
        pressed.delete(this.input.form);
        this.request?.abort();
        this.pauses.firstChild.textContent = words.resume;
        this.show(words.paused);
      } else if (this.state === "paused") {
        this.state = "running";
        this.known = false;
        this.pauses.firstChild.textContent = words.pause;
        this.show();
        this.run();
      }
    }

    cancel() {
      this.state = "cancelled";
      pressed.delete(this.input.form);
      this.request?.abort();
      store.drop(this.key);
      if (this.url) ask("DELETE", this.url);
      this.row.remove();
      this.input.focus();
    }
  }

  function list(input) {
    const box = input.closest(".field, .talk-send") || input.parentElement;
    let found = box.querySelector("ul.received");
    if (!found) {
      found = element("ul", { className: "received" });
      (input.closest("label") || input).before(found);
    }
    return found;
  }

  // what was said of the field no longer holds once a good file is in it
  function nothingWrong(input) {
    for (const row of list(input).querySelectorAll(".upload-failed")) row.remove();
    const field = input.closest(".field");
    field?.classList.remove("wrong");
    field?.querySelector(".errorlist")?.remove();
    input.removeAttribute("aria-invalid");
  }

  // taken away where it stands: without this script the button sends the form
  document.addEventListener("click", (event) => {
    const pressedOne = event.target.closest?.("ul.received button[name=_remove]");
    const input = pressedOne?.closest(".field")?.querySelector("input[type=file][data-upload]");
    if (!input) return;
    event.preventDefault();
    pressedOne.closest("li").remove();
    changed(input.form);
    input.focus();
  });

  // a form whose button was pressed while files were on their way is sent when the last of them is here
  const under = new Map(), pressed = new Map();
  function sendWhatWaits(form) {
    if (!pressed.has(form)) return;
    const all = [...under].filter(([input]) => input.form === form).flatMap(([, uploads]) => uploads);
    if (all.some((one) => one.state === "running" || one.state === "paused")) return;
    const submitter = pressed.get(form);
    pressed.delete(form);
    if (submitter && submitter.isConnected) form.requestSubmit(submitter); else form.requestSubmit();
  }
  for (const input of document.querySelectorAll("input[type=file][data-upload]")) {
    under.set(input, []);
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      input.value = "";
      under.get(input).push(...chosen.map((file) => new Upload(input, file)));
    });
    input.form.addEventListener("submit", (event) => {
      const waiting = under.get(input).find((one) => one.state === "running" || one.state === "paused");
      if (!waiting) return;
      event.preventDefault();
      pressed.set(input.form, event.submitter);
      waiting.show(words.unfinished);
      waiting.pauses.focus();
    }, true);
  }

  // what a killed browser left: choosing the same file again goes on with it
  async function unfinished() {
    if (!store.keys().length || !under.size) return;
    const made = await ask("GET", `${ENDPOINT}?limit=50`);
    if (!made || made.status !== 200) return;
    const there = answer(made).items || [];
    for (const key of store.keys()) if (!there.some((one) => store.get(key)?.endsWith(`/${one.id}`))) store.drop(key);
    for (const input of under.keys()) {
      for (const one of there.filter((each) => each.purpose === input.dataset.purpose)) {
        const url = `${ENDPOINT}/${one.id}`, share = Math.floor((100 * one.offset) / one.size);
        const row = element("li", { className: "uploading" }, element("span", { className: "received-name" },
          words.goOn.replace("{name}", one.name).replace("{share}", `${share}%`)));
        row.dataset.url = url;
        row.append(button(words.cancel, one.name, () => { ask("DELETE", url); row.remove(); }));
        list(input).append(row);
      }
    }
  }
  unfinished();
})();
