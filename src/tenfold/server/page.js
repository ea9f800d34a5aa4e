'use strict';

/* ---------- Words: one table, every key in every language ---------- */

const WORDS = {
  en: {
    skip: 'Skip to the sheet', views: 'Views', draw: 'Draw', pictures: 'Pictures', board: 'Blackboard',
    token: 'This server asks for a word:', enter: 'Enter',
    drawTitle: 'Draw a number', sheet: 'Sheet of paper to write on', hint: 'Write a number here',
    pens: 'Pens', pen: 'Pen', eraser: 'Eraser', width: 'Width', undo: 'Undo', redo: 'Redo', clear: 'New sheet',
    keys: 'With keys: arrows move the pen, Space sets it down and lifts it, Ctrl+Z takes back, Delete clears.',
    iRead: 'I read', sureFrom: '“sure” begins at the mark: {p}',
    iWrote: 'Not right? I wrote', keep: 'Keep it', itIs: 'Not right? It is', correct: 'Correct',
    film: 'What the model sees', filmLead: 'The model never sees your sheet. It sees 28 × 28 grey dots. This is the way there.',
    stepPicture: 'Your picture', stepPictureWhy: 'as you made it',
    stepInk: 'The ink', stepInkWhy: 'what is pen, and not paper',
    stepGlyph: '28 × 28 dots', stepGlyphWhy: 'cut out, 20 dots tall, put in the middle',
    stepSaid: 'The answer', inkAlt: 'The ink that was found', glyphAlt: 'The 28 by 28 dots that the model sees',
    models: 'Two models, one drawing', modelsLead: 'The classic net of many lessons has one hidden layer. Ours looks for strokes, and has learned what is not a digit. Draw small, draw in a corner, scribble, write two digits: who notices?',
    classicSmall: 'Classic net, sheet made small', classicFound: 'Classic net, ink found first', ours: 'Tenfold',
    classicSmallWhy: 'The lesson’s way: the whole sheet shrinks to 28 × 28. A small or crooked digit nearly vanishes.',
    classicFoundWhy: 'The same net, but the ink is cut out and centred first. Half of the trouble is gone.',
    oursWhy: 'It also says when it sees no single digit. The classic net must always name one.',
    says: '{p} sure', saysNone: 'not one digit, {p} sure',
    sure: 'I am sure.', sureMany: 'I am sure of every digit.', fairly: 'I am fairly sure, but look yourself.',
    between: 'I am not sure: is it {a} or {b}?', betweenAt: 'I am not sure: is digit {n} a {a} or a {b}?',
    unsureAt: 'I am not sure of digit {n}.', unsure: 'I am not sure.', noDigit: 'That is not a digit that I know.',
    guess: 'I cannot read this. My best guess is {text}.', guessDigit: 'That is not a digit that I know. My best guess is {text}.', several: 'not one digit, but {n}', blank: 'Nothing written yet.', nothing: 'No number found.',
    spoken: '{text}. {verdict} {p}.', chances: 'How likely each digit is, by these 28 × 28 dots alone', chancesOf: 'Digit {n} of {m}: how likely each is, by its 28 × 28 dots alone',
    digitButton: 'digit {n}: {d}',
    picturesTitle: 'Read pictures', chooseHere: 'Choose pictures or take one', dropHere: 'Drop pictures anywhere on this page', dropHow: 'or paste one with Ctrl+V, or',
    choose: 'Choose pictures', take: 'Take a picture', stays: 'Pictures go to the machine that runs Tenfold, and nowhere else.',
    polarity: 'Writing', polarityAuto: 'find out', polarityDark: 'dark on light', polarityLight: 'light on dark',
    layout: 'On it', layoutAuto: 'find out', layoutDigit: 'one digit', layoutNumber: 'one number', layoutPage: 'lines', layoutGrid: 'a table',
    progress: 'Progress', ofMany: '{n} of {m} read', before: 'Picture before', after: 'Next picture',
    thisDigit: 'This digit', clickDigit: 'Choose a digit in the picture.', cannotShow: 'This picture cannot be shown.', page: '{file}, page {n}',
    box: '{d}, {p} sure, digit {n} of {text}', table: 'All numbers', onlyReview: 'only those to look at',
    copy: 'Copy', copied: 'Copied', colPicture: 'Picture', colWritten: 'Written', colNumber: 'Read', colSure: 'Sure', colStatus: 'Status',
    accepted: 'sure', review: 'please look', mended: 'corrected by you', none: 'no number', numberIn: 'Number in {file}',
    keepWhere: 'Keep my corrections, with their pictures, in {folder} on the machine that runs Tenfold ({n} so far)',
    keptOne: 'Kept as {label}. {n} so far.', exportZip: 'Get all corrections (zip)', foot: 'Tenfold reads on this machine, without the internet.',
    away: 'The server does not answer. Is tenfold serve still running? Your work is still here.', wrongToken: 'That was not the word.',
    penDown: 'Pen down', penUp: 'Pen up', cleared: 'New sheet',
  },
  de: {
    skip: 'Zum Blatt springen', views: 'Ansichten', draw: 'Zeichnen', pictures: 'Bilder', board: 'Wandtafel',
    token: 'Dieser Server fragt nach einem Wort:', enter: 'Weiter',
    drawTitle: 'Eine Zahl zeichnen', sheet: 'Blatt Papier zum Schreiben', hint: 'Schreib hier eine Zahl',
    pens: 'Stifte', pen: 'Stift', eraser: 'Radierer', width: 'Breite', undo: 'Zurück', redo: 'Vor', clear: 'Neues Blatt',
    keys: 'Mit Tasten: Pfeile bewegen den Stift, Leertaste setzt ihn auf und ab, Strg+Z nimmt zurück, Entf leert das Blatt.',
    iRead: 'Ich lese', sureFrom: '„sicher“ beginnt am Strich: {p}',
    iWrote: 'Falsch? Da steht', keep: 'Behalten', itIs: 'Falsch? Es ist', correct: 'Berichtigen',
    film: 'Was das Modell sieht', filmLead: 'Das Modell sieht nie dein Blatt. Es sieht 28 × 28 graue Punkte. Das ist der Weg dorthin.',
    stepPicture: 'Dein Bild', stepPictureWhy: 'so wie du es gemacht hast',
    stepInk: 'Die Tinte', stepInkWhy: 'was Stift ist und nicht Papier',
    stepGlyph: '28 × 28 Punkte', stepGlyphWhy: 'ausgeschnitten, 20 Punkte groß, in die Mitte gelegt',
    stepSaid: 'Die Antwort', inkAlt: 'Die gefundene Tinte', glyphAlt: 'Die 28 mal 28 Punkte, die das Modell sieht',
    models: 'Zwei Modelle, eine Zeichnung', modelsLead: 'Das klassische Netz aus vielen Lehrgängen hat eine verborgene Schicht. Unseres sucht nach Strichen und hat gelernt, was keine Ziffer ist. Zeichne klein, in eine Ecke, kritzle, schreib zwei Ziffern: Wer merkt es?',
    classicSmall: 'Klassisch, das Blatt verkleinert', classicFound: 'Klassisch, die Tinte zuerst gesucht', ours: 'Tenfold',
    classicSmallWhy: 'Wie im Lehrgang: das ganze Blatt schrumpft auf 28 × 28. Eine kleine oder schiefe Ziffer verschwindet fast.',
    classicFoundWhy: 'Dasselbe Netz, aber die Tinte wird vorher ausgeschnitten und in die Mitte gelegt. Die halbe Mühe ist weg.',
    oursWhy: 'Es sagt auch, wenn es keine einzelne Ziffer sieht. Das klassische Netz muss immer eine nennen.',
    says: '{p} sicher', saysNone: 'keine einzelne Ziffer, {p} sicher',
    sure: 'Ich bin sicher.', sureMany: 'Ich bin bei jeder Ziffer sicher.', fairly: 'Ich bin ziemlich sicher, aber sieh selbst nach.',
    between: 'Ich bin nicht sicher: {a} oder {b}?', betweenAt: 'Ich bin nicht sicher: Ist Ziffer {n} eine {a} oder eine {b}?',
    unsureAt: 'Bei Ziffer {n} bin ich nicht sicher.', unsure: 'Ich bin nicht sicher.', noDigit: 'Das ist keine Ziffer, die ich kenne.',
    guess: 'Das kann ich nicht lesen. Am ehesten noch {text}.', guessDigit: 'Das ist keine Ziffer, die ich kenne. Am ehesten noch {text}.', several: 'nicht eine Ziffer, sondern {n}', blank: 'Noch steht nichts da.', nothing: 'Keine Zahl gefunden.',
    spoken: '{text}. {verdict} {p}.', chances: 'Wie wahrscheinlich jede Ziffer ist, nur nach diesen 28 × 28 Punkten', chancesOf: 'Ziffer {n} von {m}: wie wahrscheinlich jede ist, nur nach ihren 28 × 28 Punkten',
    digitButton: 'Ziffer {n}: {d}',
    picturesTitle: 'Bilder lesen', chooseHere: 'Wähle Bilder oder mach ein Foto', dropHere: 'Lass Bilder irgendwo auf diese Seite fallen', dropHow: 'oder füge eines mit Strg+V ein, oder',
    choose: 'Bilder wählen', take: 'Foto machen', stays: 'Bilder gehen an den Rechner, auf dem Tenfold läuft, und nirgendwohin sonst.',
    polarity: 'Schrift', polarityAuto: 'selbst erkennen', polarityDark: 'dunkel auf hell', polarityLight: 'hell auf dunkel',
    layout: 'Darauf', layoutAuto: 'selbst erkennen', layoutDigit: 'eine Ziffer', layoutNumber: 'eine Zahl', layoutPage: 'Zeilen', layoutGrid: 'eine Tabelle',
    progress: 'Fortschritt', ofMany: '{n} von {m} gelesen', before: 'Voriges Bild', after: 'Nächstes Bild',
    thisDigit: 'Diese Ziffer', clickDigit: 'Wähle eine Ziffer im Bild.', cannotShow: 'Dieses Bild lässt sich nicht zeigen.', page: '{file}, Seite {n}',
    box: '{d}, {p} sicher, Ziffer {n} von {text}', table: 'Alle Zahlen', onlyReview: 'nur die zum Nachsehen',
    copy: 'Kopieren', copied: 'Kopiert', colPicture: 'Bild', colWritten: 'Geschrieben', colNumber: 'Gelesen', colSure: 'Sicher', colStatus: 'Stand',
    accepted: 'sicher', review: 'bitte nachsehen', mended: 'von dir berichtigt', none: 'keine Zahl', numberIn: 'Zahl in {file}',
    keepWhere: 'Meine Berichtigungen mit ihren Bildern behalten, in {folder} auf dem Rechner, auf dem Tenfold läuft (bisher {n})',
    keptOne: 'Behalten als {label}. Bisher {n}.', exportZip: 'Alle Berichtigungen holen (zip)', foot: 'Tenfold liest auf diesem Rechner, ohne Internet.',
    away: 'Der Server antwortet nicht. Läuft tenfold serve noch? Deine Arbeit ist noch da.', wrongToken: 'Das war nicht das Wort.',
    penDown: 'Stift aufgesetzt', penUp: 'Stift abgehoben', cleared: 'Neues Blatt',
  },
};

const CLASSIC = 'dense128';
const POSSIBLE = 0.05;       // an alternative worth naming
const LIKELY = 0.9;          // surer than this and not accepted: no question mark yet
const UNREADABLE = 0.3;      // a guess less sure than this is not shown as an answer
let acceptFrom = 0.9;        // the server says
let reader = 'tenfold';      // who reads, as the server says
const SVG_DASH = '–';

const $ = (id) => document.getElementById(id);
const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const store = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a private window */ } };

let language = stored('language') ?? (navigator.language.startsWith('de') ? 'de' : 'en');
let theme = stored('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
document.documentElement.dataset.theme = theme;   // before anything is painted
document.documentElement.lang = language;
document.documentElement.classList.add('filling');   // nothing is seen before its words are there

function say(key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function percent(share) {
  const text = share > 0.995 && share < 1 ? (Math.floor(share * 1000) / 10).toFixed(1) : Math.round(share * 100);
  return `${String(text).replace('.', language === 'de' ? ',' : '.')}\u00a0%`;
}

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') made.setAttribute(name, value);
    else if (name === 'data') Object.assign(made.dataset, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/* ---------- The server ---------- */

let token = '';
try { token = sessionStorage.getItem('token') ?? ''; } catch { /* a private window */ }

class Trouble extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  for (let attempt = 0; ; attempt++) {
    let response;
    try {
      response = await fetch(path, { ...options, headers });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      trouble(say('away'));
      throw new Trouble(0, say('away'));
    }
    if (response.status === 503 && attempt < 5 && response.headers.has('retry-after')) {
      await new Promise((go) => setTimeout(go, 1000 * Number(response.headers.get('retry-after'))));
      continue;
    }
    if (response.ok) { trouble(''); return response; }
    if (response.status === 401) { $('ask').hidden = false; if (token) trouble(say('wrongToken')); }
    const problem = await response.json().catch(() => ({ detail: response.statusText }));
    throw new Trouble(response.status, problem.detail);
  }
}

function trouble(words) {
  $('trouble').textContent = words;
  $('trouble').hidden = !words;
}

let saying;
function speak(words, wait = 500) {   // the last word counts: a screen reader is not to stutter
  clearTimeout(saying);
  if (wait) saying = setTimeout(() => { $('said').textContent = words; }, wait);
  else $('said').textContent = words;
}

/* ---------- The sheet ---------- */

const UNITS = 420;   // width of the sheet in the units that are sent

const sheet = {
  strokes: [], undone: [], live: null, erase: false, cursor: null, penIsDown: false,

  get size() {
    const { clientWidth: w, clientHeight: h } = $('canvas');
    return { width: UNITS, height: Math.max(1, Math.round((UNITS * h) / Math.max(w, 1))) };
  },
  get empty() { return !this.strokes.length && !this.live; },

  place(event) {
    const box = $('canvas').getBoundingClientRect();
    const scale = UNITS / box.width;
    const point = [round((event.clientX - box.left) * scale), round((event.clientY - box.top) * scale)];
    // Only a pen knows how hard it is pressed; a mouse always says one half.
    if (event.pointerType === 'pen' && event.pressure > 0) point.push(round(this.width * (0.4 + 1.2 * event.pressure)));
    return point;
  },
  get width() { return Number($('width').value) * (this.erase ? 2.5 : 1); },

  begin(points) {
    this.live = { points, width: this.width, erase: this.erase };
    this.undone = [];
  },
  end() {
    if (!this.live) return;
    this.strokes.push(this.live);
    this.live = null;
  },
  json() {
    const strokes = this.live ? [...this.strokes, this.live] : this.strokes;
    return { ...this.size, strokes };
  },
};

const round = (value) => Math.round(value * 10) / 10;

function paintSheet() {
  const canvas = $('canvas');
  const ratio = devicePixelRatio || 1;
  const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const pencil = canvas.getContext('2d');
  pencil.clearRect(0, 0, w, h);
  paintStrokes(pencil, w / UNITS, getComputedStyle(canvas).color);
  if (sheet.cursor) paintCursor(pencil, w / UNITS);
  $('hint').hidden = !sheet.empty;
  $('undo').disabled = !sheet.strokes.length;
  $('redo').disabled = !sheet.undone.length;
  $('clear').disabled = sheet.empty;
}

function paintStrokes(pencil, scale, colour) {
  pencil.save();
  pencil.scale(scale, scale);
  pencil.lineCap = pencil.lineJoin = 'round';
  pencil.strokeStyle = pencil.fillStyle = colour;
  for (const stroke of sheet.json().strokes) {
    pencil.globalCompositeOperation = stroke.erase ? 'destination-out' : 'source-over';
    paintStroke(pencil, stroke);
  }
  pencil.restore();
}

function paintStroke(pencil, { points, width }) {
  if (points.length === 1) {
    pencil.beginPath();
    pencil.arc(points[0][0], points[0][1], (points[0][2] ?? width) / 2, 0, 7);
    pencil.fill();
    return;
  }
  const pressed = points.some((point) => point.length > 2);
  const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  pencil.lineWidth = width;
  pencil.beginPath();
  pencil.moveTo(...points[0].slice(0, 2));
  for (let i = 1; i < points.length; i++) {   // curves through the middles: no corners where none were drawn
    const [x, y] = points[i];
    const goal = i === points.length - 1 ? [x, y] : middle(points[i], points[i + 1]);
    if (pressed) pencil.lineWidth = points[i][2] ?? width;
    pencil.quadraticCurveTo(x, y, ...goal);
    if (pressed) { pencil.stroke(); pencil.beginPath(); pencil.moveTo(...goal); }
  }
  pencil.stroke();
}

function paintCursor(pencil, scale) {
  const [x, y] = sheet.cursor.map((value) => value * scale);
  const reach = 7 * scale;
  pencil.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue('--focus');
  pencil.lineWidth = 2 * (devicePixelRatio || 1);
  pencil.beginPath();
  pencil.arc(x, y, sheet.penIsDown ? reach / 2 : reach, 0, 7);
  pencil.moveTo(x - 1.6 * reach, y); pencil.lineTo(x + 1.6 * reach, y);
  pencil.moveTo(x, y - 1.6 * reach); pencil.lineTo(x, y + 1.6 * reach);
  pencil.stroke();
}

function changed() {
  paintSheet();
  readSheet();
}

function startSheet() {
  const canvas = $('canvas');
  let pointer = null;
  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== null || event.button > 0 && event.button !== 5) return;
    event.preventDefault();
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    liftKeys();
    const erasing = sheet.erase;
    sheet.erase ||= event.button === 5;   // the pen's other end
    sheet.begin([sheet.place(event)]);
    sheet.erase = erasing;
    changed();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId !== pointer || !sheet.live) return;
    const steps = event.getCoalescedEvents?.() ?? [];
    for (const step of steps.length ? steps : [event]) {
      const point = sheet.place(step);
      const last = sheet.live.points.at(-1);
      if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) sheet.live.points.push(point);
    }
    changed();
  });
  const lift = (event) => {
    if (event.pointerId !== pointer) return;
    pointer = null;
    sheet.end();
    lifted = performance.now();
    changed();
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  canvas.addEventListener('keydown', onSheetKey);
  canvas.addEventListener('blur', () => { liftKeys(); sheet.cursor = null; paintSheet(); });
  document.addEventListener('keydown', onUndoKey);

  $('pen').onclick = () => hold(false);
  $('eraser').onclick = () => hold(true);
  $('undo').onclick = undo;
  $('redo').onclick = redo;
  $('clear').onclick = clear;
  new ResizeObserver(paintSheet).observe(canvas);
}

function hold(erase) {
  sheet.erase = erase;
  $('pen').setAttribute('aria-pressed', !erase);
  $('eraser').setAttribute('aria-pressed', erase);
}
function undo() { liftKeys(); if (sheet.strokes.length) { sheet.undone.push(sheet.strokes.pop()); changed(); } }
function redo() { if (sheet.undone.length) { sheet.strokes.push(sheet.undone.pop()); changed(); } }
function clear() {
  sheet.strokes = []; sheet.live = null; sheet.undone = []; sheet.penIsDown = false;
  speak(say('cleared'), 0);
  changed();
}

function liftKeys() {
  if (sheet.penIsDown) { sheet.penIsDown = false; sheet.end(); }
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function onSheetKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { width, height } = sheet.size;
  if (event.key in ARROWS) {
    const [x, y] = sheet.cursor ?? [width / 2, height / 2];
    const step = event.shiftKey ? 2 : 8;
    const [across, down] = ARROWS[event.key];
    sheet.cursor = [Math.min(Math.max(x + across * step, 0), width), Math.min(Math.max(y + down * step, 0), height)];
    if (sheet.penIsDown) sheet.live.points.push([...sheet.cursor]);
  } else if (event.key === ' ') {
    sheet.cursor ??= [width / 2, height / 2];
    if (sheet.penIsDown) liftKeys();
    else { sheet.begin([[...sheet.cursor]]); sheet.penIsDown = true; }
    speak(say(sheet.penIsDown ? 'penDown' : 'penUp'), 0);
  } else if (event.key === 'Delete' || event.key === 'Backspace') clear();
  else return;
  event.preventDefault();
  changed();
}

function onUndoKey(event) {
  if (!(event.ctrlKey || event.metaKey) || $('view-draw').hidden || event.target.matches('input')) return;
  const key = event.key.toLowerCase();
  if (key === 'z' && !event.shiftKey) undo();
  else if (key === 'y' || (key === 'z' && event.shiftKey)) redo();
  else return;
  event.preventDefault();
}

/* ---------- The answer, live ---------- */

const LIVE_MS = 80;     // while the pen is down, no more often than this
const REST_MS = 150;    // the pen rested so long: what the model sees can be asked for as well

let reading = null;     // what was read on the sheet; null: nothing is written
let look = null;        // the steps to it, which come a moment later
let chosen = 0;         // which of its digits is looked at
let lifted = null;      // when the pen left the sheet, until its answer is shown
let underWay = null;    // cancels the question that is under way
let busy = null;        // the same, while its reading is not there yet
let asked = null;       // which drawing was asked about last
let answered = null;    // which one the answer on the page is about
let due = null;
let lookDue = null;
let looked = null;      // which drawing the steps on the page are about

/** Ask soon while the pen is down, at once when it was lifted; the latest drawing counts. */
function readSheet() {
  if (sheet.live && !sheet.penIsDown) {
    due ??= setTimeout(askAboutSheet, LIVE_MS);
    return;
  }
  askAboutSheet();
}

async function askAboutSheet() {
  clearTimeout(due);
  clearTimeout(lookDue);   // or it would hold up the answer to what is drawn now
  due = null;
  if (sheet.empty) {
    underWay?.abort();
    underWay = asked = busy = looked = null;
    reading = look = null;
    showAnswer();
    showSteps();
    return;
  }
  if (busy && sheet.live && !sheet.penIsDown) {   // on a slow machine an answer must come through too
    due = setTimeout(askAboutSheet, LIVE_MS);
    return;
  }
  const body = JSON.stringify(sheet.json());
  if (body === asked) {   // the pen rested before it was lifted: the answer is here, or on its way
    if (answered === body) { noteTime(); showAnswer(); lookSoon(body, underWay); }
    return;
  }
  underWay?.abort();
  const mine = new AbortController();
  underWay = busy = mine;
  asked = body;
  await unlessLeft(mine, async () => {
    const { readings } = await askWith('/api/read', body, mine);
    if (underWay !== mine) return;
    busy = null;
    [reading] = readings;
    answered = body;
    showAnswer();
    noteTime();
    lookSoon(body, mine);
  });
}

/** At once when the pen was lifted: nothing more comes. */
function lookSoon(body, mine) {
  clearTimeout(lookDue);
  if (looked === body) return;
  lookDue = setTimeout(() => unlessLeft(mine, () => lookAtSheet(body, mine)), sheet.live ? REST_MS : 0);
}

async function lookAtSheet(body, mine) {
  const found = await askWith('/api/look', body, mine);
  if (underWay !== mine) return;
  look = found;
  looked = body;
  if (!look.whole) { reading = null; showAnswer(); }   // all of it was rubbed out
  showSteps();
}

async function askWith(path, body, { signal }) {
  return (await ask(path, { method: 'POST', body, signal, headers: { 'content-type': 'application/json' } })).json();
}

async function unlessLeft(mine, work) {
  try {
    await work();
  } catch (error) {
    if (error.name === 'AbortError') return;
    if (underWay === mine) asked = busy = null;   // the next stroke asks again
    if (!(error instanceof Trouble)) throw error;
    if (error.status && error.status !== 401) trouble(error.message);
  }
}

/** How long it took from the pen's leaving the sheet to the answer to that very drawing. */
function noteTime() {
  if (lifted === null || sheet.live) return;
  performance.measure('answer', { start: lifted, end: performance.now() });
  lifted = null;
}

const textOf = (number) => number.corrected ?? (number.written || number.text);

/** A reading in words: its state, what is in large letters, how sure, and a sentence. */
function inWords({ numbers } = {}) {
  if (!numbers) return { state: 'blank', text: '', sure: null, verdict: say('blank') };
  if (!numbers.length) return { state: 'none', text: SVG_DASH, sure: null, verdict: say('noDigit') };
  const sure = Math.min(...numbers.map((number) => number.confidence));
  const text = numbers.map(textOf).join(' ');
  const digits = numbers.flatMap((number) => number.digits);
  if (numbers.every((number) => number.status === 'accepted')) {
    return { state: 'accepted', text, sure, verdict: say(digits.length > 1 ? 'sureMany' : 'sure') };
  }
  if (sure < UNREADABLE) return { state: 'none', text: '?', sure, verdict: say(digits.length > 1 ? 'guess' : 'guessDigit', { text }) };
  if (sure >= LIKELY) return { state: 'likely', text, sure, verdict: say('fairly') };
  return { state: 'review', text, sure, verdict: doubt(digits) };
}

function doubt(digits) {
  const weakest = digits.reduce((a, b) => (b.confidence < a.confidence ? b : a));
  const n = digits.indexOf(weakest) + 1;
  const [other] = weakest.alternatives.filter(([, share]) => share >= POSSIBLE);
  const many = digits.length > 1;
  if (other) return say(many ? 'betweenAt' : 'between', { n, a: weakest.digit, b: other[0] });
  if (weakest.confidence >= 0.75) return say('fairly');
  return say(many ? 'unsureAt' : 'unsure', { n });
}

function showAnswer() {
  const told = inWords(reading ?? undefined);
  const nDigits = (reading?.numbers ?? []).reduce((n, number) => n + number.digits.length, 0);
  chosen = Math.min(chosen, Math.max(nDigits - 1, 0));
  $('answer').dataset.state = told.state;
  showFigure($('figure'), told, nDigits);
  $('verdict').textContent = told.verdict;
  $('sureness').style.width = `${100 * (told.sure ?? 0)}%`;
  $('percent').textContent = told.sure === null ? SVG_DASH : percent(told.sure);
  if (told.state !== 'blank') {
    const p = told.sure === null ? '' : percent(told.sure);
    speak(say('spoken', { text: told.text === SVG_DASH ? '' : told.text, verdict: told.verdict, p }).trim());
  }
}

function showSteps() {
  showChoice();
  showRivals();
}

function showMark() {
  $('mark').style.left = `${100 * acceptFrom}%`;
  $('from').textContent = say('sureFrom', { p: percent(acceptFrom) });
}

function showFigure(place, told, nDigits) {
  let index = 0;
  const marks = [...told.text].map((mark) => {
    if (!/[0-9]/.test(mark) || nDigits < 2) return element('span', {}, mark);
    const here = index++;
    const button = element('button', { type: 'button', 'aria-pressed': here === chosen,
      'aria-label': say('digitButton', { n: here + 1, d: mark }) }, mark);
    button.onclick = () => { chosen = here; showFigure(place, told, nDigits); showChoice(); place.querySelectorAll('button')[here].focus(); };
    return button;
  });
  if (told.state === 'review') marks.push(element('span', { className: 'mark-unsure' }, '?'));
  const length = [...told.text].length + (told.state === 'review' ? 1 : 0);
  if (length > 8) place.dataset.long = '2';
  else if (length > 3) place.dataset.long = '1';
  else delete place.dataset.long;
  place.replaceChildren(...marks);
}

/** Bars and film strip of the chosen digit; of all the writing where no digit was found. */
function showChoice() {
  const told = inWords(reading ?? undefined);
  const digits = told.state === 'none' ? [] : look?.digits ?? [];
  const digit = digits[chosen];
  const step = digit ?? (look?.whole && { ...look.whole.found, ink: look.ink });
  const caption = digits.length > 1 ? say('chancesOf', { n: chosen + 1, m: digits.length }) : say('chances');
  showBars('ten', step ? ours(step).probabilities : null, caption);
  paintSmall($('film-picture'));
  showImage('film-ink', step?.ink, 'inkAlt');
  showImage('film-glyph', step?.glyph, 'glyphAlt');
  $('film-said').textContent = step ? (digit?.digit ?? SVG_DASH) : '';
  $('film-why').textContent = digit ? say('says', { p: percent(digit.confidence) }) : step ? told.verdict : '';
}

const ours = (step) => step.models[reader];

function showImage(id, source, alt) {
  $(id).hidden = !source;
  if (source) { $(id).src = source; $(id).alt = say(alt); }
}

function paintSmall(canvas) {
  const { width, height } = sheet.size;
  const scale = Math.min(200 / width, 120 / height) * 2;
  canvas.width = width * scale; canvas.height = height * scale;
  paintStrokes(canvas.getContext('2d'), scale, getComputedStyle(canvas).color);
}

function showBars(id, shares, caption) {
  const table = $(id);
  table.caption.textContent = caption;
  const body = table.tBodies[0];
  if (!body.rows.length) {
    table.setAttribute('role', 'table');
    body.setAttribute('role', 'rowgroup');
    for (let digit = 0; digit < 10; digit++) {
      body.append(element('tr', { role: 'row' },
        element('th', { scope: 'row', role: 'rowheader' }, String(digit)),
        element('td', { role: 'cell' }, element('span'), element('i'))));
    }
  }
  const best = shares ? shares.indexOf(Math.max(...shares)) : -1;
  [...body.rows].forEach((row, digit) => {
    const share = shares ? shares[digit] : 0;
    const [text, bar] = row.cells[1].children;
    row.className = digit === best ? 'top-one' : '';
    text.textContent = !shares ? '' : share < 0.005 ? '0' : `${Math.round(100 * share)}`;
    bar.style.height = `${100 * share}%`;
  });
}

/* ---------- Two models ---------- */

function showRivals() {
  const whole = look?.whole;
  const list = $('rivals');
  if (!list.children.length) {
    for (const key of ['classicSmall', 'classicFound', 'ours']) {
      list.append(element('li', {},
        element('div', { className: 'frame pixels' }, element('img', { alt: '', hidden: true })),
        element('div', { className: 'says' }, element('strong'), element('small')),
        element('b'), element('span', { className: 'why' })));
      list.lastChild.dataset.key = key;
    }
  }
  const shown = {
    classicSmall: whole && [whole.small.glyph, whole.small.models[CLASSIC]],
    classicFound: whole && [whole.found.glyph, whole.found.models[CLASSIC]],
    ours: whole && [whole.found.glyph, ours(whole.found)],
  };
  for (const item of list.children) {
    const { key } = item.dataset;
    const [glyph, answer] = shown[key] ?? [];
    item.querySelector('b').textContent = say(key);
    item.querySelector('.why').textContent = say(`${key}Why`);
    const image = item.querySelector('img');
    image.hidden = !glyph;
    if (glyph) { image.src = glyph; image.alt = say('glyphAlt'); }
    const [large, small] = item.querySelector('.says').children;
    if (!answer) { large.textContent = small.textContent = ''; delete item.dataset.state; continue; }
    const best = Math.max(...answer.probabilities);
    const none = answer.is_digit < 0.5;
    const sure = none ? 1 - answer.is_digit : best * answer.is_digit;
    large.textContent = none ? SVG_DASH : answer.probabilities.indexOf(best);
    small.textContent = say(none ? 'saysNone' : 'says', { p: percent(sure) });
    item.dataset.state = none ? 'none' : sure >= LIKELY ? 'accepted' : 'review';
    const told = inWords(reading ?? undefined);
    if (key === 'ours' && none && told.state !== 'none' && look.digits.length > 1) {   // a number
      large.textContent = told.text;
      small.textContent = say('several', { n: look.digits.length });
      item.dataset.state = told.state;
    }
    item.classList.toggle('long', large.textContent.length > 2);
  }
}

/* ---------- Pictures ---------- */

const AT_ONCE = 2;       // pictures on their way to the server
const NUMBER = /^[+-]?[0-9]([0-9.,]*[0-9])?$/;

const entries = [];      // one for each reading: { file, url, reading, error, place, body }
const waiting = [];
let nSent = 0;
let nRead = 0;
let atWork = 0;
let shown = -1;          // which entry is in the viewer
let digitShown = null;   // { number, index, digit } of its chosen digit

function addPictures(files) {
  const pictures = [...files].filter((file) => file.size);
  if (!pictures.length) return;
  location.hash = '#pictures';
  $('drop').classList.add('filled');
  $('results').hidden = false;
  for (const file of pictures) {
    const entry = { file, reading: null, error: null };
    entry.body = element('tbody');
    $('table-of-numbers').append(entry.body);
    entries.push(entry);
    waiting.push(entry);
    nSent++;
    showRows(entry);
  }
  showProgress();
  if (shown < 0) showPicture(0);
  while (atWork < AT_ONCE && waiting.length) readNext();
}

async function readNext() {
  const entry = waiting.shift();
  if (!entry) return;
  atWork++;
  try {
    const { readings } = await (await sendPicture('/api/read', entry.file)).json();
    entry.reading = { ...readings[0], file: entry.file.name };
    for (const page of readings.slice(1).reverse()) addPage(entry, page);
    await cutNumbers(entry);
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    entry.error = error.message;
  }
  atWork--;
  nRead++;
  showProgress();
  showRows(entry);
  const place = entries.indexOf(entry);
  if (shown === place) showPicture(place);
  readNext();
}

/** A small picture of each number as it is written, to stand beside what was read. */
async function cutNumbers(entry) {
  if (!entry.reading.numbers.length) return;
  const image = await viewOf(entry).then(createImageBitmap).catch(() => null);
  if (!image) return;
  const scale = image.width / entry.reading.width;
  for (const number of entry.reading.numbers) {
    const [x, y, w, h] = number.box;
    const margin = 0.15 * h;
    const small = Math.min(64 / (h + 2 * margin), 400 / (w + 2 * margin));
    number.crop = element('canvas', { width: Math.ceil((w + 2 * margin) * small), height: Math.ceil((h + 2 * margin) * small), ariaHidden: 'true' });
    number.crop.getContext('2d').drawImage(image, (x - margin) * scale, (y - margin) * scale, (w + 2 * margin) * scale, (h + 2 * margin) * scale,
      0, 0, number.crop.width, number.crop.height);
  }
  image.close();
}

/** A further page of the same file: an entry of its own. */
function addPage(entry, page) {
  const further = { file: entry.file, reading: { ...page, file: entry.file.name }, error: page.error };
  further.body = element('tbody');
  entry.body.after(further.body);
  entries.splice(entries.indexOf(entry) + 1, 0, further);
  showRows(further);
  cutNumbers(further).then(() => showRows(further));
}

/** What the browser shows of an entry: the file itself, or what the server makes of its page. */
function viewOf(entry) {
  entry.view ??= (async () => {
    const page = entry.reading?.page ?? null;
    if (page === null) {
      const image = await createImageBitmap(entry.file).catch(() => null);   // PDF, TIFF, HEIC: null
      image?.close();
      if (image) return entry.file;
    }
    return (await sendPicture('/api/picture', entry.file, { page: page ?? 1 })).blob();
  })();
  return entry.view;
}

const nameOf = (entry) => (entry.reading?.page ? say('page', { file: entry.file.name, n: entry.reading.page }) : entry.file.name || 'picture');

function sendPicture(path, file, values = {}) {
  const query = new URLSearchParams({ polarity: $('polarity').value, layout: $('layout').value, ...values });
  // A form carries the name; bytes alone have none.
  const body = new FormData();
  body.append('file', file, file.name || 'picture');
  return ask(`${path}?${query}`, { method: 'POST', body });
}

function showProgress() {
  $('bar').value = nSent ? nRead / nSent : 0;
  $('count').textContent = say('ofMany', { n: nRead, m: nSent });
  if (nSent && nRead === nSent) speak($('count').textContent);
}

/* The table. */

function showRows(entry) {
  const name = element('button', { type: 'button', title: nameOf(entry) }, nameOf(entry));
  name.onclick = () => showPicture(entries.indexOf(entry));
  const numbers = entry.reading?.numbers ?? [];
  const rows = numbers.map((number, index) => numberRow(entry, number, index));
  if (!rows.length) {
    const words = entry.error ?? entry.reading?.error ?? (entry.reading ? say('none') : '…');
    rows.push(element('tr', { data: { state: entry.error || entry.reading?.error ? 'error' : 'none' } },
      element('td'), element('td'), element('td', {}, SVG_DASH), element('td', { className: 'sure' }),
      element('td', { className: 'state' }, words)));
  }
  rows[0].cells[0].append(name);
  entry.body.replaceChildren(...rows);
  filterRows();
  markRows();
}

function numberRow(entry, number, index) {
  const field = element('input', { value: textOf(number), inputMode: 'decimal',
    autocomplete: 'off', maxLength: 32, 'aria-label': say('numberIn', { file: nameOf(entry) }) });
  field.onfocus = () => { if (entries[shown] !== entry) showPicture(entries.indexOf(entry)); };
  field.onchange = () => correctNumber(entry, number, field.value.trim());
  field.onkeydown = (event) => {
    if (event.key === 'Escape') field.value = textOf(number);
    if (event.key === 'Enter') nextField(field)?.focus();
  };
  const state = number.corrected !== undefined ? 'mended' : number.status;
  const written = element('td', { className: 'written' });
  if (number.crop) written.append(number.crop);
  return element('tr', { data: { state, index } },
    element('td'), written, element('td', {}, field),
    element('td', { className: 'sure' }, percent(number.confidence)),
    element('td', { className: 'state' }, say(state)));
}

function nextField(field) {
  const fields = [...document.querySelectorAll('.numbers tr:not([hidden]) input')];
  return fields[fields.indexOf(field) + 1];
}

function correctNumber(entry, number, text) {
  if (text === textOf(number)) return;
  if (!NUMBER.test(text)) { showRows(entry); return; }
  mend(number, text);
  showRows(entry);
  if (entries[shown] === entry) showBoxes();
  if ($('keep-all').checked) keepCrop(entry, number.box, text);
}

function mend(number, text) {
  delete number.corrected;
  if (text !== textOf(number)) number.corrected = text;
}

function filterRows() {
  for (const row of document.querySelectorAll('.numbers tbody tr')) {
    row.hidden = $('only').checked && !['review', 'error'].includes(row.dataset.state);
  }
}

function markRows() {
  entries.forEach((entry, place) => [...entry.body.rows].forEach((row) => {
    row.setAttribute('aria-selected', place === shown);
  }));
}

/* The viewer. */

function showPicture(place) {
  if (place < 0 || place >= entries.length) return;
  shown = place;
  digitShown = null;
  const entry = entries[place];
  $('name').textContent = `${nameOf(entry)} (${place + 1}/${entries.length})`;
  $('before').disabled = place === 0;
  $('after').disabled = place === entries.length - 1;
  const image = $('shown');
  image.onerror = () => hidePicture(true);
  image.onload = () => hidePicture(false);
  viewOf(entry).then((blob) => {
    if (entries[shown] !== entry) return;
    entry.url ??= URL.createObjectURL(blob);
    if (image.src !== entry.url) image.src = entry.url;
  }, () => hidePicture(true));
  image.alt = entry.reading ? entry.reading.numbers.map(textOf).join(', ') || say('nothing') : '';
  showBoxes();
  markRows();
  showDigit(null);
}

function hidePicture(hidden) {
  $('shown').hidden = $('boxes').hidden = hidden;
  $('photo-note').textContent = hidden ? say('cannotShow') : '';
}

function showBoxes() {
  const { reading } = entries[shown];
  const made = [];
  let first = 0;
  for (const number of reading?.numbers ?? []) {
    const state = number.corrected !== undefined ? 'accepted' : number.status;
    const frame = element('div', { className: 'number', data: { state }, 'aria-hidden': 'true' },
      element('span', {}, textOf(number) + (state === 'review' && number.confidence < LIKELY ? ' ?' : '')));
    lay(frame, number.box, reading, 0.006);
    made.push(frame);
    number.digits.forEach((digit, index) => {
      const label = say('box', { d: digit.digit, p: percent(digit.confidence), n: index + 1, text: textOf(number) });
      const button = element('button', { type: 'button', 'aria-pressed': 'false', 'aria-label': label, title: label });
      const here = first++;
      button.onclick = () => showDigit({ number, index, digit, place: here, button });
      lay(button, digit.box, reading);
      made.push(button);
    });
  }
  $('boxes').replaceChildren(...made);
}

function lay(node, [x, y, width, height], reading, margin = 0) {
  const around = margin * Math.max(reading.width, reading.height);
  node.style.left = `${(100 * (x - around)) / reading.width}%`;
  node.style.top = `${(100 * (y - around)) / reading.height}%`;
  node.style.width = `${(100 * (width + 2 * around)) / reading.width}%`;
  node.style.height = `${(100 * (height + 2 * around)) / reading.height}%`;
}

async function showDigit(choice) {
  digitShown = choice;
  for (const button of $('boxes').querySelectorAll('button')) button.setAttribute('aria-pressed', button === choice?.button);
  $('crop-correct').hidden = !choice;
  $('crop-label').value = '';
  $('detail').dataset.state = choice ? (choice.digit.confidence >= acceptFrom ? 'accepted' : choice.digit.confidence >= LIKELY ? 'likely' : 'review') : 'blank';
  $('crop-figure').textContent = choice ? choice.digit.digit : '';
  $('crop-verdict').textContent = choice ? `${say('says', { p: percent(choice.digit.confidence) })}${otherWords(choice.digit)}` : say('clickDigit');
  paintCrop(choice);
  const entry = entries[shown];
  let step = null;
  if (choice) {
    try {
      const response = await sendPicture('/api/look', entry.file, { first: choice.place, count: 1, ...(entry.reading.page && { pages: entry.reading.page }) });
      [step] = (await response.json()).digits;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
    }
    if (digitShown !== choice) return;   // another one was chosen meanwhile
  }
  showImage('crop-ink', step?.ink, 'inkAlt');
  showImage('crop-glyph', step?.glyph, 'glyphAlt');
  showBars('crop-ten', step ? ours(step).probabilities : null, say('chances'));
  if (choice) speak($('crop-figure').textContent + ', ' + $('crop-verdict').textContent);
}

function otherWords(digit) {
  const [other] = digit.alternatives.filter(([, share]) => share >= POSSIBLE);
  return other ? `. ${say('between', { a: digit.digit, b: other[0] })}` : '';
}

function paintCrop(choice) {
  const canvas = $('crop');
  const pencil = canvas.getContext('2d');
  pencil.clearRect(0, 0, canvas.width, canvas.height);
  const image = $('shown');
  if (!choice || image.hidden || !image.naturalWidth) return;
  const { reading } = entries[shown];
  const scale = image.naturalWidth / reading.width;
  const [x, y, w, h] = choice.digit.box;
  const side = Math.max(w, h) * 1.2;
  pencil.drawImage(image, (x + w / 2 - side / 2) * scale, (y + h / 2 - side / 2) * scale, side * scale, side * scale,
    0, 0, canvas.width, canvas.height);
}

function correctDigit(event) {
  event.preventDefault();
  const label = $('crop-label').value;
  if (!digitShown || !/^[0-9]$/.test(label)) return;
  const { number, index, digit } = digitShown;
  let nth = -1;
  const text = [...textOf(number)].map((mark) => (/[0-9]/.test(mark) && ++nth === index ? label : mark)).join('');
  const entry = entries[shown];
  mend(number, text);
  showRows(entry);
  showBoxes();
  $('crop-figure').textContent = label;
  $('crop-verdict').textContent = say('mended');
  $('crop-label').value = '';
  speak(`${textOf(number)}, ${say('mended')}`, 0);
  if ($('keep-all').checked) keepCrop(entry, digit.box, label);
}

/* ---------- Corrections ---------- */

let kept = { folder: null, n: 0 };

async function askCorrections() {
  kept = await (await ask('/api/corrections')).json();
  showKept();
}

function showKept() {
  const on = kept.folder !== null;
  $('keep-line').hidden = $('export').hidden = !on;
  $('draw-correct').classList.toggle('off', !on);   // its place is kept, so that nothing moves
  if (on) $('keep-where').textContent = say('keepWhere', kept);
}

async function keep(body, label, headers = {}) {
  await ask(`/api/corrections?${new URLSearchParams({ label })}`, { method: 'POST', body, headers });
  kept.n++;
  showKept();
}

async function keepSheet(event) {
  event.preventDefault();
  const label = $('draw-label').value.trim();
  if (sheet.empty || !NUMBER.test(label)) return;
  await keep(JSON.stringify(sheet.json()), label, { 'content-type': 'application/json' });
  $('draw-label').value = '';
  $('draw-kept').textContent = say('keptOne', { label, n: kept.n });
  speak($('draw-kept').textContent, 0);
}

/** The part of the picture in the viewer that a number or digit lies in, with some paper around. */
async function keepCrop(entry, [x, y, w, h], label) {
  const image = await viewOf(entry).then(createImageBitmap);
  const scale = image.width / entry.reading.width;
  const around = 0.25 * h;
  const [left, top] = [Math.max(x - around, 0), Math.max(y - around, 0)];
  const right = Math.min(x + w + around, entry.reading.width);
  const bottom = Math.min(y + h + around, entry.reading.height);
  const canvas = element('canvas', { width: Math.max(1, (right - left) * scale), height: Math.max(1, (bottom - top) * scale) });
  canvas.getContext('2d').drawImage(image, -left * scale, -top * scale);
  canvas.toBlob((blob) => keep(blob, label, { 'content-type': 'image/png' }), 'image/png');
}

async function exportCorrections() {
  save('corrections.zip', await (await ask('/api/corrections.zip')).blob());
}

/* ---------- Results to take away ---------- */

function results() {
  return entries.filter((entry) => entry.reading || entry.error).map((entry) => (entry.reading
    ? { ...entry.reading, numbers: entry.reading.numbers.map(({ crop, ...number }) => number) }
    : { schema: 1, file: entry.file.name, width: 0, height: 0, error: entry.error, numbers: [] }));
}

const COLUMNS = ['file', 'page', 'number', 'confidence', 'status', 'x', 'y', 'width', 'height', 'error', 'read_as'];

function resultRows() {
  return results().flatMap((reading) => (reading.numbers.length
    ? reading.numbers.map((n) => [reading.file, reading.page ?? '', textOf(n), n.confidence, n.corrected === undefined ? n.status : 'corrected', ...n.box, '', n.written || n.text])
    : [[reading.file, reading.page ?? '', '', '', '', '', '', '', '', reading.error ?? '', '']]));
}

function asCsv() {
  const cell = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value);
  return [COLUMNS, ...resultRows()].map((row) => row.map(cell).join(',')).join('\n') + '\n';
}

function save(name, blob) {
  const link = element('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function copyResults() {
  const text = resultRows().map((row) => row.slice(0, 5).join('\t')).join('\n');
  if (navigator.clipboard) await navigator.clipboard.writeText(text);
  else {   // a page that came by plain http from another machine has no clipboard
    const field = element('textarea', { value: text });
    document.body.append(field);
    field.select();
    document.execCommand('copy');
    field.remove();
  }
  $('copy').textContent = say('copied');
  speak(say('copied'), 0);
  setTimeout(() => { $('copy').textContent = say('copy'); }, 1500);
}

function startPictures() {
  for (const [button, input] of [['choose', 'files'], ['take', 'camera']]) {
    $(button).onclick = () => $(input).click();
    $(input).onchange = () => { addPictures($(input).files); $(input).value = ''; };
  }
  let depth = 0;   // dragging over a child leaves its parent: count, or the page flickers
  const over = (change) => { depth = Math.max(depth + change, 0); document.body.classList.toggle('over', depth > 0); };
  addEventListener('dragenter', (event) => { event.preventDefault(); over(1); });
  addEventListener('dragleave', () => over(-1));
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => { event.preventDefault(); over(-depth); addPictures(event.dataTransfer.files); });
  addEventListener('paste', (event) => { if (event.clipboardData.files.length) addPictures(event.clipboardData.files); });
  $('before').onclick = () => showPicture(shown - 1);
  $('after').onclick = () => showPicture(shown + 1);
  $('crop-correct').onsubmit = correctDigit;
  $('only').onchange = filterRows;
  $('copy').onclick = copyResults;
  $('csv').onclick = () => save('numbers.csv', new Blob([asCsv()], { type: 'text/csv' }));
  $('json').onclick = () => save('numbers.json', new Blob([JSON.stringify(results(), null, 2)], { type: 'application/json' }));
}

/* ---------- The page ---------- */

function fillWords() {
  document.documentElement.lang = language;
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = say(node.dataset.t);
  for (const node of document.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', say(node.dataset.tLabel));
  for (const node of document.querySelectorAll('[data-t-title]')) node.title = say(node.dataset.tTitle);
  const other = language === 'de' ? 'en' : 'de';
  $('language').textContent = { en: 'English', de: 'Deutsch' }[other];
  $('language').lang = other;
  showMark();
  showAnswer();
  showSteps();
  showKept();
  showProgress();
  for (const entry of entries) showRows(entry);
  if (shown >= 0) showPicture(shown);
  else showBars('crop-ten', null, say('chances'));
}

function setTheme(wanted) {
  theme = wanted;
  document.documentElement.dataset.theme = theme;
  $('theme').setAttribute('aria-pressed', theme === 'dark');
  paintSheet();
  paintSmall($('film-picture'));
}

function route() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) useToken(given);
  const view = location.hash === '#pictures' ? 'pictures' : 'draw';
  if (given !== null) history.replaceState(null, '', `#${view}`);
  for (const name of ['draw', 'pictures']) {
    $(`view-${name}`).hidden = name !== view;   // the names are no ids, or the browser would scroll there
    const link = document.querySelector(`nav a[href="#${name}"]`);
    if (name === view) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
  }
  document.title = `${say(view)} – Tenfold`;
  paintSheet();
}

function useToken(word) {
  token = word;
  try { sessionStorage.setItem('token', word); } catch { /* a private window */ }
}

document.addEventListener('DOMContentLoaded', () => {
  startSheet();
  startPictures();
  fillWords();
  setTheme(theme);
  route();
  document.documentElement.classList.remove('filling');
  addEventListener('hashchange', route);
  $('language').onclick = () => { language = language === 'de' ? 'en' : 'de'; store('language', language); fillWords(); route(); };
  $('theme').onclick = () => { setTheme(theme === 'dark' ? 'light' : 'dark'); store('theme', theme); };
  $('draw-correct').onsubmit = keepSheet;
  $('export-zip').onclick = exportCorrections;
  $('ask').onsubmit = async (event) => {
    event.preventDefault();
    useToken($('token').value);
    $('ask').hidden = true;
    await start();
  };
  start();
});

/** What the page asks of the server before anything is drawn; a token may be missing. */
async function start() {
  try {
    ({ accept_from: acceptFrom, default: reader } = await (await ask('/api/models')).json());
    await askCorrections();
    showMark();
    if (!sheet.empty) askAboutSheet();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
  }
}
