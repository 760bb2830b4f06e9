-- The four figures by hand. Each section is a statement; `closed` and `child` are the parts that they share.

-- closed
closed AS (
    SELECT c.id, c.family_id, l.code AS locality, l.parent_id AS quadrant,
           (c.opened_at AT TIME ZONE 'Europe/London')::date AS opened_on,
           (c.closed_at AT TIME ZONE 'Europe/London')::date AS closed_on
    FROM casework_case c JOIN places_area l ON l.code = c.locality_id
    WHERE c.service = %(service)s AND c.recorded_at <= %(known)s AND c.closure_recorded_at <= %(known)s
      AND (c.closed_at AT TIME ZONE 'Europe/London')::date BETWEEN %(since)s AND %(until)s
)

-- child
child AS (
    SELECT k.id, k.person_id, k.entry_route, closed.id AS case_id, family_id, quadrant, locality, opened_on, closed_on,
           before.number AS before_week, after.number AS after_week, begun.number AS closing_week
    FROM closed JOIN casework_casechild k ON k.case_id = closed.id AND k.recorded_at <= %(known)s
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday + 4 < opened_on) before ON true
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday + 4 < closed_on) after ON true
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday <= closed_on) begun ON true
)

-- sessions_per_case
WITH {closed},
counted AS (
    SELECT closed.*, (
        SELECT count(*) FROM casework_contact t
        WHERE t.case_id = closed.id AND t.counts_as_session AND t.attended AND t.recorded_at <= %(known)s
    ) AS held
    FROM closed
)
SELECT quadrant, locality, sum(held), count(*) FROM counted GROUP BY GROUPING SETS ((), (quadrant), (locality))

-- attendance_improved
WITH {closed}, {child},
rates AS (
    SELECT child.id, family_id, quadrant, locality, entry_route,
           sum(w.possible) FILTER (WHERE w.week BETWEEN before_week - 11 AND before_week) AS p0,
           sum(w.attended) FILTER (WHERE w.week BETWEEN before_week - 11 AND before_week) AS a0,
           sum(w.possible) FILTER (WHERE w.week BETWEEN after_week - 11 AND after_week) AS p1,
           sum(w.attended) FILTER (WHERE w.week BETWEEN after_week - 11 AND after_week) AS a1
    FROM child
    LEFT JOIN schooling_attendanceweek w ON w.person_id = child.person_id AND w.recorded_at <= %(known)s
         AND (w.superseded_at IS NULL OR w.superseded_at > %(known)s) AND w.week BETWEEN before_week - 11 AND after_week
    GROUP BY 1, 2, 3, 4, 5
),
judged AS (
    SELECT family_id, quadrant, locality,
           CASE WHEN p0 > a0 AND p1 > 0 THEN 10 * (p1 - a1) * p0 <= 7 * (p0 - a0) * p1 END AS improved
    FROM rates WHERE p0 > 0 AND NOT (nullif(entry_route, '') = 'exclusion' AND a0 * 100 > 90 * p0)
),
families AS (
    SELECT family_id, quadrant, locality,
           CASE WHEN bool_or(NOT improved) THEN false WHEN bool_and(improved IS NOT NULL) THEN true END AS improved
    FROM judged GROUP BY 1, 2, 3
)
SELECT quadrant, locality, count(*) FILTER (WHERE improved), count(*) FILTER (WHERE improved IS NOT NULL)
FROM families GROUP BY GROUPING SETS ((), (quadrant), (locality))

-- fixed_term_exclusions
WITH {closed}, {child},
spans AS (
    SELECT child.*, (SELECT monday + 4 FROM places_schoolweek WHERE number = closing_week + 12) AS ends FROM child
)
SELECT quadrant, locality, count(x.id), NULL
FROM spans
LEFT JOIN schooling_exclusion x ON x.person_id = spans.person_id AND x.kind = 'fixed_term' AND x.recorded_at <= %(known)s
     AND (x.superseded_at IS NULL OR x.superseded_at > %(known)s) AND x.started_on BETWEEN closed_on + 1 AND ends
GROUP BY GROUPING SETS ((), (quadrant), (locality))

-- no_repeat_exclusion
WITH {closed}, {child},
spans AS (
    SELECT child.*, first.monday AS begins, last.monday + 4 AS ends
    FROM child
    LEFT JOIN places_schoolweek first ON first.number = before_week - 11
    LEFT JOIN places_schoolweek last ON last.number = closing_week + 12
),
counted AS (
    SELECT spans.id, case_id, quadrant, locality, entry_route,
           count(x.id) FILTER (WHERE x.started_on BETWEEN begins AND opened_on - 1) AS before,
           count(x.id) FILTER (WHERE x.started_on BETWEEN opened_on AND ends) AS since
    FROM spans
    LEFT JOIN schooling_exclusion x ON x.person_id = spans.person_id AND x.kind = 'fixed_term'
         AND x.recorded_at <= %(known)s AND (x.superseded_at IS NULL OR x.superseded_at > %(known)s)
    GROUP BY 1, 2, 3, 4, 5
),
cases AS (
    SELECT case_id, quadrant, locality, bool_and(since = 0) AS good
    FROM counted WHERE entry_route = 'exclusion' OR before > 0 GROUP BY 1, 2, 3
)
SELECT quadrant, locality, count(*) FILTER (WHERE good), count(*) FROM cases GROUP BY GROUPING SETS ((), (quadrant), (locality))
