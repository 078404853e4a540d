"""Building the rooms of the made-up neighbourhood and what they cost. Again adds what is new and doubles nothing."""

from __future__ import annotations

from datetime import date

from lokaal.centres.models import Centre, SchoolHoliday
from lokaal.portal.demo.rooms import (
    ALCOHOL,
    ALCOHOL_SOURCE,
    BUILDINGS,
    CANCELLATION,
    CLASSES,
    EQUIPMENT,
    HIRE_HOURS,
    PRICE_PERCENT,
    SCHOOL_HOLIDAYS,
    SPACES,
    SURCHARGES,
    VAT,
    EquipmentPlan,
    SpacePlan,
)
from lokaal.portal.demo.week import WATERKRACHT
from venue.models import (
    AlcoholRule,
    Building,
    CancellationRule,
    Equipment,
    HireHours,
    Part,
    Space,
    SpaceLayout,
    SpaceTranslation,
    Surcharge,
    Tariff,
    TariffClass,
    VatCode,
    VatRate,
)

#: Since when the made-up prices and rules hold; long enough ago for every date of the demo.
SINCE = date(2025, 1, 1)


def build(centres: dict[str, Centre]) -> dict[tuple[str, str], Space]:
    """Make what is not there yet, and return the spaces by the slugs of their centre and themselves."""
    if not Building.objects.exists():
        _houses(centres)
        for position, plan in enumerate(SPACES):
            _space(plan, centres[plan.centre], position)
        for equipment in EQUIPMENT:
            _equipment(equipment, centres[equipment.centre])
    spaces = {
        (space.centre.slug, space.slug): space
        for space in Space.objects.in_use().select_related("centre")
    }
    if not TariffClass.objects.exists():
        _prices(spaces, centres, _vat())
    return spaces


def _houses(centres: dict[str, Centre]) -> None:
    Building.objects.bulk_create(
        Building(centre=centres[slug], maximum_people=most) for slug, most in BUILDINGS.items()
    )
    HireHours.objects.bulk_create(
        HireHours(centre=centres[slug], weekday=day, opens=opens, closes=closes)
        for slug, hours in HIRE_HOURS.items()
        for day, opens, closes in hours
    )
    for name, starts_on, ends_on in SCHOOL_HOLIDAYS:
        SchoolHoliday.objects.get_or_create(
            starts_on=starts_on, defaults={"name": name, "ends_on": ends_on}
        )


def _space(plan: SpacePlan, centre: Centre, position: int) -> None:
    space = Space.objects.create(
        centre=centre,
        name=plan.name,
        slug=plan.slug,
        description=plan.description,
        floor=plan.floor,
        step_free=plan.step_free,
        step_free_toilet=plan.step_free_toilet,
        hearing_loop=plan.hearing_loop,
        before_minutes=plan.before_minutes,
        after_minutes=plan.after_minutes,
        is_for_hire=plan.is_for_hire,
        position=position,
    )
    space.parts.set(Part.objects.get_or_create(centre=centre, name=name)[0] for name in plan.parts)
    SpaceLayout.objects.bulk_create(
        SpaceLayout(
            space=space, layout=layout, capacity=capacity, before_minutes=plan.slow.get(layout)
        )
        for layout, capacity in plan.layouts.items()
    )
    SpaceTranslation.objects.create(space=space, language="en", description=plan.english)


def _equipment(plan: EquipmentPlan, centre: Centre) -> None:
    part = Part.objects.create(centre=centre, name=plan.name) if plan.is_unique else None
    equipment = Equipment.objects.create(centre=centre, name=plan.name, stock=plan.stock, part=part)
    equipment.fixed_in.set(Space.objects.filter(centre=centre, slug__in=plan.fixed_in))


def _vat() -> dict[str, VatCode]:
    codes = {}
    for code, name, rate in VAT:
        codes[code] = VatCode.objects.create(code=code, name=name)
        VatRate.objects.create(vat_code=codes[code], valid_from=SINCE, **rate)
    return codes


def _prices(
    spaces: dict[tuple[str, str], Space], centres: dict[str, Centre], vat: dict[str, VatCode]
) -> None:
    for position, plan in enumerate(CLASSES):
        group = TariffClass.objects.create(slug=plan.slug, position=position, **plan.fields)
        if not plan.price_cents:
            continue
        Tariff.objects.bulk_create(
            Tariff(
                space=spaces[key],
                tariff_class=group,
                unit=plan.unit,
                price_cents=_share(plan.price_cents, percent),
                day_cap_cents=plan.day_cap_cents and _share(plan.day_cap_cents, percent),
                deposit_cents=plan.deposit_cents,
                vat_code=vat["zaal"],
                valid_from=SINCE,
            )
            for key, percent in PRICE_PERCENT.items()
        )
    equipment = {(one.centre_id, one.name): one for one in Equipment.objects.all()}
    for fields, thing in SURCHARGES:
        Surcharge.objects.create(
            centre=centres[WATERKRACHT],
            equipment=equipment.get((centres[WATERKRACHT].pk, thing)),
            vat_code=vat["dienst"],
            valid_from=SINCE,
            **fields,
        )
    _rules(centres)


def _rules(centres: dict[str, Centre]) -> None:
    CancellationRule.objects.bulk_create(
        CancellationRule(centre=centre, notice_hours=hours, percent=percent, valid_from=SINCE)
        for centre in centres.values()
        for hours, percent in CANCELLATION
    )
    youth = Space.objects.filter(slug="jongerenruimte")
    for day, starts, ends in ALCOHOL:
        rule = AlcoholRule.objects.create(
            centre=centres[WATERKRACHT],
            weekday=day,
            starts=starts,
            ends=ends,
            source=ALCOHOL_SOURCE,
            valid_from=SINCE,
        )
        rule.not_in.set(youth)


def _share(cents: int, percent: int) -> int:
    """A part of a price, up to whole quarters of a euro, as people like prices."""
    return max(25, round(cents * percent / 100 / 25) * 25)
