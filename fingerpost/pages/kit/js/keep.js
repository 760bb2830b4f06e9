// Keeps what is typed in a long form on this device until the server says that it is saved. Nothing is sent.
// Of somebody signed in it is enciphered with a key that comes with their pages and is stored nowhere: whoever sits down at this
// device next cannot read it, and after signing in again it is put back, in any tab. A draft belongs to one person: another
// person's drafts, and all of them at sign-out, are thrown away. Where nobody is signed in it stays in this tab alone.

import { cipherOf } from './cipher.js'

const PREFIX = 'kept '
const SENT = 'sent drafts'
const LEFT_OUT = ['password', 'file', 'hidden', 'submit', 'button']

const { person = '', draftKey = '' } = document.body.dataset
const cipher = cipherOf(draftKey)
const store = cipher ? localStorage : sessionStorage
const mine = `${PREFIX}${cipher ? person : ''} `

function drafts() {
  return [localStorage, sessionStorage].flatMap((where) =>
    Object.keys(where).filter((name) => name.startsWith(PREFIX)).map((name) => ({ where, name })))
}

function forgetAll() {
  for (const { where, name } of drafts()) where.removeItem(name)
  sessionStorage.removeItem(SENT)
}

function sentFrom() {
  try {
    return JSON.parse(sessionStorage.getItem(SENT)) || []
  } catch {
    return []
  }
}

// Where a form's draft lies. The address is not readable in it: it may hold the number of a case.
async function nameOf(form) {
  const plain = `${location.pathname} ${form.dataset.keep}`
  return mine + (cipher ? await cipher.nameFor(plain) : plain)
}

async function read(name) {
  const kept = store.getItem(name)
  if (kept === null) return null
  try {
    return JSON.parse(cipher ? await cipher.decipher(kept) : kept)
  } catch {
    store.removeItem(name) // of a key that is no more
    return null
  }
}

async function write(name, answers) {
  const text = JSON.stringify({ answers })
  store.setItem(name, cipher ? await cipher.encipher(text) : text)
}

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && !LEFT_OUT.includes(field.type))
}

function answers(form) {
  const found = {}
  for (const field of fieldsOf(form)) {
    const ticks = field.type === 'checkbox' || field.type === 'radio'
    if (!ticks) found[field.name] = field.value
    else if (field.checked) found[field.name] = [...(found[field.name] || []), field.value]
    else found[field.name] = found[field.name] || []
  }
  return found
}

function fill(form, kept) {
  for (const field of fieldsOf(form)) {
    if (!(field.name in kept)) continue
    if (field.type === 'checkbox' || field.type === 'radio') {
      field.checked = kept[field.name].includes(field.value)
      field.dispatchEvent(new Event('click', { bubbles: true }))
      field.checked = kept[field.name].includes(field.value)
    } else {
      field.value = kept[field.name]
      field.dispatchEvent(new Event('keyup'))
    }
  }
}

function note(form, text, clear) {
  const place = form.querySelector('[data-kept]')
  if (!place) return
  place.textContent = text
  if (!clear) return
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'app-kept__clear'
  button.textContent = 'Clear what was kept'
  button.addEventListener('click', clear)
  place.append(' ', button)
}

function warnOffline(form) {
  const shown = form.querySelector('.app-offline') || document.createElement('p')
  shown.className = 'app-offline'
  shown.setAttribute('role', 'alert')
  shown.textContent = 'There is no signal. What you typed is kept on this device. Press the button again when you are back.'
  form.querySelector(':scope > .govuk-button-group').before(shown)
}

async function keep(form) {
  const name = await nameOf(form)
  const isAnswered = 'answered' in form.dataset // the server sent back what was typed: nothing to put back
  const before = JSON.stringify(answers(form))
  const draft = await read(name)
  if (draft && !isAnswered && JSON.stringify(draft.answers) !== before) {
    fill(form, draft.answers)
    note(form, 'We put back what you typed earlier on this device.', () => {
      store.removeItem(name)
      form.reset()
      note(form, '')
    })
  }

  let waiting
  async function save() {
    const sent = sentFrom()
    if (sent.includes(name)) sessionStorage.setItem(SENT, JSON.stringify(sent.filter((one) => one !== name))) // changed since
    const now = answers(form)
    if (JSON.stringify(now) === before && store.getItem(name) === null) return
    try {
      await write(name, now)
      note(form, 'Kept on this device until you save.')
    } catch {
      note(form, 'This device has no room to keep a copy. Save soon.')
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(save, 400)
  })
  form.addEventListener('change', save)
  form.addEventListener('submit', (event) => {
    clearTimeout(waiting)
    save()
    if (!navigator.onLine) {
      event.preventDefault()
      warnOffline(form)
      return
    }
    sessionStorage.setItem(SENT, JSON.stringify([...new Set([...sentFrom(), name])]))
  })
}

// Whoever was signed out while they typed reads that nothing is lost; without scripts nothing was kept, and nothing is said.
function sayThatDraftsAreKept() {
  const place = document.querySelector('[data-drafts-kept]')
  if (place && Object.keys(localStorage).some((name) => name.startsWith(PREFIX))) place.hidden = false
}

export function keepForms(forms) {
  if (document.querySelector('.govuk-notification-banner--success, .govuk-panel--confirmation')) {
    for (const name of sentFrom()) store.removeItem(name)
    sessionStorage.removeItem(SENT)
  }
  for (const { where, name } of drafts()) {
    if (person && !name.startsWith(mine)) where.removeItem(name) // another person's
  }
  sayThatDraftsAreKept()
  for (const form of forms) keep(form)
  for (const form of document.querySelectorAll('form[data-forget]')) form.addEventListener('submit', forgetAll)
}
