-- A county made inside the database: every row follows from its number, so that the same sizes give the same county.
-- Parameters: people, cases, contacts, workers, service, firsts, lasts, localities, quadrants, teams, schools, today.

-- Workers, in turn through the localities; each sees their own families and their locality.
INSERT INTO access_user (id, password, email, name, job_title, is_active, introduction)
SELECT md5('w' || w)::uuid, '!', 'worker' || w || '@example.org',
       (%(firsts)s::text[])[1 + w * 7 %% cardinality(%(firsts)s::text[])] || ' ' || (%(lasts)s::text[])[1 + w * 13 %% cardinality(%(lasts)s::text[])],
       'Parent Support Advisor', true, ''
FROM generate_series(0, %(workers)s - 1) AS w;

INSERT INTO access_grant (id, user_id, role, reach, service, area, restricted, since)
SELECT md5('gu' || w)::uuid, md5('w' || w)::uuid, 'caseworker', 'user', %(service)s, '', false, timestamptz '2010-04-01'
FROM generate_series(0, %(workers)s - 1) AS w
UNION ALL
SELECT md5('ga' || w)::uuid, md5('w' || w)::uuid, 'caseworker', 'area', %(service)s, split_part((%(localities)s::text[])[1 + w %% 20], '/', 2), false, timestamptz '2010-04-01'
FROM generate_series(0, %(workers)s - 1) AS w;

-- Families, as many as cases; where family f lies and under whose keys.
CREATE TEMP TABLE family_of AS
SELECT f, md5('f' || f)::uuid AS id, f %% 20 AS l, f %% %(workers)s AS w,
       (%(lasts)s::text[])[1 + abs(hashint4(f)) %% cardinality(%(lasts)s::text[])]
       || CASE WHEN f %% 9 = 0 THEN lower((%(lasts)s::text[])[1 + abs(hashint4(f + 77)) %% cardinality(%(lasts)s::text[])]) ELSE '' END AS last_name,
       ARRAY['service:' || %(service)s, 'area:' || (%(localities)s::text[])[1 + f %% 20],
             'team:' || (%(teams)s::text[])[1 + f %% 20], 'user:' || md5('w' || f %% %(workers)s)::uuid] AS keys,
       date '2009-04-01' + abs(hashint4(f + 5)) %% 620 AS opened_on,
       (f / %(workers)s) %% 4 = 0 AS is_open
FROM generate_series(0, %(cases)s - 1) AS f;
ALTER TABLE family_of ADD PRIMARY KEY (f);

INSERT INTO families_family (id, ref, name, recorded_at, scope_keys, restricted)
SELECT id, 'F-' || lpad(upper(to_hex(f)), 6, '0'), last_name || ' family', opened_on - 10, keys, false FROM family_of;

-- People: the first of each family is a parent, the others are children.
CREATE TEMP TABLE person_of AS
SELECT k, md5('p' || k)::uuid AS id, k %% %(cases)s AS f, k >= %(cases)s AS is_child,
       (%(firsts)s::text[])[1 + floor(power(abs(hashint4(k)) / 2147483648.0, 2) * cardinality(%(firsts)s::text[]))::int] AS first_name,
       CASE WHEN k >= %(cases)s THEN date '1996-01-01' + abs(hashint4(k + 3)) %% 4000 ELSE date '1962-01-01' + abs(hashint4(k + 3)) %% 9500 END AS born_on
FROM generate_series(0, %(people)s - 1) AS k;
ALTER TABLE person_of ADD PRIMARY KEY (k);

INSERT INTO families_person (id, first_name, last_name, known_as, search_name, born_on, sex, phone, recorded_at, scope_keys, restricted)
SELECT p.id, p.first_name, o.last_name, '', lower(p.first_name || ' ' || o.last_name), p.born_on,
       CASE WHEN k %% 2 = 0 THEN 'F' ELSE 'M' END, '', o.opened_on - 10, o.keys, false
FROM person_of p JOIN family_of o USING (f);

INSERT INTO families_membership (id, family_id, person_id, part, called, recorded_at, scope_keys, restricted)
SELECT md5('m' || k)::uuid, o.id, p.id, CASE WHEN is_child THEN 'child' ELSE 'parent' END, '', o.opened_on - 10, o.keys, false
FROM person_of p JOIN family_of o USING (f);

INSERT INTO families_address (id, person_id, lines, postcode, area_id, since, recorded_at, scope_keys, restricted)
SELECT md5('a' || k)::uuid, p.id, (1 + f %% 140) || ' Mill Lane', 'EY' || (1 + f %% 20) || ' ' || (1 + f %% 9) || chr(65 + f %% 8) || chr(68 + f / 8 %% 5),
       (%(localities)s::text[])[1 + o.l], '2008-01-01', o.opened_on - 10, o.keys, false
FROM person_of p JOIN family_of o USING (f);

INSERT INTO families_identifier (id, person_id, kind, value, is_doubted, recorded_at, scope_keys, restricted)
SELECT md5('i' || k)::uuid, p.id, 'upn', 'A999' || lpad(k::text, 9, '0'), false, o.opened_on - 10, o.keys, false
FROM person_of p JOIN family_of o USING (f) WHERE is_child;

INSERT INTO schooling_enrolment (id, person_id, school_id, since, is_main, recorded_at, scope_keys, restricted)
SELECT md5('e' || k)::uuid, p.id, (%(schools)s::text[])[1 + (f %% 20) * 2 + k / 20 %% 2], '2008-09-01', true, o.opened_on - 10, o.keys, false
FROM person_of p JOIN family_of o USING (f) WHERE is_child;

-- One case a family; a quarter of them open.
CREATE TEMP TABLE case_of AS
SELECT o.*, md5('c' || f)::uuid AS case_id, CASE WHEN is_open THEN NULL ELSE least(opened_on + 95 + abs(hashint4(f + 11)) %% 60, %(today)s::date - 2) END AS closed_on
FROM family_of o;
ALTER TABLE case_of ADD PRIMARY KEY (f);

-- A request behind every case, and for every tenth family an earlier one that was refused.
INSERT INTO referrals_request (id, ref, service, line, home_area, source, referrer_name, referrer_contact, reason, forecast_reason, vulnerable_groups, received_at,
                               recorded_at, outcome, status, route, decided_at, opened_at, batch_ref, family_id, reply, scope_keys, restricted)
SELECT md5('rq' || f || '-' || n)::uuid, 'R-' || lpad(upper(to_hex(2 * f + n)), 6, '0'), %(service)s, '', (%(localities)s::text[])[1 + l], 'school', 'A school', '',
       'Late most mornings.', '', CASE WHEN f %% 17 = 0 THEN '{domestic_abuse}' ELSE '{}' END::text[], opened_on - 12 - 90 * n + time '10:00',
       opened_on - 12 - 90 * n + time '10:00', CASE n WHEN 0 THEN 'accepted' ELSE 'refused' END, '',
       CASE n WHEN 0 THEN (ARRAY['attendance', 'attendance', 'exclusion', 'forecast'])[1 + f %% 4] ELSE '' END, opened_on - 5 - 90 * n + time '10:00',
       CASE n WHEN 0 THEN opened_on + time '10:00' END, '', id, '', keys, false
FROM case_of, generate_series(0, 1) AS n WHERE n = 0 OR f %% 10 = 0;

INSERT INTO casework_case (id, ref, service, line, family_id, home_area_id, team_id, worker_id, request_id, focus, opened_at, closed_at, closure_reason,
                           destination_id, destination_accepted, outcomes_met, closing_note, last_contact_at, next_due_on, revision, recorded_at,
                           closure_recorded_at, batch_ref, scope_keys, restricted)
SELECT case_id, 'C-' || lpad(upper(to_hex(f)), 6, '0'), %(service)s, '', id, (%(localities)s::text[])[1 + l], (%(teams)s::uuid[])[1 + l],
       md5('w' || w)::uuid, md5('rq' || f || '-0')::uuid, 'Mornings', opened_on + time '10:00', closed_on + time '15:00',
       CASE WHEN closed_on IS NULL THEN '' ELSE (ARRAY['needs_met', 'needs_met', 'referred_on', 'disengaged', 'moved_away'])[1 + f %% 5] END,
       CASE WHEN closed_on IS NOT NULL AND f %% 5 = 2 THEN (SELECT (array_agg(id ORDER BY name))[1 + f %% 11] FROM directory_entry) END,
       CASE WHEN closed_on IS NOT NULL AND f %% 5 = 2 AND f %% 7 <> 0 THEN f %% 3 > 0 END,
       '', '', NULL, CASE WHEN closed_on IS NULL THEN %(today)s::date - 10 + f %% 40 END, 1, opened_on + time '10:00', closed_on + time '15:00', '', keys, false
FROM case_of;

INSERT INTO casework_casechild (id, case_id, person_id, entry_route, recorded_at, scope_keys, restricted)
SELECT md5('cc' || k)::uuid, c.case_id, p.id, CASE WHEN k %% 7 = 0 THEN 'exclusion' ELSE 'attendance' END, c.opened_on + time '10:00', c.keys, false
FROM person_of p JOIN case_of c USING (f) WHERE is_child AND k < 2.4 * %(cases)s;

INSERT INTO casework_contact (id, service, case_id, family_id, kind, mode, happened_at, minutes, attended, counts_as_session, topics, note,
                              worker_id, revision, recorded_at, scope_keys, restricted)
SELECT md5('t' || n)::uuid, %(service)s, c.case_id, c.id, CASE WHEN n / %(cases)s %% 3 = 2 THEN 'phone_call' ELSE 'casework_session' END, '',
       c.opened_on + (n / %(cases)s)::int * 9 + time '11:00', 60, n %% 11 <> 0, n / %(cases)s %% 3 <> 2, '{}',
       'Visit ' || n || '. Mornings were calmer. Agreed who does what in the evening, and to look at the chart together next time.',
       md5('w' || c.w)::uuid, 1, c.opened_on + (n / %(cases)s)::int * 9 + time '17:00', c.keys, false
FROM generate_series(0, %(contacts)s - 1) AS n JOIN case_of c ON c.f = n %% %(cases)s;

UPDATE casework_case SET last_contact_at = last.at FROM (SELECT case_id, max(happened_at) AS at FROM casework_contact GROUP BY 1) AS last
WHERE last.case_id = casework_case.id;

-- Attendance of the children on cases closed under the agreement: 12 school weeks before opening and the last 12 before closing.
INSERT INTO schooling_attendanceweek (id, person_id, monday, marks, possible, attended, unauthorised, counts, is_combined, recorded_at, scope_keys, restricted)
SELECT gen_random_uuid(), t.person, s.monday, '{}', 10,
       greatest(0, 10 - (CASE WHEN bool_or(t.is_after) AND t.k %% 5 <> 0 THEN 0 ELSE 1 END) - abs(hashint4(t.k + s.number)) %% 2), 0, true, false,
       s.monday + 5, t.keys, false
FROM (
    SELECT p.k, p.id AS person, c.keys, upto.number AS week, is_after
    FROM person_of p JOIN case_of c USING (f)
    CROSS JOIN LATERAL (VALUES (c.opened_on, false), (c.closed_on, true)) AS ends(day, is_after)
    CROSS JOIN LATERAL (SELECT number FROM places_schoolweek WHERE monday + 4 < ends.day ORDER BY number DESC LIMIT 1) AS upto
    WHERE is_child AND p.k < 2.4 * %(cases)s AND c.closed_on >= '2010-04-01'
) AS t JOIN places_schoolweek s ON s.number BETWEEN t.week - 11 AND t.week
GROUP BY t.k, t.person, t.keys, s.number, s.monday;

-- Lists of exclusions come every Friday from every school; one in ten sends none after October 2010.
INSERT INTO schooling_coverage (id, kind, school_id, since, until, recorded_at)
SELECT gen_random_uuid(), 'exclusions', (%(schools)s::text[])[n], monday::date, monday::date + 4, monday::date + 4
FROM generate_series(1, cardinality(%(schools)s::text[])) AS n, generate_series(timestamp '2008-09-01', '2011-07-25', '7 days') AS monday
WHERE n %% 10 <> 3 OR monday < '2010-11-01';

-- What they come to, with the days off beside them.
INSERT INTO schooling_listed (id, kind, school_id, since, until, recorded_at)
SELECT gen_random_uuid(), 'exclusions', school_id, lower(days), upper(days) - 1, '2008-09-01'
FROM (
    SELECT school_id, unnest(range_agg(daterange(since, until + 1)) + (
        SELECT range_agg(day_off) FROM (
            SELECT daterange(saturday::date, saturday::date + 2) AS day_off FROM generate_series(timestamp '2008-01-05', '2014-01-04', '7 days') AS saturday
            UNION ALL
            SELECT daterange(last_day + 1, next_day)
            FROM (SELECT last_day, lead(first_day) OVER (ORDER BY first_day) AS next_day FROM places_schoolterm) AS term WHERE next_day > last_day + 1
        ) AS off)) AS days
    FROM schooling_coverage GROUP BY 1
) AS stretch WHERE upper(days) - lower(days) > 60;

INSERT INTO schooling_exclusion (id, person_id, kind, started_on, ended_on, sessions, reasons, recorded_at, scope_keys, restricted)
SELECT md5('x' || p.k || '-' || n)::uuid, p.id, 'fixed_term', day, day, 2, ARRAY['DB'], day + 1, c.keys, false
FROM person_of p JOIN case_of c USING (f)
CROSS JOIN LATERAL (VALUES (0, c.opened_on - 20), (1, c.opened_on + 50), (2, c.closed_on + 20)) AS given(n, day)
WHERE is_child AND p.k < 2.4 * %(cases)s AND (p.k %% 7 = 0 AND n = 0 OR p.k %% 21 = 0 AND n = 1 OR p.k %% 35 = 0) AND day < %(today)s::date;
