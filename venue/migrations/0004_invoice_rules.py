"""Rules of money, kept by the database: numbers without a gap, what is issued stays as it is, parts within a payment."""

from django.db import migrations

# A counter goes up by one at a time, and at the end of the transaction its last number stands on an invoice.
COUNTER = r"""
CREATE FUNCTION venue_invoicecounter_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'INSERT' AND NEW.last <> 1)
        OR (TG_OP = 'UPDATE' AND (NEW.last <> OLD.last + 1 OR NEW.series_id <> OLD.series_id
            OR NEW.year <> OLD.year)) THEN
        RAISE EXCEPTION 'invoice numbers follow each other'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoicecounter_steps',
                TABLE = 'venue_invoicecounter';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_invoicecounter_steps
    BEFORE INSERT OR UPDATE OR DELETE ON venue_invoicecounter
    FOR EACH ROW EXECUTE FUNCTION venue_invoicecounter_steps();

CREATE FUNCTION venue_invoicecounter_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM venue_invoice i
        WHERE i.series_id = NEW.series_id AND i.year = NEW.year AND i.sequence = NEW.last
    ) THEN
        RAISE EXCEPTION 'number % of % stands on no invoice', NEW.last, NEW.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoicecounter_no_gap',
                TABLE = 'venue_invoicecounter';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER venue_invoicecounter_no_gap
    AFTER INSERT OR UPDATE ON venue_invoicecounter
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION venue_invoicecounter_no_gap();
"""

INVOICE = r"""
CREATE FUNCTION venue_invoice_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    afterwards constant text[] := ARRAY[
        'sent_at', 'uncollectible_at', 'uncollectible_reason', 'instalments_until',
        'instalments_note', 'created_by_id'];
    count bigint;
    net bigint;
    gross bigint;
    rates_net bigint;
    rates_gross bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'an invoice begins as a draft'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoice_begins_as_draft',
                    TABLE = 'venue_invoice';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'issued' THEN
        IF TG_OP = 'DELETE' OR to_jsonb(OLD) - afterwards <> to_jsonb(NEW) - afterwards
            OR (NEW.created_by_id IS DISTINCT FROM OLD.created_by_id AND NEW.created_by_id IS NOT NULL) THEN
            RAISE EXCEPTION 'an issued invoice stays as it is'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoice_frozen',
                    TABLE = 'venue_invoice';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.state = 'issued' THEN
        SELECT count(*), sum(l.net_cents), sum(l.gross_cents) INTO count, net, gross
        FROM venue_invoiceline l WHERE l.invoice_id = NEW.id;
        SELECT sum(v.net_cents), sum(v.gross_cents) INTO rates_net, rates_gross
        FROM venue_invoicevat v WHERE v.invoice_id = NEW.id;
        IF count = 0 OR net IS DISTINCT FROM NEW.net_cents OR gross IS DISTINCT FROM NEW.gross_cents
            OR rates_net IS DISTINCT FROM NEW.net_cents OR rates_gross IS DISTINCT FROM NEW.gross_cents
            OR EXISTS (
                SELECT FROM venue_invoiceline l WHERE l.invoice_id = NEW.id AND l.vat_category = ''
            ) THEN
            RAISE EXCEPTION 'the lines do not add up to the invoice'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoice_lines_add_up',
                    TABLE = 'venue_invoice';
        END IF;
        IF NEW.sequence IS DISTINCT FROM (
            SELECT c.last FROM venue_invoicecounter c
            WHERE c.series_id = NEW.series_id AND c.year = NEW.year
        ) THEN
            RAISE EXCEPTION 'the number was not given out by the counter'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoice_number_of_counter',
                    TABLE = 'venue_invoice';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_invoice_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON venue_invoice
    FOR EACH ROW EXECUTE FUNCTION venue_invoice_frozen();
"""

# The row of the invoice is locked before its state is read: a line that comes while it is issued, waits and is refused.
LINES = r"""
CREATE FUNCTION venue_invoice_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of_invoice uuid;
    invoices uuid[];
    stood text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        invoices := ARRAY[NEW.invoice_id];
    ELSIF TG_OP = 'DELETE' THEN
        invoices := ARRAY[OLD.invoice_id];
    ELSE
        IF TG_TABLE_NAME = 'venue_invoiceline'
            AND to_jsonb(OLD) -> 'released_at' = 'null'::jsonb
            AND to_jsonb(OLD) - 'released_at' = to_jsonb(NEW) - 'released_at' THEN
            RETURN NEW;
        END IF;
        invoices := ARRAY[OLD.invoice_id, NEW.invoice_id];
    END IF;
    FOREACH of_invoice IN ARRAY invoices LOOP
        SELECT i.state INTO stood FROM venue_invoice i WHERE i.id = of_invoice FOR SHARE;
        IF stood = 'issued' THEN
            RAISE EXCEPTION 'what stands on an issued invoice stays as it is'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_invoice_frozen',
                    TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER venue_invoice_rows_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON venue_invoiceline
    FOR EACH ROW EXECUTE FUNCTION venue_invoice_rows_frozen();
CREATE TRIGGER venue_invoice_rows_frozen
    BEFORE INSERT OR UPDATE OR DELETE ON venue_invoicevat
    FOR EACH ROW EXECUTE FUNCTION venue_invoice_rows_frozen();
"""

PAYMENT = r"""
CREATE FUNCTION venue_paymentpart_within_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    whole bigint;
    undone timestamptz;
    used bigint;
    wrong_way bigint;
BEGIN
    SELECT amount_cents, undone_at INTO whole, undone FROM venue_payment
    WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    SELECT sum(amount_cents), count(*) FILTER (WHERE sign(amount_cents) <> sign(whole))
    INTO used, wrong_way FROM venue_paymentpart WHERE payment_id = NEW.payment_id;
    IF abs(used) > abs(whole) OR wrong_way > 0 OR undone IS NOT NULL THEN
        RAISE EXCEPTION '% of % used', used, whole
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_paymentpart_within_payment',
                TABLE = 'venue_paymentpart';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER venue_paymentpart_within_payment
    AFTER INSERT OR UPDATE ON venue_paymentpart
    FOR EACH ROW EXECUTE FUNCTION venue_paymentpart_within_payment();

CREATE FUNCTION venue_payment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change constant text[] := ARRAY['undone_at', 'undone_reason', 'by_id'];
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - may_change <> to_jsonb(NEW) - may_change
        OR (OLD.undone_at IS NOT NULL AND NEW.undone_at IS DISTINCT FROM OLD.undone_at) THEN
        RAISE EXCEPTION 'a payment is undone, never changed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'venue_payment_stays',
                TABLE = 'venue_payment';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER venue_payment_stays
    BEFORE UPDATE OR DELETE ON venue_payment
    FOR EACH ROW EXECUTE FUNCTION venue_payment_stays();
"""

UNDO = """
DROP TRIGGER venue_payment_stays ON venue_payment;
DROP FUNCTION venue_payment_stays();
DROP TRIGGER venue_paymentpart_within_payment ON venue_paymentpart;
DROP FUNCTION venue_paymentpart_within_payment();
DROP TRIGGER venue_invoice_rows_frozen ON venue_invoicevat;
DROP TRIGGER venue_invoice_rows_frozen ON venue_invoiceline;
DROP FUNCTION venue_invoice_rows_frozen();
DROP TRIGGER venue_invoice_frozen ON venue_invoice;
DROP FUNCTION venue_invoice_frozen();
DROP TRIGGER venue_invoicecounter_no_gap ON venue_invoicecounter;
DROP FUNCTION venue_invoicecounter_no_gap();
DROP TRIGGER venue_invoicecounter_steps ON venue_invoicecounter;
DROP FUNCTION venue_invoicecounter_steps();
"""


def begin(apps, schema_editor):
    """What every house needs to begin with; the treasurer may change it."""
    series = apps.get_model("venue", "InvoiceSeries")
    for kind, prefix in [("invoice", "F"), ("credit", "C")]:
        series.objects.get_or_create(prefix=prefix, defaults={"kind": kind})
    step = apps.get_model("venue", "ReminderStep")
    for tone, days_late in [("friendly", 7), ("second", 21), ("last", 35)]:
        step.objects.get_or_create(tone=tone, defaults={"days_late": days_late})


class Migration(migrations.Migration):
    dependencies = [("venue", "0003_use_rules")]

    operations = [
        migrations.RunSQL(COUNTER + INVOICE + LINES + PAYMENT, UNDO),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
