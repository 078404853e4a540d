"""Fill a database to a chosen size with what ten busy years leave behind.

The density stays the same at every size (twenty centres, a thousand dates a week): a smaller database is a younger
house, so that "as quick as on the first day" can be measured.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

CENTRES = 20
DATES_A_WEEK = 1_000
WEEKS_AHEAD = 8
WEEKS_PER_ACTIVITY = 100
SIGN_UP_SHARE = 0.4

#: A UUID version 7 of a moment (RFC 9562), made by the server so that millions of rows take minutes.
UUID7 = """
CREATE OR REPLACE FUNCTION pg_temp.uuid7(moment timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                placing substring(int8send((extract(epoch FROM moment) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1), 'hex')::uuid
$$;
"""

CENTRE_ROWS = """
INSERT INTO centres_centre (id, name, slug, mark, street, postcode, city, phone, email, photo, photo_description,
    directions, step_free_entrance, step_free_toilet, lift, hearing_loop, accessible_parking, position, is_active)
SELECT pg_temp.uuid7(now() - interval '10 years'), 'Buurthuis ' || n, 'buurthuis-' || n, 'p-door',
    'Straat ' || n, '7200 AA', 'Zutphen', '', '', '', '', '', 'yes', 'yes', '', '', '', n, true
FROM generate_series(1, %(centres)s) n;
INSERT INTO centres_openinghours (id, centre_id, weekday, opens, closes)
SELECT pg_temp.uuid7(now()), centre.id, day, time '09:00', time '21:30'
FROM centres_centre centre, generate_series(1, 6) day;
"""

# One slot is one place in the week (a weekday, a time, a centre); an activity keeps its slot for two years.
ACTIVITY_ROWS = """
CREATE TEMP TABLE slot ON COMMIT DROP AS
SELECT slot, generation, pg_temp.uuid7(now() - interval '1 week' * (generation * %(weeks_per_activity)s)) AS id,
    (SELECT id FROM centres_centre WHERE position = 1 + slot %% %(centres)s) AS centre_id,
    slot %% 7 AS day,
    (ARRAY[9.5, 10, 13.5, 14, 15.5, 19, 19.5])[1 + (slot / 7) %% 7] AS hour,
    (slot * 7919 %% 100) < %(sign_up_share)s * 100 AS is_sign_up,
    8 + slot * 31 %% 50 AS places,
    (ARRAY['Samen', 'Rustig', 'Gezellig', 'Open', 'Leren', 'Buurt', 'Kleine', 'Grote', 'Nieuwe', 'Warme'])
        [1 + (slot + generation) %% 10] || ' ' ||
    (ARRAY['koken', 'naaien', 'wandelen', 'zingen', 'schilderen', 'repareren', 'lezen', 'sjoelen', 'tuinieren',
        'dansen', 'praten', 'fietsen', 'schaken', 'computeren', 'timmeren', 'bakken', 'yoga', 'muziek', 'eten',
        'knutselen'])[1 + (slot * 13 + generation * 7) %% 20] AS title
FROM generate_series(0, %(slots)s - 1) slot,
    generate_series(0, (%(weeks)s - 1) / %(weeks_per_activity)s) generation;

INSERT INTO activities_activity (id, centre_id, title, summary, description, text_language, state, participation,
    audience, audience_note, cost_kind, cost_cents, cost_note, languages, step_free, accessible_toilet, childcare,
    someone_greets, mood, bring, room, default_capacity, organiser_name, organiser_words, contact_phone,
    language_level, queue_rule, offer_hours, created_at, updated_at)
SELECT id, centre_id, title, 'Kom langs en doe mee. Je hoeft niets te kunnen. Iedereen is welkom.',
    repeat('Er is koffie en thee. Iemand wacht op je als je voor het eerst komt. ', 5), 'nl', 'published',
    CASE WHEN is_sign_up THEN 'sign_up' ELSE 'drop_in' END,
    (ARRAY['everyone', 'everyone', 'everyone', 'children', 'youth', 'seniors', 'women', 'parents'])[1 + slot %% 8],
    '', CASE WHEN slot %% 5 = 0 THEN 'fixed' ELSE 'free' END, CASE WHEN slot %% 5 = 0 THEN 250 ELSE 0 END, '',
    CASE WHEN slot %% 3 = 0 THEN ARRAY['nl', 'tr'] ELSE ARRAY['nl'] END,
    CASE WHEN slot %% 4 = 0 THEN '' ELSE 'yes' END, 'yes', '', '', '', '', 'Zaal ' || 1 + slot %% 6,
    CASE WHEN is_sign_up THEN places END, '', '', '', '', 'automatic', 24, now(), now()
FROM slot;
"""

OCCURRENCE_ROWS = """
CREATE TEMP TABLE occurrence ON COMMIT DROP AS
SELECT pg_temp.uuid7(starts_at - interval '60 days') AS id, *,
    floor(%(sign_ups)s * sum(weight) OVER upto / sum(weight) OVER ())
        - floor(%(sign_ups)s * (sum(weight) OVER upto - weight) / sum(weight) OVER ()) AS taken
FROM (
    SELECT slot.id AS activity_id, slot.centre_id, slot.is_sign_up, slot.places,
        ((%(first_day)s::date + 7 * week + slot.day)::timestamp + slot.hour * interval '1 hour')
            AT TIME ZONE 'Europe/Amsterdam' AS starts_at,
        CASE WHEN slot.is_sign_up THEN 0.2 + random() * slot.places ELSE 0 END AS weight,
        row_number() OVER (ORDER BY week, slot.slot) AS nth
    FROM generate_series(0, %(weeks)s - 1) week
    JOIN slot ON slot.generation = (%(weeks)s - 1 - week) / %(weeks_per_activity)s
) date
WHERE nth <= %(occurrences)s
WINDOW upto AS (ORDER BY nth);

INSERT INTO activities_occurrence (id, activity_id, centre_id, starts_at, ends_at, is_all_day, original_starts_at,
    title, note, room, own_fields, state, cancel_reason, capacity, places_taken, waiting, heads, sequence, created_at,
    updated_at)
SELECT id, activity_id, centre_id, starts_at, starts_at + interval '2 hours', false, starts_at, '', '', '', '{}',
    CASE WHEN nth %% 50 = 0 THEN 'cancelled' ELSE 'planned' END, '',
    CASE WHEN is_sign_up THEN greatest(taken, places) END, taken, 0, 0, 0, starts_at - interval '60 days',
    now()
FROM occurrence ORDER BY starts_at;
"""

# Codes: multiplying by a number prime to the modulus visits every 8-digit number once.
SIGN_UP_ROWS = """
INSERT INTO activities_signup (id, occurrence_id, name, phone, email, guest_key, for_whom, contact_name, wants_call,
    companions, companion_names, moved_ahead_reason, language, state, presence, code, secret_hash, form_key, sequence,
    created_at, updated_at)
SELECT pg_temp.uuid7(joined_at), occurrence_id, 'Deelnemer ' || nth, '', 'mens' || nth || '@voorbeeld.nl',
    md5('deelnemer') || md5(nth::text), 'self', '', false, 0, '{}', '', 'nl', 'joined',
    CASE WHEN starts_at < now() THEN 'present' ELSE '' END,
    lpad((nth * 48271 %% 99999989)::text, 8, '0'), md5(nth::text) || md5(joined_at::text), '', 0, joined_at, joined_at
FROM (
    SELECT occurrence.id AS occurrence_id, occurrence.starts_at,
        occurrence.starts_at - random() * interval '20 days' AS joined_at, row_number() OVER () AS nth
    FROM occurrence, generate_series(1, occurrence.taken::int)
) party;
"""


def fill(*, occurrences: int, sign_ups: int, at: datetime | None = None) -> None:
    """Add this many occurrences and sign-ups to an empty database, the last dates eight weeks ahead of a moment (now).

    A house younger than half a year has a third of its dates ahead. Every figure is exact; the spread is random but
    for the shares named above. Existing rows are not touched.
    """
    weeks = max(1, -(-occurrences // DATES_A_WEEK))
    ahead = min(WEEKS_AHEAD, max(1, weeks // 3))
    monday = timezone.localdate(at) - timedelta(days=timezone.localdate(at).weekday())
    values: dict[str, Any] = {
        "centres": CENTRES,
        "slots": min(DATES_A_WEEK, occurrences),
        "weeks": weeks,
        "weeks_per_activity": WEEKS_PER_ACTIVITY,
        "sign_up_share": SIGN_UP_SHARE,
        "occurrences": occurrences,
        "sign_ups": sign_ups,
        "first_day": monday - timedelta(weeks=weeks - ahead),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'")
        cursor.execute(UUID7)
        for rows in (CENTRE_ROWS, ACTIVITY_ROWS, OCCURRENCE_ROWS, SIGN_UP_ROWS):
            for statement in rows.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
