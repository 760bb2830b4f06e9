"""The parts of the reference that are written by hand."""

OPENING = """\
# The contract language

*Written by `python -m fingerpost.language.reference` from the models that read the files. Do not edit it by hand.*

A contract is a folder of plain files. `fingerpost check contracts/<key>` reads them and says, with file and line, what is
wrong and what to do about it. An **error** stops the contract; a **warning** should be settled before anybody signs; a
**note** is worth knowing.

## How files are written

- YAML 1.2, or JSON for instruments; UTF-8; one document a file. No anchors, aliases, tags or merge keys, and no key twice.
- Unknown words are refused. Names of our own are small letters, figures and underscores.
- A file of another name is refused as well. Notes go in files that end in `.md`; what begins with a dot is left alone.
- Days are bare, `2010-04-01`; times `2016-03-24T10:00` are local. Printed numbers stand in quotes, or `2.10` becomes 2.1.
- A bare `yes`, `no`, `on`, `off`, `y` or `n` is refused, because some readers take it for true or false. Write `true`,
  `false`, or put it in quotes.
- `clause` names a clause by its own key, or by its printed number where that is printed once; a list names several.

## Dated values

Every file but the agreement, the clauses and the areas may open with `values`: thresholds, lengths and baselines by name,
each a list of spells. A gap or an overlap is an error. Where a number is wanted, the name of a dated value will do.

```yaml
values:
  persistent_absence:
    - {since: 2010-04-01, until: 2011-09-30, value: 20, unit: percent}
    - {since: 2011-10-01, value: 15, unit: percent}
```
"""

CONDITIONS = """\
## Conditions

A condition is a tree of tests on named facts. Several facts in one mapping must all hold.

| Written | Means |
|---|---|
| `{line: caf}` | the fact is this value; a fact of several codes includes it |
| `{line: [caf, mst]}` | the fact is, or includes, one of these |
| `{trained: true}` | yes |
| `{absence_rate_before: known}` | the fact has an answer |
| `{rate: {at_least: 80, at_most: 90}}` | both bounds hold; COMPARISONS |
| `{rate: {at_least: persistent_absence}}` | the bound is a dated value, as on the day |
| `all: [{…}, {…}]` | every one holds |
| `any: [{…}, {…}]` | at least one holds |
| `not: {…}` | it does not hold |

The answer is *yes*, *no*, *not known* or *pending*. In `all`, one no makes no; otherwise one pending makes pending, and one
not known makes not known. `any` is the mirror, and `not` leaves an unknown as it is. The same condition runs in memory and,
as SQL, in the database; generated cases hold the two together.
"""

READINGS = """\
## Readings

Where words are unclear, `readings` holds the answers side by side, and `reading` the one proposed. Letters are the answers
to one question: `readings: {A: …, B: …}`. Two independent questions have names: `readings: {change: {A: …}, unknown: {A: …}}`
and `reading: {change: A, unknown: A}`. In an indicator an answer's `where` adds to the indicator's, and its other words
replace them; two questions that replace one word are an error. The commissioner agrees a reading in use; until then every
figure says that it is proposed.
"""

FIGURES = """\
## Figures

One form makes the figure: `count` alone, or `share`, `sum`, `mean`, `median`, `ratio`, `balance`, `narrative`. A figure
inside `ratio`, `balance`, `against` or `beside` starts from the indicator and names what it changes; naming `of` starts
`where`, `when` and `count` afresh. A named figure beside takes from a reading only what the indicator leaves open.

- A share leaves the unknown out of the denominator, counts and lists them; `not_known: as_no` keeps them in as no.
- When one unit has several rows, `roll_up` says whether any, all or the latest of them answers. A number form takes the mean
  of the unit's rows.
- A dated value is taken on the period's last day, the same on both sides of a comparison.
- A comparison on the same rows leaves out, on both sides, a row that is unknown on either.
- A count for a year that the term covers only in part is held to as many twelfths of its target.
- Nothing of nothing is no data, never 0 % and never 100 %.

The word beside a figure is one of: VERDICTS.
"""

EXAMPLES = """\
## Expectations of examples

| Subject | `expect` may name |
|---|---|
| `decision`, `gate` | `answer`, `outcome`, `route`, `missing`, `criteria`, `says` (part of the sentences) |
| `clock` | `deadline`, `in_time`, and for each time that stops it `<name>_in_time` |
| `schedule` | `due`, `open`, `not_done`, `missing` (on the day); given `starts`, `done`, `stops`, a day or several |
| `condition` | `answer` |
| `indicator` | `value`, `numerator`, `denominator`, `not_known`, `pending`, `outside`, `population_not_known`, |
| | `without_unit`, `status`, `against`, `reachable`, `by`, `lines`, `beside` |
| `returns` | `due`, `ends`, `count`, `headings`, `empty`, `missing` |
| `allocation` | `proposed`, `asks_reason` |
| `value` | `value` |

A number is compared at the decimals that are written. `not_known`, `pending` and `null` stand for themselves. A row of an
indicator example falls on the period's last day, is a unit of its own, and is repeated by `times`, unless it says otherwise.
"""
