"""Dishes, ingredients and recipes, kept on a phone."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lokaal import languages
from lokaal.pages import get_or_post
from lokaal.people.perms import signed_in
from venue import perms
from venue.food import allergens, dishes
from venue.forms.kitchen import (
    DishForm,
    DishTranslationForm,
    IngredientForm,
    LabelForm,
    RecipeForm,
)
from venue.models import Dish, DishTranslation, Ingredient
from venue.views.kitchen import kitchen_staff

PER_PAGE = 30


def dishes_of(request: HttpRequest) -> QuerySet[Dish]:
    """The dishes of the kitchens where this person works."""
    here = perms.centres_for(signed_in(request), *perms.KITCHEN_ROLES)
    return Dish.objects.filter(centres__in=here).distinct()


@kitchen_staff
@require_safe
def kitchen_dishes(request: HttpRequest) -> HttpResponse:
    """All dishes, what is known of them, what is still to be written down."""
    rows = dishes_of(request).with_card().order_by("-is_on_menu", "position", "name")  # type: ignore[attr-defined]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(dish, allergens.facts_of_dish(dish)) for dish in page],
        "unchecked": Ingredient.objects.unchecked().count(),
    }
    return render(request, "venue/kitchen/dishes.html", context)


@kitchen_staff
@require_safe
def kitchen_dish(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One dish: what it says, its recipe now and before, and what to do."""
    dish = get_object_or_404(dishes_of(request).with_card(), pk=pk)  # type: ignore[attr-defined]
    recipe = dish.recipe
    context = {
        "dish": dish,
        "recipe": recipe,
        "facts": allergens.facts_of_dish(dish),
        "amounts": [
            (row.ingredient, dishes.as_written(row))
            for row in (recipe.ingredients.all() if recipe else [])
        ],
        "versions": dish.versions.select_related("made_by"),
        "prices": dish.prices.all()[:5],
        "centres": dish.centres.order_by("position", "name"),
        "languages": [(code, languages.OWN_NAMES[code]) for code in _other_languages()],
    }
    return render(request, "venue/kitchen/dish.html", context)


@kitchen_staff
@get_or_post
def kitchen_dish_new(request: HttpRequest) -> HttpResponse:
    return _dish_form(request, None)


@kitchen_staff
@get_or_post
def kitchen_dish_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _dish_form(request, get_object_or_404(dishes_of(request), pk=pk))


def _dish_form(request: HttpRequest, dish: Dish | None) -> HttpResponse:
    person = signed_in(request)
    here = perms.centres_for(person, *perms.KITCHEN_ROLES)
    price = dish.price_on(timezone.localdate()) if dish else None
    initial = {"price": f"{price / 100:.2f}".replace(".", ",")} if price is not None else {}
    form = DishForm(
        request.POST or None, request.FILES or None, instance=dish, centres=here, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        elsewhere = list(dish.centres.exclude(pk__in=here)) if dish else []
        with transaction.atomic():
            saved = _saved(form, dish)
            saved.centres.add(*elsewhere)  # kitchens of others keep what they had
            if form.cleaned_data["price"] != price:
                dishes.set_price(
                    saved, form.cleaned_data["price"], since=timezone.localdate(), by=person
                )
            dishes.touch(saved, by=person)
        messages.success(request, _("Bewaard."))
        return redirect("venue:kitchen_dish", saved.pk)
    return render(request, "venue/kitchen/dish_form.html", {"form": form, "dish": dish})


def _saved(form: DishForm, dish: Dish | None) -> Dish:
    """Write only what was changed here, so that nobody's work of the same minute is undone."""
    if dish is None:
        return form.save()
    saved: Dish = form.save(commit=False)
    names = {field.name for field in Dish._meta.concrete_fields}
    saved.save(update_fields=names.intersection(form.changed_data))
    form.save_m2m()
    return saved


@kitchen_staff
@get_or_post
def kitchen_dish_translate(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    """The words of a dish in another language."""
    if language not in _other_languages():
        raise Http404
    dish = get_object_or_404(dishes_of(request), pk=pk)
    known = dish.translations.filter(language=language).first()
    form = DishTranslationForm(
        request.POST or None, instance=known or DishTranslation(dish=dish, language=language)
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        dishes.touch(dish, by=signed_in(request))
        messages.success(request, _("Bewaard."))
        return redirect("venue:kitchen_dish", dish.pk)
    context = {"form": form, "dish": dish, "language": languages.OWN_NAMES[language]}
    return render(request, "venue/kitchen/dish_translate.html", context)


@kitchen_staff
@get_or_post
def kitchen_recipe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How a dish is made. A change makes a new version; orders keep theirs."""
    dish = get_object_or_404(dishes_of(request), pk=pk)
    form = RecipeForm(
        request.POST or None, recipe=dish.recipe, ingredients=list(Ingredient.objects.all())
    )
    if request.method == "POST" and form.is_valid():
        before = dish.recipe
        version = dishes.write_recipe(
            dish,
            portions=form.cleaned_data["portions"],
            amounts=form.amounts(),
            method=form.cleaned_data["method"],
            by=signed_in(request),
        )
        same = before is not None and before.pk == version.pk
        messages.success(
            request,
            _("Er is niets veranderd.")
            if same
            else _("Bewaard als versie %(number)s.") % {"number": version.number},
        )
        return redirect("venue:kitchen_dish", dish.pk)
    return render(request, "venue/kitchen/recipe.html", {"form": form, "dish": dish})


# Ingredients --------------------------------------------------------------------------------------


@kitchen_staff
@require_safe
def kitchen_ingredients(request: HttpRequest) -> HttpResponse:
    """All ingredients: those whose label was not read yet come first."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = Ingredient.objects.filter(name__icontains=query).with_allergens().unchecked_first()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "q": query, "page_query": urlencode({"q": query}) if query else ""}
    return render(request, "venue/kitchen/ingredients.html", context)


@kitchen_staff
@get_or_post
def kitchen_ingredient_new(request: HttpRequest) -> HttpResponse:
    form = IngredientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ingredient = form.save()
        messages.success(request, _("Bewaard. Lees nu het etiket."))
        return redirect("venue:kitchen_ingredient", ingredient.pk)
    return render(request, "venue/kitchen/ingredient_new.html", {"form": form})


@kitchen_staff
@get_or_post
def kitchen_ingredient(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the label of an ingredient says: all fourteen, and for whom it is."""
    rows = Ingredient.objects.with_allergens().select_related("checked_by")
    ingredient = get_object_or_404(rows, pk=pk)
    form = LabelForm(request.POST or None, ingredient=ingredient)
    if request.method == "POST" and form.is_valid():
        allergens.write_label(
            ingredient,
            form.traces(),
            details=form.details(),
            by=signed_in(request),
            **form.facts(),
        )
        messages.success(request, _("Bewaard. Alle gerechten hiermee zijn bijgewerkt."))
        return redirect("venue:kitchen_ingredients")
    context = {
        "ingredient": ingredient,
        "form": form,
        "dishes": Dish.objects.filter(
            versions__is_current=True, versions__ingredients__ingredient=ingredient
        ).distinct(),
    }
    return render(request, "venue/kitchen/ingredient.html", context)


@kitchen_staff
@get_or_post
def kitchen_ingredient_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    ingredient = get_object_or_404(Ingredient, pk=pk)
    form = IngredientForm(request.POST or None, instance=ingredient)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Bewaard."))
        return redirect(reverse("venue:kitchen_ingredient", args=[pk]))
    context = {"form": form, "ingredient": ingredient}
    return render(request, "venue/kitchen/ingredient_new.html", context)


def _other_languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
