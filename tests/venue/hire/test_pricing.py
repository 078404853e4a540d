"""What hire costs: the cheapest units, caps, surcharges, what is given free, and what nobody wrote down."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from lokaal import local_time
from lokaal.centres.models import Centre
from tests.venue.factories import (
    EquipmentFactory,
    SpaceFactory,
    SurchargeFactory,
    TariffClassFactory,
    TariffFactory,
    VatCodeFactory,
)
from venue.hire import pricing
from venue.hire.pricing import PriceBook, Stay
from venue.models import (
    Layout,
    Space,
    SurchargeKind,
    SurchargeUnit,
    Tariff,
    TariffClass,
    TariffUnit,
    VatCode,
    VatRate,
)

TUESDAY = date(2026, 12, 1)


def stay(space, start="19:00", end="22:00", *, on=TUESDAY, **fields):
    starts_at = local_time.at(on, time.fromisoformat(start))
    ends_at = local_time.at(on, time.fromisoformat(end))
    if ends_at <= starts_at:
        ends_at = local_time.at(on + timedelta(days=1), time.fromisoformat(end))
    return Stay(space, starts_at, ends_at, **fields)


def lines(price):
    return [(line.quantity_words, line.unit_cents, line.amount_cents) for line in price.lines]


@pytest.fixture
def space(db):
    return SpaceFactory(name="Grote zaal")


@pytest.fixture
def club(db):
    return TariffClassFactory(name="Maatschappelijk", explanation="Voor verenigingen.")


def tariff(space, club, **fields):
    return TariffFactory(space=space, tariff_class=club, **fields)


# The cheapest units ------------------------------------------------------------------------------


def test_price_per_hour_says_what_and_why(space, club):
    row = tariff(space, club, deposit_cents=5000)

    price = pricing.price(stay(space), club)

    (line,) = price.lines
    assert line.description == "Grote zaal"
    assert price.stays[0].stay.words == "Grote zaal, dinsdag 1 december, 19.00 tot 22.00 uur"
    assert lines(price) == [("3 uur", 1250, 3750)]
    assert (line.tariff, line.vat_code) == (row, row.vat_code)
    assert (price.total_cents, price.waived_cents, price.deposit_cents) == (3750, 0, 5000)
    assert price.is_complete is True
    assert price.why == "Prijsgroep: Maatschappelijk. Voor verenigingen."
    assert price.words == "€\xa037,50"


@pytest.mark.parametrize(
    ("end", "rounding", "hours", "cents"),
    [
        ("20:05", 15, "1,25", 1563),
        ("20:05", 30, "1,5", 1875),
        ("20:05", 60, "2", 2500),
        ("20:00", 60, "1", 1250),
    ],
)
def test_price_per_hour_counts_begun_stretches(space, club, end, rounding, hours, cents):
    tariff(space, club, rounding_minutes=rounding)
    price = pricing.price(stay(space, "19:00", end), club)
    assert [line[0].split()[0] for line in lines(price)] == [hours]
    assert price.total_cents == cents


def test_price_takes_dagdeel_and_hours_together_where_that_is_cheapest(space, club):
    tariff(space, club)
    tariff(space, club, unit=TariffUnit.HALF_DAY, price_cents=4000)

    assert lines(pricing.price(stay(space, "13:00", "18:00"), club)) == [
        ("1 dagdeel", 4000, 4000),
        ("1 uur", 1250, 1250),
    ]
    assert lines(pricing.price(stay(space, "13:00", "16:00"), club)) == [("3 uur", 1250, 3750)]
    assert lines(pricing.price(stay(space, "09:00", "17:00"), club)) == [("2 dagdelen", 4000, 8000)]


def test_price_per_dagdeel_alone_counts_begun_ones(space, club):
    tariff(space, club, unit=TariffUnit.HALF_DAY, price_cents=9000)
    assert lines(pricing.price(stay(space, "14:00", "19:00"), club)) == [
        ("2 dagdelen", 9000, 18000)
    ]


def test_price_of_an_evening_covers_its_own_hours_only(space, club):
    tariff(space, club)
    tariff(space, club, unit=TariffUnit.EVENING, price_cents=3000, starts=time(18), ends=time(23))
    assert lines(pricing.price(stay(space, "17:00", "22:00"), club)) == [
        ("1 avond", 3000, 3000),
        ("1 uur", 1250, 1250),
    ]
    assert lines(pricing.price(stay(space, "18:00", "20:00"), club)) == [("2 uur", 1250, 2500)]


def test_price_of_an_evening_past_midnight_is_one_evening(space, club):
    tariff(space, club, unit=TariffUnit.EVENING, price_cents=9000, starts=time(18), ends=time(1))
    price = pricing.price(stay(space, "19:00", "01:00"), club)
    assert lines(price) == [("1 avond", 9000, 9000)]


def test_price_of_a_day_is_taken_when_hours_cost_more(space, club):
    tariff(space, club)
    tariff(space, club, unit=TariffUnit.DAY, price_cents=8000)
    assert lines(pricing.price(stay(space, "09:00", "17:00"), club)) == [("1 dag", 8000, 8000)]


def test_price_of_a_day_never_passes_its_cap(space, club):
    row = tariff(space, club, day_cap_cents=6000)
    price = pricing.price(stay(space, "09:00", "17:00"), club)
    assert lines(price) == [("1 dag", 6000, 6000)]
    assert price.lines[0].description == "Grote zaal, hoogste prijs van een dag"
    assert price.lines[0].tariff == row


def test_price_of_two_capped_days_is_twice_the_cap(space, club):
    tariff(space, club, day_cap_cents=6000)
    starts_at = local_time.at(TUESDAY, time(9))
    price = pricing.price(Stay(space, starts_at, starts_at + timedelta(hours=48)), club)
    assert lines(price) == [("1 dag", 6000, 6000), ("1 dag", 6000, 6000)]


def test_price_of_a_weekday_goes_before_that_of_all_days(space, club):
    tariff(space, club)
    tariff(space, club, weekday=6, price_cents=2000)
    saturday = TUESDAY + timedelta(days=4)
    assert pricing.price(stay(space), club).total_cents == 3750
    assert pricing.price(stay(space, on=saturday), club).total_cents == 6000


def test_price_follows_the_day_of_the_use(space, club):
    tariff(space, club, valid_until=date(2026, 12, 31))
    tariff(space, club, valid_from=date(2027, 1, 1), price_cents=1500)
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    price = pricing.price([stay(space, on=last), stay(space, on=first)], club)
    assert [one.total_cents for one in price.stays] == [3750, 4500]


def test_price_in_the_night_of_the_clock_counts_real_hours(space, club):
    tariff(space, club)
    spring = date(2027, 3, 27)  # 2.00 becomes 3.00 in this night
    assert lines(pricing.price(stay(space, "23:00", "04:00", on=spring), club)) == [
        ("4 uur", 1250, 5000)
    ]


# What nobody wrote down --------------------------------------------------------------------------


def test_price_without_a_tariff_is_never_zero(space, club):
    price = pricing.price(stay(space), club)
    assert price.is_complete is False
    assert price.missing == (
        "Voor Grote zaal op dinsdag 1 december is nog geen prijs. Wij kijken ernaar.",
    )
    assert price.words == "Wij kijken wat het kost."


def test_price_misses_only_the_dates_that_have_no_tariff(space, club):
    tariff(space, club, valid_until=TUESDAY)
    price = pricing.price([stay(space), stay(space, on=TUESDAY + timedelta(days=7))], club)
    assert price.is_complete is False
    assert [bool(one.missing) for one in price.stays] == [False, True]
    assert price.total_cents == 3750


def test_price_of_an_evening_alone_does_not_cover_the_afternoon(space, club):
    tariff(space, club, unit=TariffUnit.EVENING, price_cents=3000, starts=time(18), ends=time(23))
    assert pricing.price(stay(space, "16:00", "20:00"), club).is_complete is False
    assert pricing.price(stay(space, "18:00", "20:00"), club).is_complete is True


def test_price_without_a_vat_rate_waits_for_staff(space, club):
    tariff(space, club, vat_code=VatCodeFactory(rate=False))
    price = pricing.price(stay(space), club)
    assert price.missing == (
        "De btw voor dinsdag 1 december is nog niet bekend. Wij kijken ernaar.",
    )


def test_price_of_nothing_is_not_complete(club):
    assert pricing.price([], club).is_complete is False


def test_price_of_a_stretch_that_ends_before_it_begins_is_not_complete(space, club):
    tariff(space, club)
    starts_at = local_time.at(TUESDAY, time(19))
    price = pricing.price(Stay(space, starts_at, starts_at), club)
    assert price.missing == ("Het einde ligt voor het begin.",)


# Free, and what that is worth ---------------------------------------------------------------------


def test_price_for_residents_is_nothing_and_keeps_what_it_is_worth(space, club):
    club.is_yardstick = True
    club.save()
    row = tariff(space, club)
    SurchargeFactory(centre=space.centre)
    residents = TariffClassFactory(free=True)

    price = pricing.price(stay(space), residents)

    assert price.is_complete is True
    assert price.words == "Gratis"
    assert [(line.amount_cents, line.waived_cents) for line in price.lines] == [
        (0, 3750),
        (0, 2500),
    ]
    assert price.lines[0].vat_code == row.vat_code
    assert (price.total_cents, price.waived_cents) == (0, 6250)


def test_price_for_residents_without_a_yardstick_is_still_nothing(space):
    price = pricing.price(stay(space), TariffClassFactory(free=True))
    assert price.is_complete is True
    assert [(line.amount_cents, line.waived_cents, line.vat_code) for line in price.lines] == [
        (0, 0, None)
    ]


def test_price_for_residents_holds_surcharges_that_count_for_them_too(space):
    SurchargeFactory(centre=space.centre, is_also_for_free=True)
    price = pricing.price(stay(space), TariffClassFactory(free=True))
    assert (price.total_cents, price.waived_cents) == (2500, 0)


# Surcharges --------------------------------------------------------------------------------------


def extras(price):
    return [line for line in price.lines if line.kind == "surcharge"]


def test_price_adds_the_layout_that_was_asked(space, club):
    tariff(space, club)
    SurchargeFactory(
        centre=space.centre, kind=SurchargeKind.LAYOUT, layout=Layout.DINNER, name="Tafels zetten"
    )
    assert extras(pricing.price(stay(space), club)) == []
    (line,) = extras(pricing.price(stay(space, layout=Layout.DINNER), club))
    assert (line.description, line.amount_cents) == ("Tafels zetten", 2500)


def test_price_adds_equipment_by_the_piece(space, club):
    tariff(space, club)
    chairs = EquipmentFactory(centre=space.centre, name="Statafel", stock=10)
    SurchargeFactory(
        centre=space.centre,
        kind=SurchargeKind.EQUIPMENT,
        unit=SurchargeUnit.PIECE,
        equipment=chairs,
        price_cents=300,
    )
    (line,) = extras(pricing.price(stay(space, equipment={chairs.pk: 4}), club))
    assert (line.quantity_words, line.amount_cents) == ("4 stuks", 1200)


def test_price_names_a_surcharge_in_the_language_of_the_reader(space, club):
    tariff(space, club)
    SurchargeFactory(centre=space.centre, translations={"en": {"name": "Cleaning"}})
    with translation.override("en"):
        assert [line.description for line in pricing.price(stay(space), club).lines] == [
            space.name,
            "Cleaning",
        ]
    assert pricing.price(stay(space), club).lines[-1].description == "Schoonmaken"


def test_price_holds_no_surcharge_for_what_stands_in_the_room(space, club):
    tariff(space, club)
    beamer = EquipmentFactory(centre=space.centre)
    beamer.fixed_in.add(space)
    SurchargeFactory(centre=space.centre, kind=SurchargeKind.EQUIPMENT, equipment=beamer)
    assert extras(pricing.price(stay(space, equipment={beamer.pk: 1}), club)) == []


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("19:00", "23:00", 0),
        ("19:00", "23:30", 1),
        ("19:00", "01:00", 2),
        ("23:30", "00:00", 1),
        ("00:30", "02:00", 2),
        ("05:00", "09:00", 1),
        ("06:00", "09:00", 0),
    ],
)
def test_price_adds_closing_late_per_begun_hour(space, club, start, end, hours):
    tariff(space, club)
    SurchargeFactory(
        centre=space.centre,
        kind=SurchargeKind.LATE,
        unit=SurchargeUnit.HOUR,
        after=time(23),
        price_cents=3000,
    )
    found = extras(pricing.price(stay(space, start, end), club))
    assert sum(line.amount_cents for line in found) == hours * 3000


def test_price_takes_the_surcharge_that_says_most_precisely_where_and_for_whom(space, club):
    tariff(space, club)
    SurchargeFactory(centre=space.centre, price_cents=1000)
    SurchargeFactory(centre=space.centre, tariff_class=club, price_cents=2000)
    SurchargeFactory(centre=space.centre, space=space, price_cents=3000)
    SurchargeFactory(centre=space.centre, space=SpaceFactory(centre=space.centre), price_cents=9)
    (line,) = extras(pricing.price(stay(space), club))
    assert line.amount_cents == 3000


def test_deposit_is_asked_once_for_all_dates(space, club):
    tariff(space, club, deposit_cents=5000)
    price = pricing.price([stay(space), stay(space, on=TUESDAY + timedelta(days=7))], club)
    assert (price.total_cents, price.deposit_cents) == (7500, 5000)


@pytest.mark.parametrize("dates", [1, 52])
def test_price_takes_a_fixed_number_of_queries(space, club, dates, django_assert_num_queries):
    tariff(space, club)
    SurchargeFactory(centre=space.centre)
    stays = [stay(space, on=TUESDAY + timedelta(days=7 * number)) for number in range(dates)]
    with django_assert_num_queries(5):
        assert pricing.price(stays, club).total_cents == dates * 6250


# Whatever the prices are --------------------------------------------------------------------------

cents = st.integers(min_value=1, max_value=100_000)
START = datetime.fromisoformat("2026-12-01T07:00+00:00")


@st.composite
def books(draw):
    """A book of prices for one space and class, with or without each unit and cap."""
    space = Space(id=UUID(int=1), centre=Centre(id=UUID(int=2), name="Huis"), name="Zaal")
    club = TariffClass(id=UUID(int=3), name="Club")
    vat = VatCode(id=UUID(int=4), code="zaal")
    cap = draw(st.none() | cents)
    rows = []
    for number, unit in enumerate(draw(st.sets(st.sampled_from(TariffUnit), min_size=1))):
        rows.append(
            Tariff(
                id=UUID(int=10 + number),
                space=space,
                tariff_class=club,
                unit=unit,
                price_cents=draw(cents),
                day_cap_cents=cap,
                rounding_minutes=draw(st.sampled_from([15, 30, 60])),
                block_minutes=draw(st.integers(min_value=60, max_value=720)),
                starts=draw(st.sampled_from([time(17), time(18), time(19, 30)])),
                ends=draw(st.sampled_from([time(22), time(23), time(0), time(2)])),
                vat_code=vat,
                valid_from=date(2020, 1, 1),
            )
        )
    rates = {vat.pk: [VatRate(vat_code=vat, percent=21, valid_from=date(2020, 1, 1))]}
    return space, club, cap, PriceBook({(space.pk, club.pk): rows}, {}, {}, rates)


@given(books(), st.integers(min_value=1, max_value=4000), st.integers(min_value=0, max_value=600))
@settings(max_examples=300, deadline=None)
def test_price_is_positive_within_the_cap_and_never_falls_with_time(found, minutes, more):
    space, club, cap, book = found
    short, long = (
        book.price([Stay(space, START, START + timedelta(minutes=length))], club)
        for length in (minutes, minutes + more)
    )
    if short.is_complete:
        assert short.total_cents > 0
        days = -(-minutes // (24 * 60))
        assert cap is None or short.total_cents <= cap * days
        if long.is_complete:
            assert long.total_cents >= short.total_cents
    else:
        assert short.lines == ()
        assert long.is_complete is False or TariffUnit.EVENING in {
            row.unit for rows in book.tariffs.values() for row in rows
        }
    for line in short.lines:
        assert line.quantity > 0
        assert line.amount_cents > 0
        assert abs(line.amount_cents - line.quantity * line.unit_cents) < 1
