/**
 * Keeps a page as the server has it: parts marked data-live are fetched anew when the run says that it changed, or every few
 * seconds. A part in which somebody is writing stays until they are done. Without this script the page is the same, but stands still.
 */
const ANYWAY_MS = 30_000;
const WITHOUT_EVENTS_MS = 3_000;

const { events, every } = document.body.dataset;
let looking = false;
let again = false;

async function look() {
  again = looking;
  if (looking || document.hidden) return;
  looking = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (answer.redirected)
      location.reload(); // signed out meanwhile
    else if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    tell('The server does not answer now. This is what it said last.');
  } finally {
    looking = false;
    if (again) await look();
  }
}

function show(fresh) {
  const heading = document.querySelector('h1')?.textContent;
  const held = [...document.querySelectorAll('[data-live]')].filter(
    (part) => !renew(part, fresh.getElementById(part.id)),
  );
  document.title = fresh.title;
  const now = document.querySelector('h1')?.textContent;
  if (held.length > 0) tell('There is news here. It is shown once your form is sent or emptied.');
  else if (now !== heading) tell(now.replaceAll(/\s+/g, ' '));
  if (events !== undefined && fresh.body.dataset.events === undefined) source?.close();
}

/** False where somebody is in the middle of something. */
function renew(part, fresh) {
  if (!fresh || content(part) === content(fresh)) return true;
  if ([...part.querySelectorAll('input, textarea, select')].some(isTouched)) return false;
  const focused = part.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
  for (const { id, open } of part.querySelectorAll('details[data-touched]')) {
    const same = fresh.querySelector(`#${CSS.escape(id)}`);
    same?.toggleAttribute('open', open);
    same?.setAttribute('data-touched', '');
  }
  part.replaceWith(document.adoptNode(fresh));
  if (focused === undefined) return true;
  [...fresh.querySelectorAll('a, button, input, textarea, select, summary')]
    .find((one) => nameOf(one) === focused)
    ?.focus();
  return true;
}

function isTouched(field) {
  if (field.type === 'hidden') return false;
  if (field === document.activeElement && field.matches('input:not([type=checkbox]), textarea, select')) return true;
  if (field.type === 'checkbox') return field.checked !== field.defaultChecked;
  if (field.tagName === 'SELECT')
    return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex !== 0;
  return field.value !== field.defaultValue;
}

/** Forms get a key of their own each time: that is no news. What is open is the reader's. */
function content(part) {
  const copy = part.cloneNode(true);
  for (const field of copy.querySelectorAll('input[name=key]')) field.remove();
  for (const details of copy.querySelectorAll('details')) {
    details.removeAttribute('open');
    details.removeAttribute('data-touched');
  }
  return copy.innerHTML;
}

function nameOf({ tagName, id, name, value, textContent }) {
  return [
    tagName,
    id,
    name,
    tagName === 'BUTTON' ? value : '',
    tagName === 'A' || tagName === 'BUTTON' ? textContent : '',
  ].join(' ');
}

function tell(words) {
  const place = document.getElementById('live');
  if (place.textContent !== words) place.textContent = words;
}

/** What the reader opened or closed stays so; the rest opens and closes with the run. */
document.addEventListener('click', ({ target }) => {
  target.closest('summary')?.parentElement.setAttribute('data-touched', '');
});

const source = events === undefined ? undefined : new EventSource(events);
source?.addEventListener('state', look);
source?.addEventListener('error', () => {
  if (source.readyState === EventSource.CLOSED) setInterval(look, WITHOUT_EVENTS_MS);
});
if (events !== undefined || every !== undefined) {
  setInterval(look, every === undefined ? ANYWAY_MS : 1000 * Number(every));
  document.addEventListener('visibilitychange', look);
}
