"""Spaces, things and rules of a house in the admin: nothing there breaks a promise."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from lokaal.people.models import Role
from tests.people.factories import PersonFactory
from tests.venue.factories import (
    BuildingFactory,
    EquipmentFactory,
    PartFactory,
    SpaceFactory,
)
from tests.venue.wanting import OVERLAPS, count, hall, wanted
from venue import allocating
from venue.models import Building, Equipment, Hold, Part, Space, SpaceLayout, Use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client: Client, settings: Any) -> None:
    settings.DEMO = True  # no second factor is asked
    client.force_login(PersonFactory(role=Role.ADMINISTRATOR))


def space_form(space: Space, **changes: Any) -> dict[str, Any]:
    """What the form of a space sends when only `changes` differ."""
    data: dict[str, Any] = {
        "name": space.name,
        "slug": space.slug,
        "is_active": "on",
        "is_for_hire": "on",
        "position": space.position,
        "parts": [str(pk) for pk in space.parts.values_list("pk", flat=True)],
        "before_minutes": space.before_minutes,
        "after_minutes": space.after_minutes,
    }
    for prefix in ("layouts", "translations"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return data | changes


def change(client: Client, row: Any, data: dict[str, Any]) -> Any:
    return client.post(reverse(f"admin:venue_{row._meta.model_name}_change", args=[row.pk]), data)


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def test_space_gets_other_parts_with_all_that_is_planned(client: Client) -> None:
    house = hall()
    stage = PartFactory(centre=house.centre, name="Podium")
    use = allocating.take(wanted(house.a))
    parts = [*house.a.parts.all(), stage]
    response = change(client, house.a, space_form(house.a, parts=[str(p.pk) for p in parts]))
    assert response.status_code == 302
    assert set(house.a.parts.all()) == set(parts)
    assert set(use.allocations.values_list("part__name", flat=True)) == {"A", "Podium"}


def test_parts_that_would_make_uses_meet_are_refused_with_the_report(client: Client) -> None:
    house = hall()
    one, other = allocating.take(wanted(house.a)), allocating.take(wanted(house.b, title="Bingo"))
    both = [str(pk) for pk in Part.objects.values_list("pk", flat=True)]
    response = change(client, house.a, space_form(house.a, name="Nieuw", parts=both))
    assert errors(response) == {
        "parts": [
            f"Dat kan niet. 1 afspraak botst dan met een andere: {one}.",
            f"{one} botst met {other}.",
        ]
    }
    house.a.refresh_from_db()
    assert (house.a.name, house.a.parts.count()) == ("Zaal A", 1)
    assert count(OVERLAPS) == 0


def test_parts_of_another_house_are_refused(client: Client) -> None:
    space, foreign = SpaceFactory(), PartFactory()
    response = change(client, space, space_form(space, parts=[str(foreign.pk)]))
    assert list(errors(response)) == ["parts"]
    new = space_form(Space(name="Nieuw", slug="nieuw"), centre=str(space.centre_id))
    response = client.post(reverse("admin:venue_space_add"), new | {"parts": [str(foreign.pk)]})
    assert errors(response) == {"parts": ["Dat deel is van een ander huis."]}
    assert list(Space.objects.all()) == [space]


def test_part_of_a_unique_thing_is_no_part_of_a_space(client: Client) -> None:
    space = SpaceFactory()
    light = EquipmentFactory(centre=space.centre, part=PartFactory(centre=space.centre))
    page = client.get(reverse("admin:venue_space_change", args=[space.pk]))
    offered = page.context["adminform"].form.fields["parts"].queryset
    assert list(offered) == list(space.parts.all())
    response = change(client, space, space_form(space, parts=[str(light.part_id)]))
    assert list(errors(response)) == ["parts"]


def test_director_looks_and_does_not_change(client: Client) -> None:
    client.force_login(PersonFactory(role=Role.DIRECTOR))
    space = SpaceFactory()
    page = client.get(reverse("admin:venue_space_change", args=[space.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert change(client, space, space_form(space, name="Anders")).status_code == 403


def test_new_space_is_made_of_parts_with_its_layouts(client: Client) -> None:
    part = PartFactory()
    data = space_form(Space(name="Atelier", slug="atelier"))
    data |= {"centre": str(part.centre_id), "parts": [str(part.pk)]}
    data |= {"layouts-TOTAL_FORMS": 1, "layouts-0-layout": "dinner", "layouts-0-capacity": 12}
    response = client.post(reverse("admin:venue_space_add"), data)
    assert response.status_code == 302
    space = Space.objects.get()
    assert (space.name, list(space.parts.all())) == ("Atelier", [part])
    assert list(SpaceLayout.objects.values_list("layout", "capacity")) == [("dinner", 12)]


def test_space_stays_in_its_house_and_is_never_deleted(client: Client) -> None:
    space = SpaceFactory()
    elsewhere = PartFactory().centre
    change(client, space, space_form(space, centre=str(elsewhere.pk)))
    assert Space.objects.get().centre == space.centre
    assert client.post(reverse("admin:venue_space_delete", args=[space.pk])).status_code == 403


def test_photo_asks_for_words_and_is_looked_at(client: Client) -> None:
    space = SpaceFactory()
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "PNG")
    photo = SimpleUploadedFile("zaal.png", content.getvalue())
    response = change(client, space, space_form(space, photo=photo))
    assert errors(response) == {
        "photo_description": ["Vertel wat er op de foto staat. Niet iedereen ziet hem."]
    }
    no_photo = SimpleUploadedFile("zaal.png", b"<svg>")
    response = change(client, space, space_form(space, photo=no_photo, photo_description="Zaal"))
    assert "photo" in errors(response)


def equipment_form(row: Equipment, **changes: Any) -> dict[str, Any]:
    return {"name": row.name, "stock": row.stock, "is_active": "on"} | changes


def test_stock_is_never_less_than_is_promised(client: Client) -> None:
    house = hall()
    beamer = EquipmentFactory(centre=house.centre, stock=5)
    for days, number in ((7, 2), (8, 1)):
        allocating.take(wanted(house.a, days=days, equipment={beamer.pk: number}))
        allocating.take(wanted(house.b, days=days, equipment={beamer.pk: 1}))
    asked = allocating.take(wanted(house.a, days=9, equipment={beamer.pk: 5}))
    allocating.release(asked)
    response = change(client, beamer, equipment_form(beamer, stock=2))
    assert errors(response) == {"stock": ["Er zijn er al 3 toegezegd. Minder kan nu niet."]}
    assert change(client, beamer, equipment_form(beamer, stock=3)).status_code == 302
    assert Equipment.objects.get().stock == 3


def test_what_was_promised_in_the_past_does_not_count(client: Client) -> None:
    space = SpaceFactory()
    beamer = EquipmentFactory(centre=space.centre, stock=5)
    start = timezone.now() - timedelta(days=2)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    allocating.take(wanted(space, equipment={beamer.pk: 5}, **times))
    assert change(client, beamer, equipment_form(beamer, stock=1)).status_code == 302


def test_unique_thing_is_a_part_of_its_own_in_the_same_house(client: Client) -> None:
    space = SpaceFactory()
    data = {"centre": str(space.centre_id), "name": "Podiumlicht", "stock": 1, "is_active": "on"}
    add = reverse("admin:venue_equipment_add")
    response = client.post(add, data | {"part": str(space.parts.get().pk)})
    assert errors(response) == {
        "part": ["Dat deel hoort bij een zaal. Maak er een eigen deel van."]
    }
    response = client.post(add, data | {"part": str(PartFactory().pk)})
    assert errors(response) == {"part": ["Dat deel is van een ander huis."]}
    response = client.post(add, data | {"fixed_in": [str(SpaceFactory().pk)]})
    assert errors(response) == {"fixed_in": ["Die zaal is van een ander huis."]}
    own = PartFactory(centre=space.centre)
    assert client.post(add, data | {"part": str(own.pk)}).status_code == 302
    assert Equipment.objects.get().part == own


def test_maximum_of_a_house_is_never_below_who_is_expected(client: Client) -> None:
    house = hall()
    building = BuildingFactory(centre=house.centre, maximum_people=100)
    allocating.take(wanted(house.a, people=20, staff=2))
    allocating.take(wanted(house.b, people=30))
    until = timezone.now() + timedelta(days=1)
    late = allocating.take(wanted(house.a, people=20, days=8), hold=Hold.OPTION, held_until=until)
    Use.objects.filter(pk=late.pk).update(people=99, held_until=until - timedelta(days=2))
    data = {
        name: getattr(building, name)
        for name in (
            "residents_first_days",
            "minimum_notice_hours",
            "maximum_notice_days",
            "option_days",
        )
    }
    response = change(client, building, data | {"maximum_people": 51})
    assert errors(response)["maximum_people"] == [
        "Er komen al 52 mensen tegelijk. Minder kan nu niet."
    ]
    assert Building.objects.get().maximum_people == 100


@pytest.mark.parametrize("model", ["use", "allocation"])
def test_what_is_planned_is_looked_at_only(client: Client, model: str) -> None:
    use = allocating.take(wanted(SpaceFactory()))
    row = use if model == "use" else use.allocations.get()
    page = client.get(reverse(f"admin:venue_{model}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert client.get(reverse(f"admin:venue_{model}_add")).status_code == 403
    assert change(client, row, {"title": "Anders"}).status_code == 403


@pytest.mark.parametrize(
    "model", ["building", "space", "part", "equipment", "hirehours", "use", "allocation"]
)
def test_lists_cost_the_same_at_one_row_and_at_thirty(
    client: Client, model: str, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for rows in (1, 29):
        for _ in range(rows):
            space = SpaceFactory()
            BuildingFactory(centre=space.centre)
            EquipmentFactory(centre=space.centre)
            space.centre.hire_hours.create(weekday=1, opens="09:00", closes="12:00")
            allocating.take(wanted(space, hour=10, hours=1, starts_at=_monday(), ends_at=_noon()))
        with django_assert_max_num_queries(20) as queries:
            page = client.get(reverse(f"admin:venue_{model}_changelist"))
        assert page.status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _monday() -> Any:
    now = timezone.localtime()
    monday = now + timedelta(days=14 - now.weekday())
    return monday.replace(hour=10, minute=0, second=0, microsecond=0)


def _noon() -> Any:
    return _monday().replace(hour=12)


def test_part_is_cut_in_pieces_with_what_is_planned(client: Client) -> None:
    house = hall()
    use = allocating.take(wanted(house.a))
    part = house.a.parts.get()
    response = change(client, part, {"name": "A", "pieces": "A voor\r\n\r\n A achter "})
    assert response.status_code == 302
    assert set(house.a.parts.values_list("name", flat=True)) == {"A voor", "A achter"}
    assert set(use.allocations.values_list("part__name", flat=True)) == {"A voor", "A achter"}


def test_part_without_pieces_keeps_its_spaces(client: Client) -> None:
    house = hall()
    assert change(client, house.a.parts.get(), {"name": "A nieuw"}).status_code == 302
    assert set(house.a.parts.values_list("name", flat=True)) == {"A nieuw"}


def test_part_in_one_piece_is_refused(client: Client) -> None:
    house = hall()
    response = change(client, house.a.parts.get(), {"name": "A", "pieces": "Voor"})
    assert errors(response) == {"pieces": ["Geef twee of meer delen, elk met een eigen naam."]}
