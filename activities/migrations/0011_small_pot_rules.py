"""The small pot never gives more than it holds, whoever writes the rows: sums are kept where they are checked."""

from django.db import migrations

# What a grant takes out of its pot: all of it while it runs, what was spent once it is closed.
GRANTED = r"""
CREATE FUNCTION activities_grant_held(state text, amount integer, spent integer) RETURNS integer
    LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE state WHEN 'granted' THEN amount WHEN 'closed' THEN spent ELSE 0 END
$$;
CREATE FUNCTION activities_grant_into_pot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was integer := 0;
    now integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.pot_id IS NOT NULL THEN
        was := activities_grant_held(OLD.state, OLD.amount_cents, OLD.spent_cents);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.pot_id IS NOT NULL THEN
        now := activities_grant_held(NEW.state, NEW.amount_cents, NEW.spent_cents);
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.pot_id IS NOT DISTINCT FROM OLD.pot_id THEN
        IF now <> was THEN
            UPDATE activities_pot SET granted_cents = granted_cents + now - was WHERE id = NEW.pot_id;
        END IF;
        RETURN NULL;
    END IF;
    IF was <> 0 THEN
        UPDATE activities_pot SET granted_cents = granted_cents - was WHERE id = OLD.pot_id;
    END IF;
    IF now <> 0 THEN
        UPDATE activities_pot SET granted_cents = granted_cents + now WHERE id = NEW.pot_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER activities_grant_into_pot
    AFTER INSERT OR DELETE OR UPDATE OF state, amount_cents, spent_cents, pot_id ON activities_grant
    FOR EACH ROW EXECUTE FUNCTION activities_grant_into_pot();
"""

# What was spent is never more than was given, and nothing is spent of a grant that is not running.
SPENT = r"""
CREATE FUNCTION activities_spending_of_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    change integer := 0;
    stood text;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.grant_id <> OLD.grant_id THEN
        RAISE EXCEPTION 'what was spent stays with its grant'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_spending_stays',
                TABLE = 'activities_spending';
    END IF;
    IF TG_OP <> 'INSERT' AND OLD.struck_at IS NULL THEN
        change := change - OLD.amount_cents;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.struck_at IS NULL THEN
        change := change + NEW.amount_cents;
    END IF;
    IF change = 0 THEN
        RETURN NULL;
    END IF;
    UPDATE activities_grant SET spent_cents = spent_cents + change
        WHERE id = coalesce(NEW.grant_id, OLD.grant_id) RETURNING state INTO stood;
    IF stood <> 'granted' THEN
        RAISE EXCEPTION 'this grant is %', stood
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_spending_while_granted',
                TABLE = 'activities_spending';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER activities_spending_of_grant
    AFTER INSERT OR DELETE OR UPDATE OF amount_cents, struck_at, grant_id ON activities_spending
    FOR EACH ROW EXECUTE FUNCTION activities_spending_of_grant();
"""

# Sums are written by these triggers alone.
SUMS = r"""
CREATE FUNCTION activities_sum_by_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the sum follows from its rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'activities_sum_by_trigger',
                TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER activities_pot_sum BEFORE UPDATE OF granted_cents ON activities_pot
    FOR EACH ROW WHEN (NEW.granted_cents <> OLD.granted_cents)
    EXECUTE FUNCTION activities_sum_by_trigger();
CREATE TRIGGER activities_grant_sum BEFORE UPDATE OF spent_cents ON activities_grant
    FOR EACH ROW WHEN (NEW.spent_cents <> OLD.spent_cents)
    EXECUTE FUNCTION activities_sum_by_trigger();
"""

UNDO = """
DROP TRIGGER activities_grant_sum ON activities_grant;
DROP TRIGGER activities_pot_sum ON activities_pot;
DROP FUNCTION activities_sum_by_trigger;
DROP TRIGGER activities_spending_of_grant ON activities_spending;
DROP FUNCTION activities_spending_of_grant;
DROP TRIGGER activities_grant_into_pot ON activities_grant;
DROP FUNCTION activities_grant_into_pot;
DROP FUNCTION activities_grant_held;
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0010_taking_part_and_beginning")]
    operations = [migrations.RunSQL(GRANTED + SPENT + SUMS, UNDO)]
