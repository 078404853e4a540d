"""A date that got another room from who plans them, keeps it when its series gets another: it is its own from then on."""

from django.db import migrations

FOLLOW = """
CREATE OR REPLACE FUNCTION activities_room_follows_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_occurrence date
    SET room = space.name, sequence = date.sequence + 1, updated_at = now(),
        own_fields = CASE WHEN date.series_id IS NULL OR 'room' = ANY(date.own_fields) THEN date.own_fields
            ELSE date.own_fields || 'room'::varchar END
    FROM activities_activity activity, venue_space space
    WHERE date.use_id = NEW.id AND activity.id = date.activity_id AND space.id = NEW.space_id
        AND lower(coalesce(nullif(date.room, ''), activity.room)) <> lower(space.name);
    RETURN NULL;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION activities_room_follows_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_occurrence date
    SET room = space.name, sequence = date.sequence + 1, updated_at = now()
    FROM activities_activity activity, venue_space space
    WHERE date.use_id = NEW.id AND activity.id = date.activity_id AND space.id = NEW.space_id
        AND lower(coalesce(nullif(date.room, ''), activity.room)) <> lower(space.name);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0013_wishes_that_stood")]

    operations = [migrations.RunSQL(FOLLOW, BEFORE)]
