"""Who plans the rooms may give a date another room: what the agenda says of it follows, whoever moves the use."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION activities_room_follows_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE activities_occurrence date
    SET room = space.name, sequence = date.sequence + 1, updated_at = now()
    FROM activities_activity activity, venue_space space
    WHERE date.use_id = NEW.id AND activity.id = date.activity_id AND space.id = NEW.space_id
        AND lower(coalesce(nullif(date.room, ''), activity.room)) <> lower(space.name);
    RETURN NULL;
END $$;
CREATE TRIGGER activities_room_follows_use AFTER UPDATE OF space_id ON venue_use
    FOR EACH ROW WHEN (OLD.space_id <> NEW.space_id) EXECUTE FUNCTION activities_room_follows_use();
"""

UNDO = """
DROP TRIGGER activities_room_follows_use ON venue_use;
DROP FUNCTION activities_room_follows_use();
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0008_plain_words")]

    operations = [migrations.RunSQL(FOLLOW, UNDO)]
