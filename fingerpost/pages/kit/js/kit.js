// What every page starts. Without scripts all of it still works: this only makes it kinder.
import * as govuk from './govuk.js'
import { Calendar } from './calendar.js'
import { keepForms } from './keep.js'
import { watchSession } from './session.js'
import { makeSearchable } from './searchable.js'

// A radio button has no expanded state in ARIA; what it reveals follows it in the reading order anyway.
const sync = govuk.Radios.prototype.syncConditionalRevealWithInputState
govuk.Radios.prototype.syncConditionalRevealWithInputState = function (input) {
  sync.call(this, input)
  input.removeAttribute('aria-expanded')
}

govuk.initAll()

for (const element of document.querySelectorAll('[data-module="moj-date-picker"]')) new Calendar(element)

makeSearchable(document.querySelectorAll('select[data-searchable]'))
keepForms(document.querySelectorAll('form[data-keep]'))
watchSession(document.body)
