// What the tabs of one browser share: which conversation it is, and that something happened in it.
// What one tab alone remembers over a reload: whether it is open, and what waits for an answer.

export class Tabs {
  // `heard(what)` is called, from `listen` to `close`, when another tab has told something, or has
  // another conversation.
  constructor(name, heard) {
    this.name = `chatrec:${name}`;
    this.heard = heard;
    this.memory = new Map();
    this.changed = (event) => {
      if (event.key === this.name) heard('moved');
    };
  }

  listen() {
    addEventListener('storage', this.changed);
    this.channel = 'BroadcastChannel' in window ? new BroadcastChannel(this.name) : null;
    if (this.channel) this.channel.onmessage = (event) => this.heard(String(event.data));
  }

  get conversation() {
    return this.read('localStorage', '');
  }

  set conversation(id) {
    this.write('localStorage', '', id);
  }

  get token() {
    return this.read('localStorage', ':token');
  }

  set token(given) {
    this.write('localStorage', ':token', given);
  }

  get waiting() {
    return this.read('sessionStorage', ':waiting');
  }

  set waiting(asked) {
    this.write('sessionStorage', ':waiting', asked);
  }

  get isOpen() {
    return this.read('sessionStorage', ':open') === 'yes';
  }

  set isOpen(is) {
    this.write('sessionStorage', ':open', is ? 'yes' : '');
  }

  tell(what) {
    if (this.channel) this.channel.postMessage(what);
  }

  close() {
    removeEventListener('storage', this.changed);
    if (this.channel) this.channel.close();
  }

  // A browser may forbid storage; then the page itself remembers.
  read(storage, name) {
    try {
      return window[storage].getItem(this.name + name) || '';
    } catch {
      return this.memory.get(name) || '';
    }
  }

  write(storage, name, value) {
    this.memory.set(name, value);
    try {
      if (value) window[storage].setItem(this.name + name, value);
      else window[storage].removeItem(this.name + name);
    } catch {
      // remembered above
    }
  }
}
