// Ships a parcel, or receives webhooks, as a first program in Node would: `parcel.mjs ship RUN` or `parcel.mjs receive ADDRESS`.
//
// It is written without a thought of what can go wrong: a new body under an old key, a fixed wait, the clock of the machine,
// a list of states, webhooks that nobody verifies.

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const BASE = new URL(process.env.PARCEL_URL);
const ACCOUNT = process.env.PARCEL_ACCOUNT;
const KEY = Buffer.from(process.env.PARCEL_ACCOUNT_KEY, 'hex');
const STATES = ['booked', 'handed_over', 'in_transit', 'held', 'delivered', 'lost', 'cancelled'];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function call(method, path, content, key = '') {
  const body = content === undefined ? '' : JSON.stringify(content);
  const target = BASE.pathname + path;
  for (let attempt = 0; attempt < 6; attempt++) {
    const [time, nonce] = [String(Math.floor(Date.now() / 1000)), randomUUID()];
    const hash = createHash('sha256').update(body).digest('base64');
    const base = [time, nonce, ACCOUNT, hash, key, method, target].join('|');
    const headers = {
      'content-type': 'application/json',
      'x-parcel-account': ACCOUNT,
      'x-parcel-time': time,
      'x-parcel-salt': nonce,
      'x-parcel-auth': createHmac('sha256', KEY).update(base).digest('base64'),
      connection: 'close',
    };
    if (key) headers['x-once-token'] = key;
    try {
      const answer = await fetch(BASE.origin + target, { method, headers, body: body || undefined });
      if (answer.ok) return await answer.json();
      if (answer.status !== 429 && answer.status < 500) throw new Error(`${answer.status} ${await answer.text()}`);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError)) throw error;
    }
    await sleep(200);
  }
  throw new Error('no answer');
}

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

async function ship(run) {
  const sender = await call('POST', '/senders', { senderRef: run, name: 'Corner Shop' }, `${run}-sender`);
  const shipment = {
    reference: run,
    weightGrams: 1200,
    receiver: { name: 'Kari Nordmann', street: `Storgata 1, ${new Date().toISOString()}`, country: 'NO', phone: null },
  };
  const approved = canonical({ act: 'bookShipment', sender: sender.senderId, shipment });
  const digest = createHash('sha256').update(approved).digest('hex');
  const approval = { digest, approver: 'ops-7', approvedOn: new Date().toISOString() };
  const booked = await call('POST', `/senders/${sender.senderId}/shipments`, { ...shipment, approval }, `${run}-book`);
  let state = await call('POST', `/shipments/${booked.shipmentId}/handover`, { approval }, `${run}-hand-over`);
  while (state.state !== 'delivered') {
    if (!STATES.includes(state.state)) throw new Error(`no such state: ${state.state}`);
    await sleep(50);
    state = await call('GET', `/shipments/${booked.shipmentId}`);
  }
}

function receive(address) {
  const [host, port] = address.split(':');
  const server = createServer(async (request, answer) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const event = JSON.parse(Buffer.concat(parts));
    if (!['shipment.booked', 'shipment.delivered'].includes(event.kind)) {
      answer.writeHead(400).end();
      return;
    }
    await call('GET', `/shipments/${event.about.id}`).catch(() => undefined);
    answer.writeHead(204).end();
  });
  server.listen(Number(port), host);
}

const [what, argument] = process.argv.slice(2);
if (what === 'receive') receive(argument);
else await ship(argument);
