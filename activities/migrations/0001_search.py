"""Words the database can search: Dutch stemming, accents and typing errors forgiven."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION public.lokaal_nl (COPY = pg_catalog.dutch);
ALTER TEXT SEARCH CONFIGURATION public.lokaal_nl
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, dutch_stem;
CREATE TEXT SEARCH CONFIGURATION public.lokaal_en (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION public.lokaal_en
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION public.lokaal_other (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION public.lokaal_other
    ALTER MAPPING FOR hword, hword_part, word WITH public.unaccent, simple;
"""

DROP_CONFIGURATIONS = """
DROP TEXT SEARCH CONFIGURATION public.lokaal_nl;
DROP TEXT SEARCH CONFIGURATION public.lokaal_en;
DROP TEXT SEARCH CONFIGURATION public.lokaal_other;
"""

# IMMUTABLE is a promise: the configurations and the unaccent rules above do not change under a stored column.
FUNCTIONS = """
CREATE FUNCTION public.lokaal_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, words));
CREATE FUNCTION public.lokaal_search_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE language
        WHEN 'nl' THEN 'public.lokaal_nl'::regconfig
        WHEN 'en' THEN 'public.lokaal_en'::regconfig
        ELSE 'public.lokaal_other'::regconfig
    END;
CREATE FUNCTION public.lokaal_search_vector(language text, title text, summary text, description text)
    RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(to_tsvector(public.lokaal_search_config(language), title), 'A')
        || setweight(to_tsvector(public.lokaal_search_config(language), summary), 'B')
        || setweight(to_tsvector(public.lokaal_search_config(language), description), 'C');
"""

DROP_FUNCTIONS = """
DROP FUNCTION public.lokaal_search_vector(text, text, text, text);
DROP FUNCTION public.lokaal_search_config(text);
DROP FUNCTION public.lokaal_plain(text);
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(CONFIGURATIONS, DROP_CONFIGURATIONS),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
    ]
