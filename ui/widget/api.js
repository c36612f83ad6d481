// Requests to the shop's HTTP API, version 1 -> documents, or events as they arise.
// A lost connection is taken up again under the same key, so nothing is said twice.

const WAITS = [400, 1000, 2000, 4000, 8000, 8000];
const IN_BETWEEN = /^50[234]$/;

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Api {
  // `given` is the shop's own token, or a function that fetches one; without it `tabs` keep the one
  // that the server gave.
  constructor(base, tabs, given) {
    this.base = base;
    this.tabs = tabs;
    this.given = given;
  }

  async start() {
    const told = await (await this.request('POST', '')).json();
    if (told.token) this.tabs.token = told.token;
    return told;
  }

  // `isStale` when the last one was refused.
  async token(isStale) {
    const { given, tabs } = this;
    if (given) return given.call ? given(isStale) : given;
    if (isStale && tabs.token) {
      const headers = { Authorization: `Bearer ${tabs.token}` };
      const answer = await fetch(`${this.base}/v1/visitors`, { method: 'POST', headers, credentials: 'omit' });
      if (answer.ok) tabs.token = (await answer.json()).token;
    }
    return tabs.token;
  }

  async read(id) {
    return (await this.request('GET', `/${id}`)).json();
  }

  stop(id) {
    return this.request('POST', `/${id}/stop`);
  }

  feedback(id, given) {
    return this.request('POST', `/${id}/feedback`, given);
  }

  // Says `asked.text`, or applies `asked.patch`; calls `on(name, data)` with each event. "again"
  // comes before each attempt, "taken" when the server has kept it, and "lost" after one that the
  // network broke off.
  async ask(id, asked, on, signal) {
    const [method, path, body] = asked.patch
      ? ['PATCH', `/${id}/constraints`, asked.patch]
      : ['POST', `/${id}/messages`, { text: asked.text }];
    for (let tried = 0; ; tried += 1) {
      try {
        on('again');
        const answer = await this.request(method, path, body, asked.key, signal);
        on('taken');
        if (await this.follow(answer, on)) return;
      } catch (error) {
        const final = error instanceof Refused && !IN_BETWEEN.test(error.status);
        if (final || signal.aborted || tried === WAITS.length) throw error;
      }
      if (signal.aborted) return;
      if (tried === WAITS.length) throw new Error('connection lost');
      on('lost');
      await pause(WAITS[tried], signal);
    }
  }

  // Whether the events came to their end.
  async follow(answer, on) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return false;
      rest += value.replaceAll('\r', '');
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const name = /^event: (.*)$/m.exec(rest.slice(0, end));
        const data = /^data: (.*)$/m.exec(rest.slice(0, end));
        rest = rest.slice(end + 2);
        if (!name || !data) continue;
        const said = await parse(data[1]);
        if (name[1] === 'error') throw new Refused(500, said.detail);
        on(name[1], said);
        if (name[1] === 'reply') return true;
      }
    }
  }

  async request(method, path, body, key, signal, again) {
    const headers = { Accept: key ? 'text/event-stream' : 'application/json' };
    if (body) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
    const token = await this.token(again);
    if (token) headers.Authorization = `Bearer ${token}`;
    const answer = await fetch(`${this.base}/v1/conversations${path}`, {
      method,
      headers,
      body: body ? json(body) : undefined,
      signal,
      credentials: 'omit',
      cache: 'no-store',
    });
    if (answer.ok) return answer;
    if (answer.status === 401 && !again) return this.request(method, path, body, key, signal, true);
    let told = '';
    try {
      told = (await answer.json()).detail || '';
    } catch {
      // a proxy's page
    }
    throw new Refused(answer.status, told);
  }
}

// The page's own JSON may be replaced or bent by toJSON methods; a Response's parser may not.
export function parse(text) {
  return new Response(text).json();
}

export function json(value) {
  if (typeof value === 'string') return `"${value.replace(/[\u0000-\u001f"\\\u007f-\uffff]/g, escaped)}"`;
  if (value === null || typeof value !== 'object') return String(value);
  let inside = '';
  const isList = Array.isArray(value);
  for (const name of Object.keys(value)) {
    if (value[name] === undefined) continue;
    inside += `${inside && ','}${isList ? '' : `${json(name)}:`}${json(value[name])}`;
  }
  return isList ? `[${inside}]` : `{${inside}}`;
}

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

// Names one request; hard to guess. (`randomUUID` is missing on pages without TLS.)
export function newKey() {
  let key = '';
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) key += byte.toString(16);
  return key;
}

// Some time, or until the browser is online again or the signal is given.
function pause(milliseconds, signal) {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener('online', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    addEventListener('online', over);
    signal.addEventListener('abort', over);
  });
}
