"""Rules over several rows, kept by the database: what is busy, the stock of equipment, how many people a house holds.

Search and save ask the same functions, so that they never disagree. `besides` are uses that do not count (the one
that is being moved); `alive_at` is the moment after which an option must run to count ('-infinity': every option).
"""

from django.db import migrations

# One at a time per house or kind of equipment: the same number as venue.models.lock_key.
LOCK_KEY = r"""
CREATE FUNCTION venue_lock_key(id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint;
"""

# A use [start, end) with its own buffers fits where it touches no `busy`: the time of another use, made longer by our
# buffers, and the buffers of another use as they are (buffers of two uses may overlap). An option that has run out is
# free, unless somebody waits behind it: then that one is next.
BUSY = r"""
CREATE FUNCTION venue_busy(part uuid, stretch tstzrange, minutes_before integer, minutes_after integer,
    besides uuid[], alive_at timestamptz) RETURNS TABLE (use_id uuid, busy tstzrange)
LANGUAGE sql STABLE AS $$
    SELECT a.use_id, b.busy
    FROM venue_allocation a
    JOIN venue_use u ON u.id = a.use_id
    CROSS JOIN LATERAL (
        SELECT CASE WHEN lower_inf(a.kind)
            THEN tstzrange(lower(a.during) - minutes_after * interval '1 minute',
                upper(a.during) + minutes_before * interval '1 minute')
            ELSE a.during END AS busy
    ) b
    WHERE a.part_id = part AND a.blocking
        AND a.during && tstzrange(lower(stretch) - minutes_before * interval '1 minute',
            upper(stretch) + minutes_after * interval '1 minute')
        AND b.busy && stretch
        AND NOT a.use_id = ANY (besides)
        AND (u.hold = 'firm' OR u.held_until > alive_at OR EXISTS (
            SELECT FROM venue_use w JOIN venue_allocation wa ON wa.use_id = w.id
            WHERE w.centre_id = u.centre_id AND w.hold = 'waiting' AND w.during && u.during
                AND w.starts_at > alive_at AND wa.part_id = part AND NOT w.id = ANY (besides)
        ))
$$;
"""

# Full at the moment somebody comes in: the begin of the stretch or of a use within it.
BUILDING = r"""
CREATE FUNCTION venue_people_peak(house uuid, stretch tstzrange, besides uuid[], alive_at timestamptz)
RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH present AS (
        SELECT u.starts_at, u.during, u.people + u.staff AS people FROM venue_use u
        WHERE u.centre_id = house AND u.during && stretch AND u.people + u.staff > 0
            AND (u.hold = 'firm' OR u.hold = 'option' AND u.held_until > alive_at)
            AND NOT u.id = ANY (besides)
    )
    SELECT coalesce(max(crowd.people), 0) FROM (
        SELECT (SELECT sum(p.people) FROM present p WHERE p.during @> m.moment) AS people
        FROM (SELECT lower(stretch) AS moment
            UNION SELECT starts_at FROM present WHERE starts_at > lower(stretch)) m
    ) crowd
$$;
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
    peak := NEW.people + NEW.staff
        + venue_people_peak(NEW.centre_id, NEW.during, ARRAY[NEW.id], '-infinity');
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
CREATE FUNCTION venue_equipment_peak(thing uuid, stretch tstzrange, besides uuid[], alive_at timestamptz)
RETURNS bigint LANGUAGE sql STABLE AS $$
    WITH promised AS (
        SELECT e.during, e.count FROM venue_equipmentuse e JOIN venue_use u ON u.id = e.use_id
        WHERE e.equipment_id = thing AND e.blocking AND e.during && stretch
            AND (u.hold = 'firm' OR u.held_until > alive_at)
            AND NOT e.use_id = ANY (besides)
    )
    SELECT coalesce(max(together.count), 0) FROM (
        SELECT (SELECT sum(p.count) FROM promised p WHERE p.during @> m.moment) AS count
        FROM (SELECT lower(stretch) AS moment
            UNION SELECT lower(during) FROM promised WHERE lower(during) > lower(stretch)) m
    ) together
$$;
CREATE FUNCTION venue_equipmentuse_within_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    here integer;
    promised bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(venue_lock_key(NEW.equipment_id));
    SELECT stock INTO here FROM venue_equipment WHERE id = NEW.equipment_id;
    promised := venue_equipment_peak(NEW.equipment_id, NEW.during, ARRAY[NEW.use_id], '-infinity');
    IF promised + NEW.count > here THEN
        RAISE EXCEPTION '% wanted, % in stock', promised + NEW.count, here
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_equipmentuse_within_stock',
                DETAIL = NEW.equipment_id::text || ' ' || greatest(0, here - promised)::text,
                TABLE = 'venue_equipmentuse';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER venue_equipmentuse_within_stock
    AFTER INSERT OR UPDATE ON venue_equipmentuse
    FOR EACH ROW WHEN (NEW.blocking) EXECUTE FUNCTION venue_equipmentuse_within_stock();
"""

ONE_HOUSE = r"""
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
CREATE FUNCTION venue_space_part_of_house() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT centre_id FROM venue_part WHERE id = NEW.part_id)
        IS DISTINCT FROM (SELECT centre_id FROM venue_space WHERE id = NEW.space_id) THEN
        RAISE EXCEPTION 'the part stands in another house'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_space_part_of_house',
                TABLE = 'venue_space_parts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_space_part_of_house
    BEFORE INSERT OR UPDATE ON venue_space_parts
    FOR EACH ROW EXECUTE FUNCTION venue_space_part_of_house();
"""

UNDO = """
DROP TRIGGER venue_space_part_of_house ON venue_space_parts;
DROP FUNCTION venue_space_part_of_house();
DROP TRIGGER venue_use_centre_of_space ON venue_use;
DROP FUNCTION venue_use_centre_of_space();
DROP TRIGGER venue_equipmentuse_within_stock ON venue_equipmentuse;
DROP FUNCTION venue_equipmentuse_within_stock();
DROP FUNCTION venue_equipment_peak(uuid, tstzrange, uuid[], timestamptz);
DROP TRIGGER venue_use_building_maximum ON venue_use;
DROP FUNCTION venue_use_building_maximum();
DROP FUNCTION venue_people_peak(uuid, tstzrange, uuid[], timestamptz);
DROP FUNCTION venue_busy(uuid, tstzrange, integer, integer, uuid[], timestamptz);
DROP FUNCTION venue_lock_key(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("venue", "0002_initial")]

    operations = [migrations.RunSQL(LOCK_KEY + BUSY + BUILDING + STOCK + ONE_HOUSE, UNDO)]
