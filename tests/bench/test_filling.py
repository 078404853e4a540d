from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, Q, Sum
from django.utils import timezone

from activities.models import Activity, Occurrence, SignUp

pytestmark = pytest.mark.django_db(transaction=True)


def test_fill_makes_exactly_what_was_asked_and_counts_places_right() -> None:
    call_command("fill", occurrences=2_500, sign_ups=20_000, verbosity=0)

    assert Occurrence.objects.count() == 2_500
    assert SignUp.objects.count() == 20_000
    assert Occurrence.objects.aggregate(taken=Sum("places_taken"))["taken"] == 20_000
    wrong = Occurrence.objects.annotate(joined=Sum(F("sign_ups__companions") + 1)).exclude(
        Q(joined=F("places_taken")) | Q(joined=None, places_taken=0)
    )
    assert not wrong.exists()


def test_fill_spreads_over_past_and_coming_weeks() -> None:
    call_command("fill", occurrences=6_000, sign_ups=0, verbosity=0)

    now = timezone.now()
    assert Occurrence.objects.filter(starts_at__lt=now - timedelta(weeks=2)).exists()
    assert Occurrence.objects.filter(starts_at__gt=now + timedelta(weeks=1)).exists()
    assert not Occurrence.objects.filter(starts_at__gt=now + timedelta(weeks=9)).exists()


def test_fill_refuses_a_house_with_activities() -> None:
    call_command("fill", occurrences=10, sign_ups=0, verbosity=0)
    with pytest.raises(CommandError, match="has activities already"):
        call_command("fill", occurrences=10, sign_ups=0, verbosity=0)
    assert Occurrence.objects.count() == 10
    assert Activity.objects.count() == 10
