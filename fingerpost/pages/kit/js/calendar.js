// The calendar beside a date. It opens on the day that the page believes it is, which in a demonstration is not today,
// and on any day that the server would read.
import { DatePicker } from './moj-date-picker.js'

const shown = document.querySelector('.app-demonstration time')

function today() {
  return shown ? new Date(`${shown.dateTime}T00:00`) : new Date()
}

export class Calendar extends DatePicker {
  formattedDateFromString(text, fallback = today()) {
    const typed = text.trim()
    if (/^\d{4}-\d\d-\d\d$/.test(typed)) fallback = new Date(`${typed}T00:00`)
    else if (/^\d{1,2} [a-z]+ \d{4}$/i.test(typed)) fallback = new Date(typed)
    if (fallback && Number.isNaN(fallback.getTime())) fallback = today()
    return super.formattedDateFromString(text, fallback)
  }
}
