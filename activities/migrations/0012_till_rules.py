"""The till: an entry stays as it was written. A mistake is taken back by one row that mirrors it."""

from django.db import migrations

ENTRY = r"""
CREATE FUNCTION activities_tillentry_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong activities_tillentry%ROWTYPE;
    -- A list is counted once; people and names are forgotten.
    may_change constant text[] := ARRAY['closing_id', 'by_id', 'sign_up_id'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an entry of the till is never deleted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_tillentry_stays',
                TABLE = 'activities_tillentry';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change
            OR (NEW.closing_id IS DISTINCT FROM OLD.closing_id AND OLD.closing_id IS NOT NULL)
            OR (NEW.by_id IS DISTINCT FROM OLD.by_id AND NEW.by_id IS NOT NULL)
            OR (NEW.sign_up_id IS DISTINCT FROM OLD.sign_up_id AND NEW.sign_up_id IS NOT NULL) THEN
            RAISE EXCEPTION 'an entry of the till is taken back, never changed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_tillentry_stays',
                    TABLE = 'activities_tillentry';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.corrects_id IS NOT NULL THEN
        SELECT * INTO wrong FROM activities_tillentry WHERE id = NEW.corrects_id;
        IF wrong.corrects_id IS NOT NULL OR wrong.occurrence_id <> NEW.occurrence_id
            OR wrong.centre_id <> NEW.centre_id OR wrong.paid_by <> NEW.paid_by
            OR wrong.people <> NEW.people OR wrong.cents <> -NEW.cents
            OR wrong.owed_cents <> -NEW.owed_cents THEN
            RAISE EXCEPTION 'a correction mirrors the row that it takes back'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_tillentry_mirrors',
                    TABLE = 'activities_tillentry';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_tillentry_rules
    BEFORE INSERT OR UPDATE OR DELETE ON activities_tillentry
    FOR EACH ROW EXECUTE FUNCTION activities_tillentry_rules();
"""

CLOSING = r"""
CREATE FUNCTION activities_tillclosing_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'by_id' <> to_jsonb(NEW) - 'by_id'
        OR (NEW.by_id IS DISTINCT FROM OLD.by_id AND NEW.by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a till that was counted stays counted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_tillclosing_stays',
                TABLE = 'activities_tillclosing';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_tillclosing_stays
    BEFORE UPDATE OR DELETE ON activities_tillclosing
    FOR EACH ROW EXECUTE FUNCTION activities_tillclosing_stays();
"""

UNDO = """
DROP TRIGGER activities_tillclosing_stays ON activities_tillclosing;
DROP FUNCTION activities_tillclosing_stays();
DROP TRIGGER activities_tillentry_rules ON activities_tillentry;
DROP FUNCTION activities_tillentry_rules();
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0011_small_pot_rules")]

    operations = [migrations.RunSQL(ENTRY + CLOSING, UNDO)]
