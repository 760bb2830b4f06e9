// Keeps what is typed in a long form on this device, in this tab, until the server says that it is saved. Nothing is sent.
// A draft belongs to the person signed in: another person's drafts, and all of them at sign-out, are thrown away.

const PREFIX = 'kept '
const LEFT_OUT = ['password', 'file', 'hidden', 'submit', 'button']

const person = document.body.dataset.person || ''

function drafts() {
  return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX))
}

function forgetAll() {
  for (const name of drafts()) sessionStorage.removeItem(name)
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name))
  } catch {
    return null
  }
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

function keep(form) {
  const name = `${PREFIX}${location.pathname} ${form.dataset.keep}`
  const isAnswered = 'answered' in form.dataset // the server sent back what was typed: nothing to put back
  const before = JSON.stringify(answers(form))
  const draft = read(name)
  if (draft && !isAnswered && JSON.stringify(draft.answers) !== before) {
    fill(form, draft.answers)
    note(form, 'We put back what you typed earlier on this device.', () => {
      sessionStorage.removeItem(name)
      form.reset()
      note(form, '')
    })
  }

  let waiting
  function store() {
    const now = answers(form)
    if (JSON.stringify(now) === before && !read(name)) return
    try {
      sessionStorage.setItem(name, JSON.stringify({ person, answers: now, sent: false }))
      note(form, 'Kept on this device until you save.')
    } catch {
      note(form, 'This device has no room to keep a copy. Save soon.')
    }
  }
  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(store, 400)
  })
  form.addEventListener('change', store)
  form.addEventListener('submit', (event) => {
    clearTimeout(waiting)
    store()
    if (!navigator.onLine) {
      event.preventDefault()
      warnOffline(form)
      return
    }
    const sent = read(name)
    if (sent) sessionStorage.setItem(name, JSON.stringify({ ...sent, sent: true }))
  })
}

export function keepForms(forms) {
  for (const name of drafts()) {
    const draft = read(name)
    const saved = draft && draft.sent && document.querySelector('.govuk-notification-banner--success, .govuk-panel--confirmation')
    const anothers = draft && person && draft.person && draft.person !== person
    if (!draft || saved || anothers) sessionStorage.removeItem(name)
  }
  for (const form of forms) keep(form)
  for (const form of document.querySelectorAll('form[data-forget]')) form.addEventListener('submit', forgetAll)
}
