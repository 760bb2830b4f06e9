// Warns three minutes before a session ends for want of use, and keeps it open if the person is still there.

const WARN = 3 * 60 * 1000

export function watchSession(body) {
  const minutes = Number(body.dataset.sessionMinutes)
  if (!minutes || !body.dataset.stay) return

  const dialog = document.createElement('dialog')
  dialog.className = 'app-dialog'
  dialog.setAttribute('aria-labelledby', 'session-title')
  dialog.innerHTML = `
    <h2 class="govuk-heading-m" id="session-title">You will be signed out in 3 minutes</h2>
    <p class="govuk-body">We do this to keep people’s records safe.</p>
    <button type="button" class="govuk-button govuk-!-margin-bottom-0" autofocus>Stay signed in</button>`
  body.append(dialog)

  let timer
  function start() {
    clearTimeout(timer)
    timer = setTimeout(() => {
      dialog.showModal()
      timer = setTimeout(() => location.reload(), WARN)
    }, minutes * 60 * 1000 - WARN)
  }
  async function stay() {
    dialog.close()
    const answer = await fetch(body.dataset.stay, { redirect: 'manual' }).catch(() => null)
    if (answer && answer.status === 204) start()
    else if (answer) location.reload()
  }
  dialog.querySelector('button').addEventListener('click', stay)
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    stay()
  })
  start()
}
