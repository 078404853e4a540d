"""Rules of hiring, kept by the database: what was offered does not change, history stays, a deposit is not overdrawn."""

from django.db import migrations

REFERENCE = "CREATE SEQUENCE venue_booking_reference START 1001;"

QUOTE = r"""
CREATE FUNCTION venue_quote_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer constant text[] := ARRAY['state', 'answered_at', 'answered_by_id', 'decline_reason', 'by_id'];
    lines bigint;
    waived bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.sealed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a quote that was told stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_quote_frozen', TABLE = 'venue_quote';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.sealed_at IS NOT NULL THEN
        IF to_jsonb(OLD) - answer <> to_jsonb(NEW) - answer
            OR (NEW.by_id IS DISTINCT FROM OLD.by_id AND NEW.by_id IS NOT NULL) THEN
            RAISE EXCEPTION 'a quote that was told does not change'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_quote_frozen', TABLE = 'venue_quote';
        END IF;
    ELSIF NEW.sealed_at IS NOT NULL THEN
        SELECT coalesce(sum(amount_cents), 0), coalesce(sum(waived_cents), 0) INTO lines, waived
        FROM venue_quoteline WHERE quote_id = NEW.id;
        IF lines <> NEW.total_cents OR waived <> NEW.waived_cents THEN
            RAISE EXCEPTION 'the lines add up to %, the quote says %', lines, NEW.total_cents
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_quote_adds_up', TABLE = 'venue_quote';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_quote_frozen BEFORE UPDATE OR DELETE ON venue_quote
    FOR EACH ROW EXECUTE FUNCTION venue_quote_frozen();

CREATE FUNCTION venue_quoteline_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sealed timestamptz;
BEGIN
    -- Waits for who is sealing the quote at this moment.
    FOR sealed IN
        SELECT sealed_at FROM venue_quote
        WHERE id IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.quote_id END,
                     CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.quote_id END)
        FOR SHARE
    LOOP
        IF sealed IS NOT NULL THEN
            RAISE EXCEPTION 'the lines of a quote that was told do not change'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_quoteline_frozen',
                    TABLE = 'venue_quoteline';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_quoteline_frozen BEFORE INSERT OR UPDATE OR DELETE ON venue_quoteline
    FOR EACH ROW EXECUTE FUNCTION venue_quoteline_frozen();
"""

HISTORY = r"""
CREATE FUNCTION venue_bookingevent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - ARRAY['by_id', 'called_at'] <> to_jsonb(NEW) - ARRAY['by_id', 'called_at']
        OR (NEW.by_id IS DISTINCT FROM OLD.by_id AND NEW.by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'what happened does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_bookingevent_stays',
                TABLE = 'venue_bookingevent';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_bookingevent_stays BEFORE UPDATE ON venue_bookingevent
    FOR EACH ROW EXECUTE FUNCTION venue_bookingevent_stays();
"""

DEPOSIT = r"""
CREATE FUNCTION venue_depositentry_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed bigint;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE'
        AND (to_jsonb(OLD) - 'by_id' <> to_jsonb(NEW) - 'by_id' OR NEW.by_id IS NOT NULL)) THEN
        RAISE EXCEPTION 'what happened to a deposit does not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_depositentry_stays',
                TABLE = 'venue_depositentry';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.kind IN ('returned', 'kept') THEN
        PERFORM pg_advisory_xact_lock(venue_lock_key(NEW.booking_id));
        SELECT coalesce(sum(CASE kind WHEN 'received' THEN cents
                                      WHEN 'asked' THEN 0 ELSE -cents END), 0)
        INTO owed FROM venue_depositentry WHERE booking_id = NEW.booking_id;
        IF NEW.cents > owed THEN
            RAISE EXCEPTION '% is held, % would go', owed, NEW.cents
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_depositentry_held',
                    DETAIL = owed::text, TABLE = 'venue_depositentry';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_depositentry_rules BEFORE INSERT OR UPDATE OR DELETE ON venue_depositentry
    FOR EACH ROW EXECUTE FUNCTION venue_depositentry_rules();
"""

UNDO = """
DROP TRIGGER venue_depositentry_rules ON venue_depositentry;
DROP FUNCTION venue_depositentry_rules();
DROP TRIGGER venue_bookingevent_stays ON venue_bookingevent;
DROP FUNCTION venue_bookingevent_stays();
DROP TRIGGER venue_quoteline_frozen ON venue_quoteline;
DROP FUNCTION venue_quoteline_frozen();
DROP TRIGGER venue_quote_frozen ON venue_quote;
DROP FUNCTION venue_quote_frozen();
DROP SEQUENCE venue_booking_reference;
"""


class Migration(migrations.Migration):
    dependencies = [("venue", "0005_kitchen_rules")]

    operations = [migrations.RunSQL(REFERENCE + QUOTE + HISTORY + DEPOSIT, UNDO)]
