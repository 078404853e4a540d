"""A date is found by its own name too. Few have one, so the indexes hold those alone."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions
from django.db import migrations, models
from django.db.models import F, Q, Value

# A date has no language of its own, so its name counts in every language that has stems.
FUNCTION = """
CREATE FUNCTION public.lokaal_title_vector(title text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN to_tsvector('public.lokaal_nl'::regconfig, title)
        || to_tsvector('public.lokaal_en'::regconfig, title)
        || to_tsvector('public.lokaal_other'::regconfig, title);
"""


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_imported_cost_unknown")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION public.lokaal_title_vector(text)"),
        migrations.AddIndex(
            "occurrence",
            django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    F("title"),
                    function="lokaal_title_vector",
                    output_field=django.contrib.postgres.search.SearchVectorField(),
                ),
                name="activities_occurrence_search",
                condition=~Q(title=""),
            ),
        ),
        migrations.AddIndex(
            "occurrence",
            django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(
                    models.Func(
                        F("title"),
                        Value(""),
                        function="lokaal_search_sounds",
                        output_field=models.TextField(),
                    ),
                    name="gin_trgm_ops",
                ),
                name="activities_occurrence_sounds",
                condition=~Q(title=""),
            ),
        ),
    ]
