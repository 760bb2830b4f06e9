// Builds the front end into built/kit/<fingerprint>/. The fingerprint is taken over every byte served, so a browser may keep
// the files for ever, and relative addresses between style sheets, scripts and pictures need no rewriting.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as sass from 'sass'

const kit = dirname(fileURLToPath(import.meta.url))
const modules = join(kit, 'node_modules')
const built = join(kit, 'built')
const draft = join(built, `draft-${process.pid}`)

const MOJ = join(modules, '@ministryofjustice/frontend/moj')
const MOJ_SCRIPTS = ['date-picker']

function write(name, text) {
  const path = join(draft, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text.replace(/\n?\/[/*]# sourceMappingURL=.*$/gm, ''))
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesUnder(path) : [path]
  }).sort()
}

function styles() {
  const { css } = sass.compile(join(kit, 'sass/kit.scss'), { loadPaths: [kit], style: 'compressed', quietDeps: true })
  write('kit.css', css)
  write('autocomplete.css', readFileSync(join(modules, 'accessible-autocomplete/dist/accessible-autocomplete.min.css'), 'utf8'))
}

function scripts() {
  write('govuk.js', readFileSync(join(modules, 'govuk-frontend/dist/govuk/govuk-frontend.min.js'), 'utf8'))
  for (const name of MOJ_SCRIPTS) {
    const source = readFileSync(join(MOJ, 'components', name, `${name}.mjs`), 'utf8')
    write(`moj-${name}.js`, source.replace("from 'govuk-frontend'", "from './govuk.js'"))
  }
  const autocomplete = readFileSync(join(modules, 'accessible-autocomplete/dist/accessible-autocomplete.min.js'), 'utf8')
  write('autocomplete.js', `${autocomplete}\nexport default window.accessibleAutocomplete;\n`)
  for (const path of filesUnder(join(kit, 'js'))) write(relative(join(kit, 'js'), path), readFileSync(path, 'utf8'))
}

function pictures() {
  mkdirSync(join(draft, 'images'), { recursive: true })
  cpSync(join(kit, 'images'), join(draft, 'images'), { recursive: true })
}

function fingerprint() {
  const hash = createHash('sha256')
  for (const path of filesUnder(draft)) hash.update(relative(draft, path)).update('\0').update(readFileSync(path))
  return hash.digest('hex').slice(0, 12)
}

function squeeze() {
  for (const path of filesUnder(draft)) {
    const bytes = readFileSync(path)
    const packed = gzipSync(bytes, { level: 9 })
    if (packed.length < bytes.length * 0.95) writeFileSync(`${path}.gz`, packed)
  }
}

function publish(name) {
  const home = join(built, 'kit', name)
  mkdirSync(dirname(home), { recursive: true })
  if (existsSync(home)) rmSync(home, { recursive: true })
  renameSync(draft, home)
  // Written last, and whole: a reader never meets a fingerprint whose files are not there yet.
  writeFileSync(join(built, 'build.json.new'), JSON.stringify({ fingerprint: name }) + '\n')
  renameSync(join(built, 'build.json.new'), join(built, 'build.json'))
  for (const old of readdirSync(join(built, 'kit'))) if (old !== name) rmSync(join(built, 'kit', old), { recursive: true })
}

try {
  styles()
  scripts()
  pictures()
  const name = fingerprint()
  squeeze()
  publish(name)
  console.log(`Front end built: ${name}`)
} finally {
  rmSync(draft, { recursive: true, force: true })
}
