-- What the county says and does beside casework: groups with their registers, scores, what families say, who lives where.
-- Every row follows from its number, as in bench_county.sql, whose tables family_of, person_of and case_of are still there.
-- A run for every forty cases, eight sessions each, with a place for each of twelve parents of its locality.

INSERT INTO groups_programme (id, service, kind, title, is_evidence_based, outcomes, age_band, evidence_base, offer, topic)
SELECT md5('pr' || n)::uuid, %(service)s, (ARRAY['programme', 'programme', 'workshop', 'drop_in'])[1 + n %% 4], 'Group ' || n, n %% 4 = 0,
       '{}', '', '', '', ''
FROM generate_series(0, 15) AS n;

CREATE TEMP TABLE run_of AS
SELECT r, md5('r' || r)::uuid AS id, r %% 16 AS p, r %% 20 AS l, r %% %(workers)s AS w, date '2009-09-07' + 7 * (r %% 60) AS starts_on
FROM generate_series(0, %(cases)s / 40 - 1) AS r;
ALTER TABLE run_of ADD PRIMARY KEY (r);

INSERT INTO groups_run (id, ref, service, starts_on, ends_on, places, proposed_at, agreed_on, agreed_by, advertised_at, area_id, leader_id, programme_id,
                        team_id, cancelled_reason, duplication_reason, gap, needs_agreement)
SELECT id, 'G-' || lpad(upper(to_hex(r)), 6, '0'), %(service)s, starts_on, starts_on + 49, 12, starts_on - 40, starts_on - 30, 'The coordinator', starts_on - 28,
       (%(localities)s::text[])[1 + l], md5('w' || w)::uuid, md5('pr' || p)::uuid, (%(teams)s::uuid[])[1 + l], '', '', '', true
FROM run_of;

INSERT INTO groups_coleader (id, run_id, user_id)
SELECT md5('co' || r)::uuid, id, md5('w' || (w + 1) %% %(workers)s)::uuid FROM run_of WHERE r %% 3 = 0;

INSERT INTO groups_session (id, starts_at, minutes, held_at, run_id, cancelled_reason, peer_support_note, held_recorded_at)
SELECT md5('s' || r || '-' || s)::uuid, starts_on + 7 * s + time '10:00', 120,
       CASE WHEN starts_on + 7 * s < %(today)s::date THEN starts_on + 7 * s + time '12:00' END, id, '', '',
       CASE WHEN starts_on + 7 * s < %(today)s::date THEN starts_on + 7 * s + time '17:00' END
FROM run_of, generate_series(0, 7) AS s;

-- Parents of the run's locality: families lie in turn through the twenty of them.
CREATE TEMP TABLE place_of AS
SELECT r.r, r.id AS run_id, r.p, r.l, r.starts_on, b, (r.l + 20 * (r.r * 12 + b)) %% %(cases)s AS f
FROM run_of r, generate_series(0, 11) AS b;
DELETE FROM place_of AS a USING place_of z WHERE a.r = z.r AND a.f = z.f AND a.b > z.b;
ALTER TABLE place_of ADD PRIMARY KEY (r, b);

INSERT INTO groups_booking (id, booked_at, cancelled_at, family_id, person_id, run_id, recorded_at, scope_keys, restricted)
SELECT md5('b' || r || '-' || b)::uuid, starts_on - 20, CASE WHEN b = 11 THEN starts_on - 2 END, o.id, md5('p' || f)::uuid, run_id, starts_on - 20, o.keys, false
FROM place_of JOIN family_of o USING (f);

INSERT INTO groups_attendance (id, is_present, person_id, session_id, recorded_at, scope_keys, restricted)
SELECT md5('at' || r || '-' || b || '-' || s)::uuid, (r + b * 3 + s) %% 5 <> 0 OR b %% 4 = 0, md5('p' || f)::uuid, md5('s' || r || '-' || s)::uuid,
       starts_on + 7 * s + time '17:00', o.keys, false
FROM place_of JOIN family_of o USING (f), generate_series(0, 7) AS s WHERE b < 11 AND starts_on + 7 * s < %(today)s::date;

-- Scores: of the family at the start and the end of a case, of its parent's part in school, of parents on courses.
INSERT INTO outcomes_administration (id, episode_id, episode_kind, instrument, point, taken_on, answers, score, completed_by, service, source, topic,
                                     family_id, person_id, recorded_at, batch_ref, scope_keys, restricted)
SELECT md5('ad' || topic || point || f)::uuid, case_id, 'case', instrument, point, CASE point WHEN 'start' THEN opened_on ELSE closed_on END, '{}',
       CASE point WHEN 'start' THEN 10 + f %% 7 ELSE 12 + f %% 6 END, '', %(service)s, 'casework', topic,
       CASE WHEN topic = 'wellbeing' THEN id END, CASE WHEN topic <> 'wellbeing' THEN md5('p' || f)::uuid END,
       (CASE point WHEN 'start' THEN opened_on ELSE closed_on END) + time '15:00', '', keys, false
FROM case_of,
     (VALUES ('wellbeing', 'how_things_are'), ('engagement_in_education', 'part_in_school')) AS asked(topic, instrument),
     (VALUES ('start'), ('end')) AS at(point)
WHERE (point = 'start' OR closed_on IS NOT NULL AND f %% 9 <> 0) AND (topic = 'wellbeing' OR f %% 3 = 0);

INSERT INTO outcomes_administration (id, episode_id, episode_kind, instrument, point, taken_on, answers, score, completed_by, service, source, topic,
                                     person_id, recorded_at, batch_ref, scope_keys, restricted)
SELECT md5('ag' || topic || point || r || '-' || b)::uuid, run_id, 'run', instrument, point, day, '{}',
       CASE point WHEN 'start' THEN 8 + b ELSE 9 + (r + b) %% 9 END, '', %(service)s, 'programme', topic, md5('p' || f)::uuid, day + time '15:00', '', o.keys, false
FROM place_of JOIN family_of o USING (f),
     (VALUES ('learning_engagement', 'learning_together'), ('behaviour', 'calm_at_home')) AS asked(topic, instrument),
     (VALUES ('start'), ('end')) AS at(point),
     LATERAL (SELECT CASE point WHEN 'start' THEN starts_on ELSE starts_on + 49 END AS day) AS taken
WHERE p %% 4 < 2 AND b < 11 AND (point = 'start' OR b %% 5 <> 0) AND day < %(today)s::date;

-- Supervision that let every eighth case go on.
INSERT INTO workforce_supervision (id, service, held_on, note, wellbeing, supervisor_id, worker_id, recorded_at, batch_ref)
SELECT md5('su' || w)::uuid, %(service)s, '2010-06-01', '', '', md5('w' || (w + 1) %% %(workers)s)::uuid, md5('w' || w)::uuid, '2010-06-01', ''
FROM generate_series(0, %(workers)s - 1) AS w;

INSERT INTO casework_casediscussion (id, discussed_on, decided, note, case_id, supervision_id, recorded_at, scope_keys, restricted)
SELECT md5('di' || f)::uuid, opened_on + 30, 'extend', '', case_id, md5('su' || w)::uuid, opened_on + 30, keys, false FROM case_of WHERE f %% 8 = 0;

-- After a case has closed the parent and the first child are asked what they think.
CREATE TEMP TABLE asked_of AS
SELECT k, f, is_child, c.id AS family_id, c.case_id, c.keys, c.l, c.closed_on + 3 AS asked_on, p.id AS person_id,
       CASE WHEN NOT is_child THEN '' WHEN p.born_on > c.closed_on - 8 * 365 THEN 'under_8' WHEN p.born_on > c.closed_on - 12 * 365 THEN '8_to_11' ELSE '12_to_15' END AS age_band
FROM person_of p JOIN case_of c USING (f) WHERE closed_on IS NOT NULL AND closed_on + 3 < %(today)s::date AND k < 2 * %(cases)s;
ALTER TABLE asked_of ADD PRIMARY KEY (k);

INSERT INTO outcomes_invitation (id, ref, service, respondent, instrument, episode_kind, episode_id, episode_ref, activity_type, age_band, asked_on, result,
                                 expires_on, area_id, family_id, person_id, issue, recorded_at, batch_ref, scope_keys, restricted)
SELECT md5('in' || k)::uuid, 'A-' || lpad(upper(to_hex(k)), 6, '0'), %(service)s, CASE WHEN is_child THEN 'child' ELSE 'parent' END,
       CASE WHEN is_child THEN 'how_was_it_for_me' ELSE 'how_did_we_do' END, 'case', case_id, 'C-' || lpad(upper(to_hex(f)), 6, '0'), 'casework', age_band, asked_on,
       CASE k %% 10 WHEN 0 THEN 'not_reached' WHEN 1 THEN 'declined' ELSE 'asked' END, asked_on + 28, (%(localities)s::text[])[1 + l], family_id, person_id, 1,
       asked_on, '', keys, false
FROM asked_of;

INSERT INTO outcomes_response (id, episode_kind, answers, rating, comment, positive_comment, age_band, who_helped, given_on, on_paper, family_id, person_id,
                               invitation_id, recorded_at, batch_ref, scope_keys, restricted)
SELECT md5('re' || k)::uuid, 'case', '{}', CASE WHEN k %% 13 > 0 THEN 1 + k %% 5 END, '', CASE k %% 6 WHEN 0 THEN NULL WHEN 1 THEN false ELSE true END, age_band, '',
       asked_on + 5, false, family_id, person_id, md5('in' || k)::uuid, asked_on + 5, '', keys, false
FROM asked_of WHERE k %% 10 > 1 AND k %% 3 <> 0 AND asked_on + 5 <= %(today)s::date;

-- Occasions on which families had a say, thirty of them at each; parents at events of the school.
INSERT INTO community_say (id, ref, service, kind, title, happened_on, said, changed, recorded_at, batch_ref, area_id, scope_keys, restricted)
SELECT md5('sy' || n)::uuid, 'Y-' || lpad(upper(to_hex(n)), 6, '0'), %(service)s::varchar,
       (ARRAY['consultation', 'planning', 'reviewing', 'monitoring', 'evaluation'])[1 + n %% 5], 'Occasion ' || n, date '2010-04-01' + n * 7 %% 270, '', '',
       date '2010-04-01' + n * 7 %% 270, '', (%(localities)s::text[])[1 + n %% 20], ARRAY['service:' || %(service)s::varchar], false
FROM generate_series(0, %(cases)s / 250 - 1) AS n;

INSERT INTO community_participation (id, recorded_at, batch_ref, family_id, person_id, say_id, scope_keys, restricted)
SELECT md5('pa' || n || '-' || m)::uuid, date '2010-04-01' + n * 7 %% 270, '', md5('f' || k %% %(cases)s)::uuid, md5('p' || k)::uuid, md5('sy' || n)::uuid,
       ARRAY['service:' || %(service)s::varchar], false
FROM generate_series(0, %(cases)s / 250 - 1) AS n, generate_series(0, 29) AS m, LATERAL (SELECT (n * 1009 + m * 8117) %% %(people)s AS k) AS who
ON CONFLICT DO NOTHING;

INSERT INTO outcomes_schoolevent (id, service, episode_kind, episode_id, kind, happened_on, note, recorded_at, batch_ref, family_id, person_id, scope_keys, restricted)
SELECT md5('ev' || f)::uuid, %(service)s, 'case', case_id, 'parents_evening', opened_on + 40, '', opened_on + 40, '', id, md5('p' || f)::uuid, keys, false
FROM case_of WHERE f %% 4 = 0;

INSERT INTO circumstances_circumstance (id, kind, value, is_true, source, person_id, recorded_at, scope_keys, restricted)
SELECT md5('ci' || k)::uuid, 'vulnerable_group', (ARRAY['young_carer', 'teenage_parent', 'gypsy_roma_traveller', 'disabled_child'])[1 + k %% 4], true, '', p.id,
       c.opened_on, c.keys, false
FROM person_of p JOIN case_of c USING (f) WHERE k %% 5 = 0;

INSERT INTO places_residentcount (id, "group", age_band, residents, since, source, recorded_at, area_id)
SELECT md5('rc' || code)::uuid, 'parents', '', 9000, '2010-04-01', 'Made up', '2010-04-01', code FROM unnest(%(localities)s::text[]) AS code;
