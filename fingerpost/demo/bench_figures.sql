-- Every figure of a return by hand: all readings and all breakdowns of an indicator, and what it stands beside, in one statement.
-- Each gives dimension, member and the columns of its readings: `a` and `a_of` are the numerator and denominator of reading A, `a_against`
-- `a_rest` how many
-- are not known, `a_against` what it is set against, `beside_…` a figure beside it. {by …} and {sets …} tell which breakdown a row of GROUPING SETS is of.
-- Sections that begin with a name and AS are parts that statements share.

-- closed
closed AS (
    SELECT c.id, c.family_id, c.worker_id, c.closure_reason, c.destination_id, c.destination_accepted, c.request_id, l.code AS locality, split_part(l.parent_id, '/', 2) AS quadrant,
           (c.opened_at AT TIME ZONE 'Europe/London')::date AS opened_on,
           (c.closed_at AT TIME ZONE 'Europe/London')::date AS closed_on
    FROM casework_case c JOIN places_area l ON l.key = c.home_area_id
    WHERE c.service = %(service)s AND c.recorded_at <= %(known)s AND c.closure_recorded_at <= %(known)s
      AND (c.closed_at AT TIME ZONE 'Europe/London')::date BETWEEN %(since)s AND %(until)s
)

-- child
child AS (
    SELECT k.id, k.person_id, k.entry_route, closed.id AS case_id, family_id, request_id, quadrant, locality, opened_on, closed_on,
           before.number AS before_week, after.number AS after_week, begun.number AS closing_week
    FROM closed JOIN casework_casechild k ON k.case_id = closed.id AND k.recorded_at <= %(known)s
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday + 4 < opened_on) before ON true
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday + 4 < closed_on) after ON true
    LEFT JOIN LATERAL (SELECT max(number) AS number FROM places_schoolweek WHERE monday <= closed_on) begun ON true
)

-- rates
rates AS (
    SELECT child.id,
           CASE WHEN count(*) FILTER (WHERE is_before) * 100 >= 12 * 66 THEN sum(w.possible) FILTER (WHERE is_before) END AS p0,
           CASE WHEN count(*) FILTER (WHERE is_before) * 100 >= 12 * 66 THEN sum(w.attended) FILTER (WHERE is_before) END AS a0,
           CASE WHEN count(*) FILTER (WHERE is_after) * 100 >= 12 * 66 THEN sum(w.possible) FILTER (WHERE is_after) END AS p1,
           CASE WHEN count(*) FILTER (WHERE is_after) * 100 >= 12 * 66 THEN sum(w.attended) FILTER (WHERE is_after) END AS a1
    FROM child
    JOIN places_schoolweek b0 ON b0.number = before_week - 11 JOIN places_schoolweek b1 ON b1.number = before_week
    JOIN places_schoolweek f0 ON f0.number = after_week - 11 JOIN places_schoolweek f1 ON f1.number = after_week
    JOIN schooling_attendanceweek w ON w.person_id = child.person_id AND w.counts AND w.possible > 0 AND w.recorded_at <= %(known)s
         AND (w.superseded_at IS NULL OR w.superseded_at > %(known)s) AND w.monday BETWEEN least(b0.monday, f0.monday) AND f1.monday
    CROSS JOIN LATERAL (SELECT w.monday BETWEEN b0.monday AND b1.monday AS is_before, w.monday BETWEEN f0.monday AND f1.monday AS is_after) AS falls
    GROUP BY 1
)

-- counted
spans AS (
    SELECT child.*, first.monday AS begins, last.monday + 4 AS ends
    FROM child
    LEFT JOIN places_schoolweek first ON first.number = before_week - 11
    LEFT JOIN places_schoolweek last ON last.number = closing_week + 12
),
off AS MATERIALIZED (
    SELECT range_agg(days) AS days FROM (
        SELECT daterange(saturday::date, saturday::date + 2) AS days FROM generate_series(timestamp '2008-01-05', '2014-01-04', '7 days') AS saturday
        UNION ALL
        SELECT daterange(last_day + 1, next_day)
        FROM (SELECT last_day, lead(first_day) OVER (ORDER BY first_day) AS next_day FROM places_schoolterm) AS term WHERE next_day > last_day + 1
    ) AS closed
),
listed AS MATERIALIZED (
    SELECT school_id, range_agg(daterange(since, until, '[]')) + (SELECT days FROM off) AS days FROM schooling_coverage
    WHERE kind = 'exclusions' AND recorded_at <= %(known)s AND (undone_at IS NULL OR undone_at > %(known)s) GROUP BY 1
),
told_of AS (
    SELECT spans.id, range_agg(place) + (SELECT days FROM off) AS on_roll,
           bool_and(coalesce(days, (SELECT days FROM off)) @> place * daterange(begins, opened_on)) AS before,
           bool_and(coalesce(days, (SELECT days FROM off)) @> place * daterange(closed_on + 1, ends, '[]')) AS after,
           bool_and(coalesce(days, (SELECT days FROM off)) @> place * daterange(opened_on, ends, '[]')) AS since,
           bool_and(coalesce(days, (SELECT days FROM off)) @> place * daterange(opened_on - (ends - opened_on + 1), opened_on)) AS equal_before
    FROM spans JOIN schooling_enrolment e ON e.person_id = spans.person_id AND e.recorded_at <= %(known)s
    CROSS JOIN LATERAL (SELECT daterange(e.since, e.until, '[]') AS place) AS roll LEFT JOIN listed USING (school_id)
    GROUP BY spans.id
),
known AS (
    SELECT spans.id,
           begins IS NOT NULL AND told_of.before AND on_roll @> daterange(begins, opened_on) AS before,
           ends IS NOT NULL AND told_of.after AND on_roll @> daterange(closed_on + 1, ends, '[]') AS after,
           ends IS NOT NULL AND told_of.since AND on_roll @> daterange(opened_on, ends, '[]') AS since,
           ends IS NOT NULL AND told_of.equal_before AND on_roll @> daterange(opened_on - (ends - opened_on + 1), opened_on) AS equal_before
    FROM spans JOIN told_of USING (id)
),
found AS (
    SELECT spans.id,
           count(x.id) FILTER (WHERE x.started_on >= begins AND x.started_on < opened_on) AS before,
           coalesce(sum(x.sessions) FILTER (WHERE x.started_on >= begins AND x.started_on < opened_on), 0) / 2.0 AS days_before,
           count(x.id) FILTER (WHERE x.started_on > closed_on) AS after,
           coalesce(sum(x.sessions) FILTER (WHERE x.started_on > closed_on), 0) / 2.0 AS days_after,
           count(x.id) FILTER (WHERE x.started_on >= opened_on) AS since,
           count(x.id) FILTER (WHERE x.started_on < opened_on AND x.started_on >= opened_on - (ends - opened_on + 1)) AS equal_before
    FROM spans
    LEFT JOIN schooling_exclusion x ON x.person_id = spans.person_id AND x.kind = 'fixed_term' AND x.recorded_at <= %(known)s
         AND (x.superseded_at IS NULL OR x.superseded_at > %(known)s)
         AND x.started_on BETWEEN least(begins, opened_on - (ends - opened_on + 1)) AND ends
    GROUP BY 1
),
counted AS (
    SELECT found.id, CASE WHEN known.before THEN found.before END AS before, CASE WHEN known.before THEN days_before END AS days_before,
           CASE WHEN known.after THEN found.after END AS after, CASE WHEN known.after THEN days_after END AS days_after,
           CASE WHEN known.since THEN found.since END AS since, CASE WHEN known.equal_before THEN found.equal_before END AS equal_before,
           found.before > 0 OR CASE WHEN known.before THEN false END AS was_before, found.after > 0 OR CASE WHEN known.after THEN false END AS was_after,
           found.since > 0 OR CASE WHEN known.since THEN false END AS was_since, spans.ends IS NULL AS runs
    FROM found JOIN spans USING (id) LEFT JOIN known USING (id)
)

-- school
school AS (
    SELECT DISTINCT ON (child.id) child.id, s.code AS school, s.phase AS school_phase
    FROM child
    JOIN schooling_enrolment e ON e.person_id = child.person_id AND e.recorded_at <= %(known)s AND (e.until IS NULL OR e.until >= opened_on)
    JOIN schooling_school s ON s.code = e.school_id
    ORDER BY child.id, e.since NULLS FIRST
)

-- grouped
grouped AS (
    SELECT id, array_agg(DISTINCT named) AS groups
    FROM (
        SELECT child.id, g.value AS named FROM child
        JOIN circumstances_circumstance g ON g.person_id = child.person_id AND g.kind = 'vulnerable_group' AND g.is_true AND g.recorded_at <= %(known)s
        UNION ALL
        SELECT child.id, unnest(q.vulnerable_groups) FROM child JOIN referrals_request q ON q.id = request_id AND q.recorded_at <= %(known)s
    ) AS told GROUP BY 1
)

-- pair
pair AS (
    SELECT first.person_id, first.episode_id, first.source, last.score - first.score AS change, coalesce(last.taken_on, c.closed_on, r.ends_on) AS follow_up_on,
           split_part(l.parent_id, '/', 2) AS quadrant
    FROM (
        SELECT DISTINCT ON (person_id, family_id, instrument, episode_id) * FROM outcomes_administration
        WHERE service = %(service)s AND topic = '{topic}' AND point = 'start' AND recorded_at <= %(known)s
        ORDER BY person_id, family_id, instrument, episode_id, taken_on, recorded_at, score
    ) AS first
    LEFT JOIN (
        SELECT DISTINCT ON (person_id, family_id, instrument, episode_id) * FROM outcomes_administration
        WHERE service = %(service)s AND topic = '{topic}' AND point IN ('end', 'review') AND recorded_at <= %(known)s
        ORDER BY person_id, family_id, instrument, episode_id, taken_on DESC, point DESC, recorded_at DESC, score
    ) AS last ON last.person_id = first.person_id AND last.instrument = first.instrument AND last.episode_id = first.episode_id
         AND last.taken_on >= first.taken_on
    LEFT JOIN (
        SELECT id, home_area_id, (closed_at AT TIME ZONE 'Europe/London')::date AS closed_on FROM casework_case
        WHERE service = %(service)s AND recorded_at <= %(known)s AND closure_recorded_at <= %(known)s
    ) AS c ON c.id = first.episode_id
    LEFT JOIN groups_run r ON r.id = first.episode_id
    LEFT JOIN places_area l ON l.key = coalesce(c.home_area_id, r.area_id)
    WHERE EXISTS (SELECT FROM families_membership m WHERE m.person_id = first.person_id AND m.part = 'parent' AND m.recorded_at <= %(known)s)
      AND NOT EXISTS (SELECT FROM casework_case late WHERE late.id = first.episode_id AND late.recorded_at > %(known)s)
)

-- place
place AS (
    SELECT DISTINCT ON (b.run_id, b.person_id) b.run_id, b.person_id, b.cancelled_at IS NULL AS stands
    FROM groups_booking b WHERE b.recorded_at <= %(known)s
    ORDER BY b.run_id, b.person_id, (b.cancelled_at IS NULL) DESC, b.booked_at, b.id
),
held AS (
    SELECT s.id, s.run_id, (s.starts_at AT TIME ZONE 'Europe/London')::date AS held_on FROM groups_session s
    WHERE s.held_at IS NOT NULL AND coalesce(s.held_recorded_at, s.held_at) <= %(known)s
),
came AS (
    SELECT held.run_id, t.person_id, count(*) AS times, min(held_on) AS first_on
    FROM groups_attendance t JOIN held ON held.id = t.session_id WHERE t.is_present AND t.recorded_at <= %(known)s GROUP BY 1, 2
),
enrolled AS (
    SELECT place.person_id, g.id AS programme, split_part(l.parent_id, '/', 2) AS quadrant, CASE p.sex WHEN 'F' THEN 'mother' WHEN 'M' THEN 'father' END AS parent_role,
           came.first_on, r.ends_on, came.times * 100 >= 80 * n.held AS completed
    FROM place
    JOIN came USING (run_id, person_id)
    JOIN (SELECT run_id, count(*) AS held FROM held GROUP BY 1) AS n USING (run_id)
    JOIN groups_run r ON r.id = run_id AND r.service = %(service)s
    JOIN groups_programme g ON g.id = r.programme_id AND g.is_evidence_based
    JOIN places_area l ON l.key = r.area_id
    JOIN families_person p ON p.id = place.person_id
    WHERE EXISTS (SELECT FROM families_membership m WHERE m.person_id = place.person_id AND m.part = 'parent' AND m.recorded_at <= %(known)s)
)

-- reply
reply AS (
    SELECT i.activity_type, coalesce(nullif(t.age_band, ''), nullif(i.age_band, '')) AS age_band, split_part(l.parent_id, '/', 2) AS quadrant,
           coalesce(i.person_id, CASE WHEN i.batch IS NULL THEN i.id END) AS person, i.result <> 'not_reached' AS asked, t.id IS NOT NULL AS replied, t.rating, t.positive_comment
    FROM outcomes_invitation i
    LEFT JOIN outcomes_response t ON t.invitation_id = i.id AND t.recorded_at <= %(known)s
    LEFT JOIN places_area l ON l.key = i.area_id
    WHERE i.service = %(service)s AND i.respondent = '{respondent}' AND i.recorded_at <= %(known)s AND i.asked_on BETWEEN %(since)s AND %(until)s
      AND NOT EXISTS (SELECT FROM casework_case late WHERE late.id = i.episode_id AND late.recorded_at > %(known)s)
)

-- involved
open_case AS (
    SELECT c.id, c.ref, c.family_id, c.home_area_id, (c.opened_at AT TIME ZONE 'Europe/London')::date AS from_on,
           CASE WHEN c.closure_recorded_at <= %(known)s THEN (c.closed_at AT TIME ZONE 'Europe/London')::date END AS until_on
    FROM casework_case c WHERE c.service = %(service)s AND c.recorded_at <= %(known)s
),
tie AS (
    SELECT k.person_id, 'child' AS person_kind, TRUE AS by_course, home_area_id, from_on, until_on
    FROM open_case JOIN casework_casechild k ON k.case_id = open_case.id AND k.recorded_at <= %(known)s
    UNION ALL
    SELECT m.person_id, 'parent', TRUE, home_area_id, from_on, until_on
    FROM open_case JOIN families_membership m ON m.family_id = open_case.family_id AND m.part = 'parent' AND m.recorded_at <= %(known)s
         AND (m.since IS NULL OR until_on IS NULL OR m.since <= until_on) AND (m.until IS NULL OR m.until >= from_on)
    UNION ALL
    SELECT b.person_id, (SELECT max(part) FROM families_membership m WHERE m.person_id = b.person_id AND m.recorded_at <= %(known)s), p.kind = 'programme',
           r.area_id, least((b.booked_at AT TIME ZONE 'Europe/London')::date, r.starts_on), r.ends_on
    FROM groups_booking b JOIN groups_run r ON r.id = b.run_id JOIN groups_programme p ON p.id = r.programme_id
    WHERE r.service = %(service)s AND r.cancelled_at IS NULL AND b.cancelled_at IS NULL AND b.recorded_at <= %(known)s
),
involved AS (
    SELECT person_id, person_kind, split_part(l.parent_id, '/', 2) AS quadrant, bool_or(by_course) AS by_course
    FROM tie JOIN places_area l ON l.key = home_area_id
    WHERE from_on <= %(until)s AND (until_on IS NULL OR until_on >= %(since)s)
    GROUP BY 1, 2, 3
)

-- persistent_absence
WITH {closed}, {child}, {rates}, {school}, {grouped},
told AS MATERIALIZED (
    SELECT child.person_id, quadrant, locality, school_phase, groups, bool_or(p0 > 0 AND p1 > 0) AS settled,
           bool_or(100 * (p1 - a1) >= 20 * p1) FILTER (WHERE p0 > 0) AS after, bool_or(100 * (p0 - a0) >= 20 * p0) FILTER (WHERE p1 > 0) AS before
    FROM child LEFT JOIN rates USING (id) LEFT JOIN school USING (id) LEFT JOIN grouped USING (id) GROUP BY 1, 2, 3, 4, 5
),
week AS (
    SELECT person_id,
           CASE WHEN 100 * count(*) FILTER (WHERE monday >= %(since)s)
                     >= 66 * (SELECT count(*) FROM places_schoolweek WHERE monday BETWEEN %(since)s AND %(until)s)
                THEN 100 * sum(possible - attended) FILTER (WHERE monday >= %(since)s) >= 20 * sum(possible) FILTER (WHERE monday >= %(since)s) END AS now,
           CASE WHEN 100 * count(*) FILTER (WHERE monday < %(since)s)
                     >= 66 * (SELECT count(*) FROM places_schoolweek WHERE monday BETWEEN %(year_before_since)s AND %(year_before_until)s)
                THEN 100 * sum(possible - attended) FILTER (WHERE monday < %(since)s) >= 20 * sum(possible) FILTER (WHERE monday < %(since)s) END AS earlier
    FROM schooling_attendanceweek
    WHERE counts AND possible > 0 AND recorded_at <= %(known)s AND (superseded_at IS NULL OR superseded_at > %(known)s)
      AND (monday BETWEEN %(since)s AND %(until)s OR monday BETWEEN %(year_before_since)s AND %(year_before_until)s)
    GROUP BY 1
),
pupil AS MATERIALIZED (
    SELECT e.person_id, s.phase AS school_phase, l.code AS locality, split_part(l.parent_id, '/', 2) AS quadrant, bool_or(now) AS now,
           bool_or(earlier) FILTER (WHERE (e.since IS NULL OR e.since <= %(year_before_until)s) AND (e.until IS NULL OR e.until >= %(year_before_since)s)) AS earlier
    FROM schooling_enrolment e LEFT JOIN week USING (person_id) JOIN schooling_school s ON s.code = e.school_id
    JOIN places_area l ON l.key = s.area_id AND l.scheme = %(service)s
    WHERE e.recorded_at <= %(known)s AND (e.since IS NULL OR e.since <= %(until)s) AND (e.until IS NULL OR e.until >= %(since)s)
    GROUP BY 1, 2, 3, 4
)
SELECT {by quadrant, locality, school_phase}, count(*) FILTER (WHERE after) AS a, count(*) FILTER (WHERE settled) AS a_of,
       count(*) FILTER (WHERE settled IS NOT TRUE) AS a_rest, count(*) FILTER (WHERE before) AS a_against, count(*) FILTER (WHERE settled) AS a_against_of,
       NULL::bigint AS b, NULL::bigint AS b_of, NULL::bigint AS b_rest, NULL::bigint AS b_against, NULL::bigint AS b_against_of
FROM told GROUP BY {sets quadrant, locality, school_phase}
UNION ALL
SELECT 'vulnerable_group', named, count(*) FILTER (WHERE after), count(*) FILTER (WHERE settled), count(*) FILTER (WHERE settled IS NOT TRUE),
       count(*) FILTER (WHERE before), count(*) FILTER (WHERE settled), NULL, NULL, NULL, NULL, NULL
FROM told LEFT JOIN LATERAL unnest(groups) AS named ON true GROUP BY 2
UNION ALL
SELECT {by quadrant, locality, school_phase}, NULL, NULL, NULL, NULL, NULL, count(*) FILTER (WHERE now), count(now), count(*) - count(now),
       count(*) FILTER (WHERE earlier), count(*) FILTER (WHERE earlier IS NOT NULL)
FROM pupil GROUP BY {sets quadrant, locality, school_phase}
UNION ALL
SELECT 'vulnerable_group', g.value, NULL, NULL, NULL, NULL, NULL, count(*) FILTER (WHERE now), count(now), count(*) - count(now), NULL, NULL
FROM pupil LEFT JOIN circumstances_circumstance g ON g.person_id = pupil.person_id AND g.kind = 'vulnerable_group' AND g.is_true AND g.recorded_at <= %(known)s
GROUP BY 2

-- fixed_term_exclusions
WITH {closed}, {child}, {counted}, {school}, {grouped},
told AS MATERIALIZED (
    SELECT child.id, child.person_id, quadrant, school, groups, counted.before IS NOT NULL AND counted.after IS NOT NULL AS is_known, counted.before, days_before,
           counted.after, days_after, was_before, was_after
    FROM child JOIN counted USING (id) LEFT JOIN school USING (id) LEFT JOIN grouped USING (id)
),
pupil AS (
    SELECT person_id, quadrant, school, groups, bool_or(was_after) FILTER (WHERE was_before IS NOT NULL AND was_after IS NOT NULL) AS was_after,
           bool_or(was_before) FILTER (WHERE was_before IS NOT NULL AND was_after IS NOT NULL) AS was_before
    FROM told GROUP BY 1, 2, 3, 4
),
given AS (
    SELECT x.id, x.reasons, CASE WHEN x.started_on < opened_on THEN 'before' ELSE 'after' END AS case_span
    FROM spans JOIN told_of USING (id)
    JOIN schooling_exclusion x ON x.person_id = spans.person_id AND x.kind = 'fixed_term' AND x.recorded_at <= %(known)s
         AND (x.superseded_at IS NULL OR x.superseded_at > %(known)s) AND x.started_on BETWEEN begins AND ends
    WHERE NOT x.started_on BETWEEN opened_on AND closed_on AND told_of.before AND told_of.since AND on_roll @> daterange(begins, ends, '[]')
)
SELECT {by quadrant, school}, sum(after) FILTER (WHERE is_known) AS a, sum(before) FILTER (WHERE is_known) AS a_against,
       sum(days_after) FILTER (WHERE is_known) AS b, sum(days_before) FILTER (WHERE is_known) AS b_against,
       NULL::bigint AS c, NULL::bigint AS c_of, NULL::bigint AS c_against, NULL::bigint AS c_against_of, NULL::bigint AS beside_exclusions_before_and_after
FROM told GROUP BY {sets quadrant, school}
UNION ALL
SELECT {by quadrant, school}, NULL, NULL, NULL, NULL, count(*) FILTER (WHERE was_after), count(was_after), count(*) FILTER (WHERE was_before), count(was_before), NULL
FROM pupil GROUP BY {sets quadrant, school}
UNION ALL
SELECT 'vulnerable_group', named, sum(after) FILTER (WHERE is_known), sum(before) FILTER (WHERE is_known), sum(days_after) FILTER (WHERE is_known),
       sum(days_before) FILTER (WHERE is_known), NULL, NULL, NULL, NULL, NULL
FROM told LEFT JOIN LATERAL unnest(groups) AS named ON true GROUP BY 2
UNION ALL
SELECT 'vulnerable_group', named, NULL, NULL, NULL, NULL, count(*) FILTER (WHERE was_after), count(was_after), count(*) FILTER (WHERE was_before), count(was_before), NULL
FROM pupil LEFT JOIN LATERAL unnest(groups) AS named ON true GROUP BY 2
UNION ALL
SELECT {by case_span}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT id) FROM given GROUP BY {sets case_span}
UNION ALL
SELECT 'reason', named, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT id)
FROM given LEFT JOIN LATERAL unnest(reasons) AS named ON true GROUP BY 2

-- wellbeing_improved
WITH {closed},
person_scored AS (
    SELECT closed.id, (array_agg(d.score ORDER BY d.taken_on DESC, d.score) FILTER (WHERE d.point = 'end'))[1] AS last,
           (array_agg(d.score ORDER BY d.taken_on DESC, d.score) FILTER (WHERE d.point = 'start'))[1] AS first,
           max(d.taken_on) FILTER (WHERE d.point = 'start') AS started
    FROM closed JOIN outcomes_administration d ON d.episode_id = closed.id AND d.topic = 'wellbeing' AND d.recorded_at <= %(known)s
    GROUP BY closed.id, coalesce(d.person_id, d.family_id) HAVING bool_or(d.point = 'start')
),
scored AS (
    SELECT closed.id, quadrant, (array_agg(last - first ORDER BY started DESC, last - first, first))[1] AS change,
           CASE WHEN count(*) = count(last) THEN min(last - first) END AS least
    FROM closed LEFT JOIN person_scored USING (id) GROUP BY 1, 2
)
SELECT {by quadrant}, count(*) FILTER (WHERE change > 0) AS a, count(change) AS a_of, count(*) - count(change) AS a_rest,
       count(*) FILTER (WHERE least > 0) AS b, count(least) AS b_of, count(*) - count(least) AS b_rest FROM scored GROUP BY {sets quadrant}

-- learning_engagement_improved topic=learning_engagement
WITH {pair}, {place},
told AS (
    SELECT pair.person_id, quadrant, bool_or(change > 0) AS better FROM pair
    JOIN came ON came.run_id = pair.episode_id AND came.person_id = pair.person_id
    JOIN (SELECT run_id, count(*) AS sessions FROM held GROUP BY 1) AS n ON n.run_id = came.run_id AND times * 100 >= 80 * sessions
    JOIN place ON place.run_id = came.run_id AND place.person_id = came.person_id
    WHERE source = 'programme' AND follow_up_on BETWEEN %(since)s AND %(until)s GROUP BY 1, 2
)
SELECT {by quadrant}, count(*) FILTER (WHERE better) AS one, count(better) AS one_of, count(*) - count(better) AS one_rest FROM told GROUP BY {sets quadrant}

-- behaviour_improved topic=behaviour
WITH {pair}, {place},
told AS (
    SELECT pair.person_id, quadrant, bool_or(change > 0) AS better FROM pair
    JOIN came ON came.run_id = pair.episode_id AND came.person_id = pair.person_id
    JOIN (SELECT run_id, count(*) AS sessions FROM held GROUP BY 1) AS n ON n.run_id = came.run_id AND times * 100 >= 80 * sessions
    JOIN place ON place.run_id = came.run_id AND place.person_id = came.person_id
    WHERE source = 'programme' AND follow_up_on BETWEEN %(since)s AND %(until)s GROUP BY 1, 2
)
SELECT {by quadrant}, count(*) FILTER (WHERE better) AS one, count(better) AS one_of, count(*) - count(better) AS one_rest FROM told GROUP BY {sets quadrant}

-- requests_accepted
SELECT {by route, quadrant}, count(*) AS one
FROM (
    SELECT nullif(q.route, '') AS route, split_part(l.parent_id, '/', 2) AS quadrant FROM referrals_request q LEFT JOIN places_area l ON l.key = q.home_area
    WHERE q.service = %(service)s AND q.recorded_at <= %(known)s AND q.outcome = 'accepted' AND q.decided_at <= %(known)s
      AND (q.decided_at AT TIME ZONE 'Europe/London')::date BETWEEN %(since)s AND %(until)s
) AS accepted GROUP BY {sets route, quadrant}

-- cases_ended
WITH {closed}
SELECT {by closure_reason, quadrant, destination_id}, CASE WHEN grouping(destination_id) = 1 THEN count(*) END AS one,
       CASE WHEN grouping(closure_reason, quadrant) = 3 THEN count(*) FILTER (WHERE closure_reason = 'referred_on' AND destination_accepted) END
           AS beside_taken_on_by_the_service_they_moved_to,
       CASE WHEN grouping(closure_reason, quadrant) = 3 THEN count(*) FILTER (WHERE closure_reason = 'referred_on' AND destination_accepted IS NOT NULL) END
           AS beside_taken_on_by_the_service_they_moved_to_of
FROM closed GROUP BY {sets closure_reason, quadrant, destination_id}

-- families_reached
WITH reached AS MATERIALIZED (
    SELECT c.id, c.family_id, c.request_id, l.code AS locality, split_part(l.parent_id, '/', 2) AS quadrant FROM casework_case c JOIN places_area l ON l.key = c.home_area_id
    WHERE c.service = %(service)s AND c.recorded_at <= %(known)s AND (c.opened_at AT TIME ZONE 'Europe/London')::date <= %(until)s
      AND (c.closed_at IS NULL OR c.closure_recorded_at > %(known)s OR (c.closed_at AT TIME ZONE 'Europe/London')::date >= %(since)s)
),
grouped AS (
    SELECT DISTINCT reached.id, g.value AS named
    FROM reached JOIN casework_casechild k ON k.case_id = reached.id AND k.recorded_at <= %(known)s
    JOIN circumstances_circumstance g ON g.person_id = k.person_id AND g.kind = 'vulnerable_group' AND g.is_true AND g.recorded_at <= %(known)s
    UNION
    SELECT reached.id, unnest(q.vulnerable_groups) FROM reached JOIN referrals_request q ON q.id = request_id AND q.recorded_at <= %(known)s
)
SELECT {by quadrant, locality}, count(DISTINCT family_id) AS one FROM reached GROUP BY {sets quadrant, locality}
UNION ALL
SELECT 'vulnerable_group', named, count(DISTINCT family_id) FROM reached LEFT JOIN grouped USING (id) GROUP BY 2

-- sessions_per_case
WITH {closed},
counted AS (
    SELECT closed.*, (
        SELECT count(*) FROM casework_contact t
        WHERE t.case_id = closed.id AND t.counts_as_session AND t.attended AND t.recorded_at <= %(known)s
    ) AS held, EXISTS (
        SELECT FROM casework_casediscussion d WHERE d.case_id = closed.id AND d.decided = 'extend' AND d.recorded_at <= %(known)s
    ) AS extended
    FROM closed
)
SELECT {by quadrant, worker_id, closure_reason}, sum(held) AS a, count(*) AS a_of, count(*) FILTER (WHERE held <= 6 OR extended) AS b, count(*) AS b_of,
       count(*) FILTER (WHERE held <= 6) AS c, count(*) AS c_of
FROM counted GROUP BY {sets quadrant, worker_id, closure_reason}

-- casework_and_groups
WITH contact AS MATERIALIZED (
    SELECT t.id, t.case_id, coalesce(t.family_id, c.family_id) AS family_id, t.minutes, t.counts_as_session, split_part(l.parent_id, '/', 2) AS quadrant,
           (t.happened_at AT TIME ZONE 'Europe/London')::date AS day
    FROM casework_contact t JOIN casework_case c ON c.id = t.case_id AND c.recorded_at <= %(known)s JOIN places_area l ON l.key = c.home_area_id
    WHERE t.service = %(service)s AND t.attended AND t.recorded_at <= %(known)s
      AND t.happened_at >= (%(since)s::timestamp AT TIME ZONE 'Europe/London')
      AND t.happened_at < ((%(until)s + 1)::timestamp AT TIME ZONE 'Europe/London')
),
held AS MATERIALIZED (
    SELECT s.id, s.run_id, s.minutes, r.leader_id, split_part(l.parent_id, '/', 2) AS quadrant
    FROM groups_session s JOIN groups_run r ON r.id = s.run_id AND r.service = %(service)s JOIN groups_programme g ON g.id = r.programme_id
    JOIN places_area l ON l.key = r.area_id
    WHERE s.held_at IS NOT NULL AND coalesce(s.held_recorded_at, s.held_at) <= %(known)s AND g.kind IN ('programme', 'workshop', 'drop_in')
      AND (s.starts_at AT TIME ZONE 'Europe/London')::date BETWEEN %(since)s AND %(until)s
),
hours AS (
    SELECT quadrant, sum(minutes) AS casework, NULL::bigint AS groups, count(*) FILTER (WHERE counts_as_session) AS sessions, NULL::bigint AS group_sessions
    FROM contact GROUP BY 1
    UNION ALL
    SELECT quadrant, NULL, sum(minutes * greatest(1, (
               SELECT count(*) FROM (SELECT leader_id AS user_id WHERE leader_id IS NOT NULL UNION SELECT user_id FROM groups_coleader o WHERE o.run_id = held.run_id) AS led
           ))), NULL, count(*)
    FROM held GROUP BY 1
),
met AS (
    SELECT m.person_id, quadrant, true AS in_casework
    FROM contact JOIN families_membership m ON m.family_id = contact.family_id AND m.part = 'parent' AND m.recorded_at <= %(known)s
         AND (m.since IS NULL OR m.since <= day) AND (m.until IS NULL OR m.until >= day)
    UNION
    SELECT t.person_id, quadrant, false
    FROM held JOIN groups_attendance t ON t.session_id = held.id AND t.is_present AND t.recorded_at <= %(known)s
    WHERE EXISTS (SELECT FROM families_membership m WHERE m.person_id = t.person_id AND m.part = 'parent' AND m.recorded_at <= %(known)s)
),
one AS (
    SELECT {by quadrant}, sum(casework) / 60.0 AS a, (coalesce(sum(casework), 0) + coalesce(sum(groups), 0)) / 60.0 AS a_of, sum(sessions) AS b,
           coalesce(sum(sessions), 0) + coalesce(sum(group_sessions), 0) AS b_of
    FROM hours GROUP BY {sets quadrant}
),
other AS (
    SELECT {by quadrant}, count(DISTINCT person_id) FILTER (WHERE in_casework) AS c,
           count(DISTINCT person_id) FILTER (WHERE in_casework) + count(DISTINCT person_id) FILTER (WHERE NOT in_casework) AS c_of
    FROM met GROUP BY {sets quadrant}
)
SELECT one.*, c, c_of FROM one LEFT JOIN other ON (one.dimension, one.member) IS NOT DISTINCT FROM (other.dimension, other.member)

-- attendance_improved
WITH {closed}, {child}, {rates}, {grouped},
ranked AS (
    SELECT family_id, change, 100.0 * (rank() OVER (ORDER BY change) - 1) / nullif(count(*) OVER () - 1, 0) AS place
    FROM (
        SELECT family_id, 100 * (sum(p1 - a1) * sum(p0) - sum(p0 - a0) * sum(p1)) / nullif(sum(p0 - a0) * sum(p1), 0) AS change
        FROM child JOIN rates USING (id)
        WHERE p0 > 0 AND p1 IS NOT NULL AND NOT (nullif(entry_route, '') = 'exclusion' AND a0 * 100 > 90 * p0) GROUP BY 1
    ) AS changed WHERE change IS NOT NULL
),
judged AS MATERIALIZED (
    SELECT child.family_id, quadrant, locality, CASE entry_route WHEN 'exclusion' THEN 'exclusion_only' ELSE nullif(entry_route, '') END AS entry_route, groups,
           CASE WHEN p0 > a0 AND p1 > 0 THEN 10 * (p1 - a1) * p0 <= 7 * (p0 - a0) * p1 END AS falls,
           CASE WHEN a0 > 0 AND p1 > 0 THEN 100 * (a1 * p0 - a0 * p1) >= 30 * a0 * p1 END AS rises,
           CASE WHEN p1 > 0 THEN 100 * (a1 * p0 - a0 * p1) >= 30 * p0 * p1 END AS points,
           CASE WHEN coalesce(place, 0) <= 80 THEN change END AS change
    FROM child JOIN rates USING (id) LEFT JOIN grouped USING (id) LEFT JOIN ranked USING (family_id)
    WHERE p0 > 0 AND NOT (nullif(entry_route, '') = 'exclusion' AND a0 * 100 > 90 * p0)
),
family AS (
    SELECT CASE WHEN grouping(entry_route) = 0 THEN 'entry_route' WHEN grouping(named) = 0 THEN 'vulnerable_group' ELSE '' END AS sort, entry_route, named,
           family_id, quadrant, locality,
           CASE WHEN bool_or(NOT falls) THEN false WHEN bool_and(falls IS NOT NULL) THEN true END AS aa, bool_or(falls) AS ab,
           CASE WHEN bool_or(NOT rises) THEN false WHEN bool_and(rises IS NOT NULL) THEN true END AS ba, bool_or(rises) AS bb,
           CASE WHEN bool_or(NOT points) THEN false WHEN bool_and(points IS NOT NULL) THEN true END AS ca, bool_or(points) AS cb,
           CASE WHEN bool_or(falls) THEN true WHEN bool_and(falls IS NOT NULL) THEN false END AS ab_settled,
           max(change) AS change
    FROM judged LEFT JOIN LATERAL unnest(groups) AS named ON true
    GROUP BY GROUPING SETS ((family_id, quadrant, locality), (family_id, quadrant, locality, entry_route), (family_id, quadrant, locality, named))
)
SELECT {by quadrant, locality}, count(*) FILTER (WHERE aa) AS aa, count(aa) AS aa_of, count(*) - count(aa) AS aa_rest, count(*) FILTER (WHERE ab) AS ab, count(ab_settled) AS ab_of,
       count(*) FILTER (WHERE ba) AS ba, count(ba) AS ba_of, count(*) FILTER (WHERE bb) AS bb, count(bb) AS bb_of,
       count(*) FILTER (WHERE ca) AS ca, count(ca) AS ca_of, count(*) FILTER (WHERE cb) AS cb, count(cb) AS cb_of,
       sum(change) AS da, count(change) AS da_of, sum(change) AS db, count(change) AS db_of
FROM family WHERE sort = '' GROUP BY {sets quadrant, locality}
UNION ALL
SELECT sort, coalesce(entry_route, named), count(*) FILTER (WHERE aa), count(aa), count(*) - count(aa), count(*) FILTER (WHERE ab), count(ab_settled),
       count(*) FILTER (WHERE ba), count(ba), count(*) FILTER (WHERE bb), count(bb), count(*) FILTER (WHERE ca), count(ca), count(*) FILTER (WHERE cb), count(cb),
       sum(change), count(change), sum(change), count(change)
FROM family WHERE sort <> '' GROUP BY 1, 2

-- no_repeat_exclusion
WITH {closed}, {child}, {counted}, {school},
told AS MATERIALIZED (
    SELECT child.case_id, quadrant, school_phase, was_since, since, equal_before, runs
    FROM child JOIN counted USING (id) LEFT JOIN school USING (id) WHERE was_before
),
cases AS (
    SELECT CASE WHEN grouping(school_phase) = 0 THEN 'school_phase' ELSE '' END AS sort, school_phase, case_id, quadrant,
           CASE WHEN bool_or(was_since) THEN false WHEN bool_and(was_since IS NOT NULL) THEN true END AS none,
           CASE WHEN bool_or(equal_before - since < 1) THEN false WHEN bool_and(since IS NOT NULL AND equal_before IS NOT NULL) THEN true END AS fewer,
           sum(equal_before - since) AS less, sum(equal_before) AS equal_before, bool_or(runs) AS runs
    FROM told GROUP BY GROUPING SETS ((case_id, quadrant), (case_id, quadrant, school_phase))
)
SELECT {by quadrant}, count(*) FILTER (WHERE none) AS a, count(none) AS a_of, count(*) - count(none) AS a_rest, count(*) FILTER (WHERE fewer) AS b, count(fewer) AS b_of,
       sum(less) AS c, sum(equal_before) AS c_of, count(*) FILTER (WHERE runs) AS beside_cases_that_closed_and_are_still_followed_up
FROM cases WHERE sort = '' GROUP BY {sets quadrant}
UNION ALL
SELECT sort, school_phase, count(*) FILTER (WHERE none), count(none), count(*) - count(none), count(*) FILTER (WHERE fewer), count(fewer), sum(less), sum(equal_before), NULL
FROM cases WHERE sort <> '' GROUP BY 1, 2

-- parents_engaged topic=engagement_in_education
WITH {pair}, {involved},
told AS (
    SELECT CASE WHEN grouping(source) = 0 THEN 'source' ELSE '' END AS sort, source, person_id, quadrant, bool_or(change > 0) AS better, avg(change) AS change
    FROM pair WHERE follow_up_on BETWEEN %(since)s AND %(until)s GROUP BY GROUPING SETS ((person_id, quadrant), (person_id, quadrant, source))
),
parent AS (
    SELECT person_id, quadrant, EXISTS (
        SELECT FROM outcomes_schoolevent e WHERE e.person_id = involved.person_id AND e.service = %(service)s AND e.recorded_at <= %(known)s
          AND NOT EXISTS (SELECT FROM casework_case late WHERE late.id = e.episode_id AND late.recorded_at > %(known)s)
        AND e.happened_on BETWEEN %(since)s AND %(until)s
    ) AS came
    FROM involved WHERE person_kind = 'parent'
)
SELECT {by quadrant}, count(*) FILTER (WHERE better) AS a, count(better) AS a_of, count(*) - count(better) AS a_rest, sum(change) AS b, count(change) AS b_of,
       NULL::bigint AS beside_came_to_a_school_event, NULL::bigint AS beside_came_to_a_school_event_of
FROM told WHERE sort = '' GROUP BY {sets quadrant}
UNION ALL
SELECT sort, source, count(*) FILTER (WHERE better), count(better), count(*) - count(better), sum(change), count(change), NULL, NULL FROM told WHERE sort <> '' GROUP BY 1, 2
UNION ALL
SELECT {by quadrant}, NULL, NULL, NULL, NULL, NULL, count(DISTINCT person_id) FILTER (WHERE came), count(DISTINCT person_id) FROM parent GROUP BY {sets quadrant}

-- courses_attended
WITH {place},
told AS MATERIALIZED (
    SELECT DISTINCT person_id, programme, quadrant, parent_role, first_on BETWEEN %(since)s AND %(until)s AS now,
           first_on BETWEEN %(year_before_since)s AND %(year_before_until)s AS year_before, first_on BETWEEN %(previous_since)s AND %(previous_until)s AS previous
    FROM enrolled WHERE first_on BETWEEN %(year_before_since)s AND %(until)s
)
SELECT {by programme, quadrant, parent_role}, count(DISTINCT person_id) FILTER (WHERE now) AS a, count(DISTINCT person_id) FILTER (WHERE year_before) AS a_against,
       count(DISTINCT person_id) FILTER (WHERE now) AS b, count(DISTINCT person_id) FILTER (WHERE previous) AS b_against
FROM told GROUP BY {sets programme, quadrant, parent_role}

-- courses_completed
WITH {place},
told AS MATERIALIZED (
    SELECT person_id, programme, quadrant, parent_role, completed, ends_on BETWEEN %(since)s AND %(until)s AS now,
           ends_on BETWEEN %(year_before_since)s AND %(year_before_until)s AS year_before, ends_on BETWEEN %(previous_since)s AND %(previous_until)s AS previous
    FROM enrolled WHERE ends_on BETWEEN %(year_before_since)s AND %(until)s
)
SELECT {by programme, quadrant, parent_role}, count(DISTINCT person_id) FILTER (WHERE now AND completed) AS a,
       count(DISTINCT person_id) FILTER (WHERE year_before AND completed) AS a_against, count(DISTINCT person_id) FILTER (WHERE now AND completed) AS b,
       count(DISTINCT person_id) FILTER (WHERE previous AND completed) AS b_against, count(DISTINCT person_id) FILTER (WHERE now AND completed) AS c,
       count(DISTINCT person_id) FILTER (WHERE now) AS c_of, count(DISTINCT person_id) FILTER (WHERE previous AND completed) AS c_against,
       count(DISTINCT person_id) FILTER (WHERE previous) AS c_against_of
FROM told GROUP BY {sets programme, quadrant, parent_role}

-- parents_feedback respondent=parent
WITH {reply}
SELECT {by quadrant, activity_type}, count(*) FILTER (WHERE replied AND rating >= 4) AS a, count(*) FILTER (WHERE replied AND rating IS NOT NULL) AS a_of,
       count(*) FILTER (WHERE replied AND rating IS NULL) AS a_rest, count(*) FILTER (WHERE replied AND positive_comment) AS b, count(*) FILTER (WHERE replied AND positive_comment IS NOT NULL) AS b_of,
       count(*) FILTER (WHERE replied AND positive_comment) AS c, count(*) FILTER (WHERE replied) AS c_of,
       CASE WHEN grouping(quadrant, activity_type) = 3 THEN count(*) FILTER (WHERE replied AND person IS NULL) END
           AS beside_replies_without_a_person_which_the_response_rate_leaves_out,
       CASE WHEN grouping(quadrant, activity_type) = 3 THEN count(DISTINCT person) FILTER (WHERE asked AND replied) END AS beside_response_rate,
       CASE WHEN grouping(quadrant, activity_type) = 3 THEN count(DISTINCT person) FILTER (WHERE asked) END AS beside_response_rate_of
FROM reply GROUP BY {sets quadrant, activity_type}

-- children_feedback respondent=child
WITH {reply}
SELECT {by quadrant, age_band}, count(*) FILTER (WHERE replied AND rating >= 4) AS a, count(*) FILTER (WHERE replied AND rating IS NOT NULL) AS a_of,
       count(*) FILTER (WHERE replied AND rating IS NULL) AS a_rest, count(*) FILTER (WHERE replied AND positive_comment) AS b, count(*) FILTER (WHERE replied AND positive_comment IS NOT NULL) AS b_of,
       count(*) FILTER (WHERE replied AND positive_comment) AS c, count(*) FILTER (WHERE replied) AS c_of,
       CASE WHEN grouping(quadrant, age_band) = 3 THEN count(*) FILTER (WHERE replied AND person IS NULL) END
           AS beside_replies_without_a_person_which_the_response_rate_leaves_out,
       CASE WHEN grouping(quadrant, age_band) = 3 THEN count(DISTINCT person) FILTER (WHERE asked AND replied) END AS beside_response_rate,
       CASE WHEN grouping(quadrant, age_band) = 3 THEN count(DISTINCT person) FILTER (WHERE asked) END AS beside_response_rate_of
FROM reply GROUP BY {sets quadrant, age_band}

-- people_taking_part
WITH {involved},
took AS (
    SELECT p.person_id, array_agg(DISTINCT y.kind) AS kinds FROM community_participation p JOIN community_say y ON y.id = p.say_id
    WHERE y.service = %(service)s AND y.recorded_at <= %(known)s AND p.recorded_at <= %(known)s AND y.happened_on BETWEEN %(since)s AND %(until)s GROUP BY 1
),
told AS MATERIALIZED (SELECT involved.*, kinds FROM involved LEFT JOIN took USING (person_id) WHERE person_kind IN ('child', 'parent'))
SELECT {by quadrant, person_kind}, count(DISTINCT person_id) FILTER (WHERE kinds IS NOT NULL) AS a, count(DISTINCT person_id) AS a_of,
       count(DISTINCT person_id) FILTER (WHERE by_course AND kinds IS NOT NULL) AS d, count(DISTINCT person_id) FILTER (WHERE by_course) AS d_of,
       CASE WHEN grouping(quadrant, person_kind) = 3 THEN count(DISTINCT person_id) FILTER (WHERE person_kind = 'parent' AND kinds IS NOT NULL) END AS b,
       CASE WHEN grouping(quadrant, person_kind) = 3 THEN (
           SELECT sum(n.residents) FROM places_residentcount n JOIN places_area l ON l.key = n.area_id AND l.scheme = %(service)s
           WHERE n."group" = 'parents' AND n.recorded_at <= %(known)s AND (n.superseded_at IS NULL OR n.superseded_at > %(known)s)
             AND n.since <= %(until)s AND (n.until IS NULL OR n.until >= %(since)s)
       ) END AS b_of,
       NULL::bigint AS c, NULL::bigint AS beside_consultation, NULL::bigint AS beside_consultation_of, NULL::bigint AS beside_planning,
       NULL::bigint AS beside_planning_of, NULL::bigint AS beside_reviewing, NULL::bigint AS beside_reviewing_of, NULL::bigint AS beside_monitoring,
       NULL::bigint AS beside_monitoring_of, NULL::bigint AS beside_evaluation, NULL::bigint AS beside_evaluation_of
FROM told GROUP BY {sets quadrant, person_kind}
UNION ALL
SELECT {by person_kind}, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT person_id) FILTER (WHERE kinds IS NOT NULL), count(DISTINCT person_id) FILTER (WHERE 'consultation' = ANY(kinds)), count(DISTINCT person_id),
       count(DISTINCT person_id) FILTER (WHERE 'planning' = ANY(kinds)), count(DISTINCT person_id), count(DISTINCT person_id) FILTER (WHERE 'reviewing' = ANY(kinds)), count(DISTINCT person_id),
       count(DISTINCT person_id) FILTER (WHERE 'monitoring' = ANY(kinds)), count(DISTINCT person_id), count(DISTINCT person_id) FILTER (WHERE 'evaluation' = ANY(kinds)), count(DISTINCT person_id)
FROM told GROUP BY {sets person_kind}
UNION ALL
SELECT 'participation_kinds', named, NULL, NULL, NULL, NULL, NULL, NULL, count(DISTINCT person_id), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM told, unnest(kinds) AS named GROUP BY 2
