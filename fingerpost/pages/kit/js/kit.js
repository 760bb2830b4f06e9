import { createAll } from './govuk.js'
