"""Rules over several rows, kept by the database: the stock of equipment, and how many people a house may hold."""

from django.db import migrations

# One at a time per house or kind of equipment: the same number as venue.models.lock_key.
LOCK_KEY = r"""
CREATE FUNCTION venue_lock_key(id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint;
"""

BUILDING = r"""
CREATE FUNCTION venue_use_building_maximum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most integer;
    peak bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(venue_lock_key(NEW.centre_id));
    SELECT maximum_people INTO most FROM venue_building WHERE centre_id = NEW.centre_id;
    IF most IS NULL THEN
        RETURN NULL;
    END IF;
    -- The house is fullest at the moment somebody comes in: the begin of this use or of one that overlaps it.
    SELECT max(crowd.people) INTO peak
    FROM (
        SELECT NEW.starts_at AS moment
        UNION
        SELECT u.starts_at FROM venue_use u
        WHERE u.centre_id = NEW.centre_id AND u.hold IN ('firm', 'option')
            AND u.during && NEW.during AND u.starts_at >= NEW.starts_at
    ) moments
    CROSS JOIN LATERAL (
        SELECT sum(u.people + u.staff) AS people FROM venue_use u
        WHERE u.centre_id = NEW.centre_id AND u.hold IN ('firm', 'option')
            AND u.during @> moments.moment
    ) crowd;
    IF peak > most THEN
        RAISE EXCEPTION 'the house would hold % people, % may be in', peak, most
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_use_building_maximum',
                DETAIL = peak::text, TABLE = 'venue_use';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER venue_use_building_maximum
    AFTER INSERT OR UPDATE OF hold, people, staff, starts_at, ends_at, centre_id ON venue_use
    FOR EACH ROW WHEN (NEW.hold IN ('firm', 'option') AND NEW.people + NEW.staff > 0)
    EXECUTE FUNCTION venue_use_building_maximum();
"""

STOCK = r"""
CREATE FUNCTION venue_equipmentuse_within_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here integer;
    peak bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(venue_lock_key(NEW.equipment_id));
    SELECT stock INTO here FROM venue_equipment WHERE id = NEW.equipment_id;
    SELECT max(together.taken) INTO peak
    FROM (
        SELECT lower(NEW.during) AS moment
        UNION
        SELECT lower(e.during) FROM venue_equipmentuse e
        WHERE e.equipment_id = NEW.equipment_id AND e.blocking
            AND e.during && NEW.during AND lower(e.during) >= lower(NEW.during)
    ) moments
    CROSS JOIN LATERAL (
        SELECT sum(e.count) AS taken FROM venue_equipmentuse e
        WHERE e.equipment_id = NEW.equipment_id AND e.blocking AND e.during @> moments.moment
    ) together;
    IF peak > here THEN
        RAISE EXCEPTION '% wanted, % in stock', peak, here
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_equipmentuse_within_stock',
                DETAIL = NEW.equipment_id::text || ' ' || greatest(0, here - (peak - NEW.count))::text,
                TABLE = 'venue_equipmentuse';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER venue_equipmentuse_within_stock
    AFTER INSERT OR UPDATE ON venue_equipmentuse
    FOR EACH ROW WHEN (NEW.blocking) EXECUTE FUNCTION venue_equipmentuse_within_stock();
"""

CENTRE_OF_SPACE = r"""
CREATE FUNCTION venue_use_centre_of_space() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.centre_id IS DISTINCT FROM (SELECT centre_id FROM venue_space WHERE id = NEW.space_id) THEN
        RAISE EXCEPTION 'the space stands in another house'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_use_centre_of_space',
                TABLE = 'venue_use';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_use_centre_of_space
    BEFORE INSERT OR UPDATE OF centre_id, space_id ON venue_use
    FOR EACH ROW EXECUTE FUNCTION venue_use_centre_of_space();
"""

UNDO = """
DROP TRIGGER venue_use_centre_of_space ON venue_use;
DROP FUNCTION venue_use_centre_of_space();
DROP TRIGGER venue_equipmentuse_within_stock ON venue_equipmentuse;
DROP FUNCTION venue_equipmentuse_within_stock();
DROP TRIGGER venue_use_building_maximum ON venue_use;
DROP FUNCTION venue_use_building_maximum();
DROP FUNCTION venue_lock_key(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("venue", "0002_initial")]

    operations = [migrations.RunSQL(LOCK_KEY + BUILDING + STOCK + CENTRE_OF_SPACE, UNDO)]
