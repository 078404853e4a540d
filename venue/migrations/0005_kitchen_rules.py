"""Rules of the kitchen, kept by the database: what never changes. And the limits and terms that a house begins with."""

from datetime import date

from django.db import migrations

# A recipe that was written down stays as it is; another recipe is another version.
RECIPE = r"""
CREATE FUNCTION venue_recipeversion_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.dish_id, NEW.number, NEW.portions, NEW.method, NEW.made_at)
        IS DISTINCT FROM (OLD.dish_id, OLD.number, OLD.portions, OLD.method, OLD.made_at) THEN
        RAISE EXCEPTION 'a recipe never changes: make another version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_recipeversion_stays',
                TABLE = 'venue_recipeversion';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_recipeversion_stays BEFORE UPDATE ON venue_recipeversion
    FOR EACH ROW EXECUTE FUNCTION venue_recipeversion_stays();

CREATE FUNCTION venue_recipeingredient_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (
        SELECT FROM venue_orderline WHERE recipe_id = coalesce(NEW.version_id, OLD.version_id)
    ) THEN
        RAISE EXCEPTION 'a recipe never changes: make another version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_recipeversion_stays',
                TABLE = 'venue_recipeingredient';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER venue_recipeingredient_stays
    BEFORE INSERT OR UPDATE OR DELETE ON venue_recipeingredient
    FOR EACH ROW EXECUTE FUNCTION venue_recipeingredient_stays();
"""

# What was agreed on a line stays; once it was served, nothing of it changes. (The number may follow the people.)
LINE = r"""
CREATE FUNCTION venue_orderline_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    order_state text;
BEGIN
    IF TG_OP = 'UPDATE' AND
        (NEW.order_id, NEW.dish_id, NEW.recipe_id, NEW.unit_price_cents, NEW.vat_code_id, NEW.portions_each)
        IS DISTINCT FROM
        (OLD.order_id, OLD.dish_id, OLD.recipe_id, OLD.unit_price_cents, OLD.vat_code_id, OLD.portions_each)
    THEN
        RAISE EXCEPTION 'the price and the recipe of a line stay as they were agreed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_orderline_stays',
                TABLE = 'venue_orderline';
    END IF;
    SELECT state INTO order_state FROM venue_cateringorder
    WHERE id = coalesce(NEW.order_id, OLD.order_id);
    IF order_state = 'served' THEN
        RAISE EXCEPTION 'what was served stays as it was'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_orderline_stays',
                TABLE = 'venue_orderline';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER venue_orderline_stays BEFORE INSERT OR UPDATE OR DELETE ON venue_orderline
    FOR EACH ROW EXECUTE FUNCTION venue_orderline_stays();
"""

# Histories and the kitchen log are written once. Only the link to a person may be let go, when that person is erased.
WRITTEN_ONCE = r"""
CREATE FUNCTION venue_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person text := TG_ARGV[0];
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - person = to_jsonb(OLD) - person
        AND to_jsonb(NEW) ->> person IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is written here stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_written_once', TABLE = TG_TABLE_NAME;
END $$;
CREATE TRIGGER venue_written_once BEFORE UPDATE OR DELETE ON venue_logentry
    FOR EACH ROW EXECUTE FUNCTION venue_written_once('signed_by_id');
CREATE TRIGGER venue_written_once BEFORE UPDATE OR DELETE ON venue_logcorrection
    FOR EACH ROW EXECUTE FUNCTION venue_written_once('signed_by_id');
CREATE TRIGGER venue_written_once BEFORE UPDATE OR DELETE ON venue_orderevent
    FOR EACH ROW EXECUTE FUNCTION venue_written_once('by_id');
"""

UNDO = """
DROP TRIGGER venue_written_once ON venue_orderevent;
DROP TRIGGER venue_written_once ON venue_logcorrection;
DROP TRIGGER venue_written_once ON venue_logentry;
DROP FUNCTION venue_written_once();
DROP TRIGGER venue_orderline_stays ON venue_orderline;
DROP FUNCTION venue_orderline_stays();
DROP TRIGGER venue_recipeingredient_stays ON venue_recipeingredient;
DROP FUNCTION venue_recipeingredient_stays();
DROP TRIGGER venue_recipeversion_stays ON venue_recipeversion;
DROP FUNCTION venue_recipeversion_stays();
"""

SOURCE = "Hygiënecode voor de horeca"
#: kind, lowest, highest (°C), within (minutes). What a house begins with; it keeps these rows itself from then on.
LIMITS = [
    ("fridge", None, 7, None),
    ("freezer", None, -18, None),
    ("arrival_cool", None, 7, None),
    ("arrival_frozen", None, -15, None),
    ("core", 75, None, None),
    ("hot_holding", 60, None, None),
    ("cooled", None, 7, 300),
]


def begin(apps, schema_editor):
    limit, terms = apps.get_model("venue", "FoodSafetyLimit"), apps.get_model("venue", "CateringTerms")
    if not limit.objects.exists():
        for kind, lowest, highest, within in LIMITS:
            limit.objects.create(
                kind=kind, lowest=lowest, highest=highest, within_minutes=within, source=SOURCE,
                valid_from=date(2020, 1, 1),
            )
    if not terms.objects.exists():
        terms.objects.create(final_count_hours=16, cancel_hours=2, valid_from=date(2020, 1, 1))


class Migration(migrations.Migration):
    dependencies = [("venue", "0004_invoice_rules")]

    operations = [
        migrations.RunSQL(RECIPE + LINE + WRITTEN_ONCE, UNDO),
        migrations.RunPython(begin, migrations.RunPython.noop, elidable=True),
    ]
