"""Words the database can search: Dutch stemming, accents, spelling by ear and typing errors forgiven."""

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
FUNCTIONS = r"""
CREATE FUNCTION public.lokaal_plain(words text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, words));
CREATE FUNCTION public.lokaal_sound(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    -- How Dutch sounds to who writes by ear: naaikafee is naaicafé, jouga is yoga, kado is cadeau.
    rules constant text[] := ARRAY[
        ['eaux?', 'o'], ['ph', 'f'], ['qu', 'kw'], ['x', 'ks'], ['th', 't'],
        ['y(?=[aou])', 'j'], ['oe', 'u'], ['ou', 'au'], ['ie', 'i'], ['ij|ei|ey', 'y'],
        ['ch', 'g'], ['c(?=[eiy])', 's'], ['[cq]', 'k'], ['z', 's'], ['v', 'f'], ['d', 't'],
        ['([[:alnum:]])\1+', '\1'], ['[^[:alnum:]]+', ' ']
    ];
    rule text[];
    sound text := public.lokaal_plain(words);
BEGIN
    FOREACH rule SLICE 1 IN ARRAY rules LOOP
        sound := regexp_replace(sound, rule[1], rule[2], 'g');
    END LOOP;
    RETURN btrim(sound);
END $$;
-- Where a word may stand among sounds: anywhere when it is long, at the beginning of a word when it is short.
CREATE FUNCTION public.lokaal_sound_pattern(word text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN length(public.lokaal_sound(word)) < 3 THEN NULL
        WHEN length(public.lokaal_sound(word)) < 4 THEN '% ' || public.lokaal_sound(word) || '%'
        ELSE '%' || public.lokaal_sound(word) || '%'
    END;
CREATE FUNCTION public.lokaal_search_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE language
        WHEN 'nl' THEN 'public.lokaal_nl'::regconfig
        WHEN 'en' THEN 'public.lokaal_en'::regconfig
        ELSE 'public.lokaal_other'::regconfig
    END;
-- One word as it may stand in a text of any language. The Dutch stemmer makes "fiets" into "fiet" and "fietsen" into
-- "fiets", so the stem of the stem counts as well.
CREATE FUNCTION public.lokaal_search_word(word text, ending text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsquery('public.lokaal_nl', quote_literal(word) || ending)
        || to_tsquery('public.lokaal_nl',
            quote_literal(coalesce((ts_lexize('dutch_stem', public.lokaal_plain(word)))[1], word)) || ending)
        || to_tsquery('public.lokaal_en', quote_literal(word) || ending)
        || to_tsquery('public.lokaal_other', quote_literal(word) || ending);
CREATE FUNCTION public.lokaal_search_vector(language text, title text, summary text, description text)
    RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN setweight(to_tsvector(public.lokaal_search_config(language), title), 'A')
        || setweight(to_tsvector(public.lokaal_search_config(language), summary), 'B')
        || setweight(to_tsvector(public.lokaal_search_config(language), description), 'C');
CREATE FUNCTION public.lokaal_search_sounds(title text, summary text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ' ' || public.lokaal_sound(title) || ' ' || public.lokaal_sound(summary);
"""

DROP_FUNCTIONS = """
DROP FUNCTION public.lokaal_search_sounds(text, text);
DROP FUNCTION public.lokaal_search_vector(text, text, text, text);
DROP FUNCTION public.lokaal_search_word(text, text);
DROP FUNCTION public.lokaal_search_config(text);
DROP FUNCTION public.lokaal_sound_pattern(text);
DROP FUNCTION public.lokaal_sound(text);
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
