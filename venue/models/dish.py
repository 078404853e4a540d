"""What the kitchen makes: ingredients with their allergens, dishes with dated prices, recipes that never change."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lokaal.centres.models import Centre, Fact
from lokaal.centres.photos import photo_url
from lokaal.keys import UUIDKey
from lokaal.people.models import Person
from lokaal.translated import Translated
from venue.models.vat import DatedQuerySet, VatCode, validity


class Allergen(models.TextChoices):
    """The fourteen of Regulation (EU) 1169/2011, Annex II, in the order of that list."""

    GLUTEN = "gluten", _("gluten")
    CRUSTACEANS = "crustaceans", _("schaaldieren")
    EGG = "egg", _("ei")
    FISH = "fish", _("vis")
    PEANUT = "peanut", _("pinda")
    SOY = "soy", _("soja")
    MILK = "milk", _("melk")
    NUTS = "nuts", _("noten")
    CELERY = "celery", _("selderij")
    MUSTARD = "mustard", _("mosterd")
    SESAME = "sesame", _("sesam")
    SULPHITE = "sulphite", _("sulfiet")
    LUPIN = "lupin", _("lupine")
    MOLLUSCS = "molluscs", _("weekdieren")


class Trace(models.TextChoices):
    """What an ingredient says of an allergen; no row of a checked ingredient means: none."""

    CONTAINS = "contains", _("zit erin")
    MAY_CONTAIN = "may", _("kan erin zitten")


class Measure(models.TextChoices):
    """How cooks measure. Those of one kind are added together (venue.food.dishes)."""

    GRAM = "g", _("gram")
    KILOGRAM = "kg", _("kilo")
    MILLILITRE = "ml", _("milliliter")
    LITRE = "l", _("liter")
    TABLESPOON = "tbsp", _("eetlepel (15 ml)")
    TEASPOON = "tsp", _("theelepel (5 ml)")
    PIECE = "piece", _("stuks")


class Course(models.TextChoices):
    """Under which heading a dish stands on the menu, in the order of the card."""

    SOUP = "soup", _("soep")
    LUNCH = "lunch", _("lunch")
    MAIN = "main", _("warm eten")
    SNACK = "snack", _("hapjes")
    SWEET = "sweet", _("zoet")
    DRINK = "drink", _("drinken")


class IngredientQuerySet(models.QuerySet["Ingredient"]):
    def with_allergens(self) -> IngredientQuerySet:
        return self.prefetch_related("allergens")

    def unchecked(self) -> IngredientQuerySet:
        """Those whose label nobody has read yet."""
        return self.filter(checked_at=None)

    def unchecked_first(self) -> IngredientQuerySet:
        """By name, those whose label nobody has read before the others."""
        is_checked = Case(When(checked_at=None, then=Value(0)), default=Value(1))
        return self.order_by(is_checked, "name")


class Ingredient(models.Model):
    """What goes in. As long as nobody read the label, its allergens are not known: that is something else than none."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=80)
    source = models.CharField(
        _("merk of leverancier"),
        max_length=120,
        blank=True,
        help_text=_("Van welk etiket heb je dit gelezen?"),
    )
    is_vegetarian = models.CharField(_("vegetarisch"), max_length=3, choices=Fact, blank=True)
    is_vegan = models.CharField(_("veganistisch"), max_length=3, choices=Fact, blank=True)
    is_halal = models.CharField(_("halal"), max_length=3, choices=Fact, blank=True)
    checked_at = models.DateTimeField(_("etiket gelezen op"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("etiket gelezen door"),
    )

    objects = IngredientQuerySet.as_manager()

    class Meta:
        verbose_name = _("ingrediënt")
        verbose_name_plural = _("ingrediënten")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="venue_ingredient_once",
                violation_error_message=_("Dit ingrediënt staat er al."),
            ),
            models.CheckConstraint(
                name="venue_ingredient_vegan_is_vegetarian",
                condition=~Q(is_vegan=Fact.YES) | Q(is_vegetarian=Fact.YES),
                violation_error_message=_("Veganistisch is ook vegetarisch."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_checked(self) -> bool:
        return self.checked_at is not None


class IngredientAllergen(models.Model):
    """An allergen that is in an ingredient, or may be. `detail` names which grain or nut, as the regulation asks."""

    id = UUIDKey()
    ingredient = models.ForeignKey(
        Ingredient, models.CASCADE, related_name="allergens", verbose_name=_("ingrediënt")
    )
    allergen = models.CharField(_("allergeen"), max_length=11, choices=Allergen)
    trace = models.CharField(_("hoe"), max_length=8, choices=Trace)
    detail = models.CharField(
        _("welke"), max_length=60, blank=True, help_text=_("Bijvoorbeeld: tarwe, of amandel.")
    )

    class Meta:
        verbose_name = _("allergeen van een ingrediënt")
        verbose_name_plural = _("allergenen van ingrediënten")
        ordering = ["ingredient", "allergen"]
        constraints = [
            models.UniqueConstraint("ingredient", "allergen", name="venue_ingredientallergen_once")
        ]

    def __str__(self) -> str:
        return f"{self.ingredient_id}: {self.get_allergen_display()} {self.get_trace_display()}"


class DishQuerySet(models.QuerySet["Dish"]):
    def on_menu(self, centre: Centre | None = None) -> DishQuerySet:
        """Dishes that can be chosen, in the order of the card."""
        found = self.filter(is_on_menu=True)
        if centre is not None:
            found = found.filter(centres=centre)
        return found.order_by("position", "name")

    def with_prices(self, on: date | None = None) -> DishQuerySet:
        """What a form to order shows: the price of a day (today) as `price_cents`, and the words. Two queries."""
        price = DishPrice.objects.on(on or timezone.localdate()).filter(dish=OuterRef("pk"))
        return self.annotate(
            price_cents=Subquery(price.values("price_cents")[:1])
        ).prefetch_related("translations")

    def with_card(self, on: date | None = None) -> DishQuerySet:
        """All that the card and the matrix show: also the recipe of now and its allergens. Five queries."""
        return (
            self.with_prices(on)
            .select_related("changed_by")
            .prefetch_related(
                Prefetch(
                    "versions",
                    RecipeVersion.objects.filter(is_current=True)
                    .select_related("made_by")
                    .with_ingredients(),
                    to_attr="current_versions",
                ),
            )
        )


class Dish(Translated):
    """Something to eat or drink that can be ordered."""

    id = UUIDKey()
    name = models.CharField(_("naam"), max_length=80)
    description = models.CharField(_("wat is het"), max_length=200, blank=True)
    course = models.CharField(_("soort"), max_length=5, choices=Course)
    centres = models.ManyToManyField(
        Centre, related_name="dishes", verbose_name=_("te bestellen bij")
    )
    photo = models.ImageField(_("foto"), upload_to="dishes/", blank=True)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)
    vat_code = models.ForeignKey(
        VatCode, models.PROTECT, related_name="+", verbose_name=_("btw-code")
    )
    lead_hours = models.PositiveSmallIntegerField(
        _("werkuren vooraf"),
        default=0,
        help_text=_("Uren dat het huis open is, van bestellen tot opdienen. 0: meteen."),
    )
    minimum_count = models.PositiveSmallIntegerField(
        _("minstens"), default=1, validators=[MinValueValidator(1)]
    )
    maximum_count = models.PositiveSmallIntegerField(
        _("hoogstens"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    kitchen_portions = models.PositiveSmallIntegerField(
        _("werk in de keuken"),
        default=1,
        help_text=_("Voor hoeveel porties telt één stuk? Koffie: 0."),
    )
    is_for_lunch = models.BooleanField(
        _("ook los te bestellen"), default=True, help_text=_("Om op te halen, zonder zaal.")
    )
    is_on_menu = models.BooleanField(_("op de kaart"), default=True)
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)
    changed_at = models.DateTimeField(_("veranderd op"), default=timezone.now, editable=False)
    changed_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("veranderd door"),
    )

    objects = DishQuerySet.as_manager()

    class Meta:
        verbose_name = _("gerecht")
        verbose_name_plural = _("gerechten")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="venue_dish_once",
                violation_error_message=_("Dit gerecht staat er al."),
            ),
            models.CheckConstraint(
                name="venue_dish_counts_fit",
                condition=Q(minimum_count__gte=1)
                & (Q(maximum_count=None) | Q(maximum_count__gte=F("minimum_count"))),
                violation_error_message=_("Het meeste is minder dan het minste."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def recipe(self) -> RecipeVersion | None:
        """The recipe of now; None when nobody wrote one down."""
        loaded: list[RecipeVersion] | None = getattr(self, "current_versions", None)
        if loaded is not None:
            return loaded[0] if loaded else None
        return self.versions.filter(is_current=True).with_ingredients().first()

    @property
    def photo_url(self) -> str:
        """Where our own site serves the photo; empty when there is none."""
        return photo_url("dish_photo", self.photo)

    def price_on(self, day: date) -> int | None:
        """The price on a day, in cents including VAT; None when none is written down for that day."""
        return self.prices.on(day).values_list("price_cents", flat=True).first()


class DishTranslation(models.Model):
    """The words of a dish in another language than Dutch."""

    id = UUIDKey()
    dish = models.ForeignKey(
        Dish, models.CASCADE, related_name="translations", verbose_name=_("gerecht")
    )
    language = models.CharField(_("taal"), max_length=7)
    name = models.CharField(_("naam"), max_length=80)
    description = models.CharField(_("wat is het"), max_length=200, blank=True)
    photo_description = models.CharField(_("wat staat op de foto"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("vertaling van een gerecht")
        verbose_name_plural = _("vertalingen van gerechten")
        constraints = [
            models.UniqueConstraint("dish", "language", name="venue_dish_translation_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"


class DishPrice(models.Model):
    """What a dish costs in a stretch of days, in cents including VAT."""

    id = UUIDKey()
    dish = models.ForeignKey(Dish, models.CASCADE, related_name="prices", verbose_name=_("gerecht"))
    price_cents = models.PositiveIntegerField(_("prijs in centen, inclusief btw"))
    valid_from = models.DateField(_("geldt vanaf"), default=timezone.localdate)
    valid_until = models.DateField(_("geldt tot en met"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("prijs van een gerecht")
        verbose_name_plural = _("prijzen van gerechten")
        ordering = ["dish", "-valid_from"]
        constraints = [
            ExclusionConstraint(
                name="venue_dishprice_one_a_day",
                expressions=[
                    ("dish", RangeOperators.EQUAL),
                    (validity(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Voor deze dagen geldt al een prijs."),
            ),
            models.CheckConstraint(
                name="venue_dishprice_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dish_id} {self.price_cents} ({self.valid_from:%d-%m-%Y})"


class RecipeVersionQuerySet(models.QuerySet["RecipeVersion"]):
    def with_ingredients(self) -> RecipeVersionQuerySet:
        """The quantities, and what each ingredient says of its allergens."""
        return self.prefetch_related(
            Prefetch(
                "ingredients",
                RecipeIngredient.objects.select_related("ingredient__checked_by"),
            ),
            "ingredients__ingredient__allergens",
        )


class RecipeVersion(models.Model):
    """How a dish is made. A version never changes (trigger, migration 0005): another recipe is another version."""

    id = UUIDKey()
    dish = models.ForeignKey(
        Dish, models.PROTECT, related_name="versions", verbose_name=_("gerecht")
    )
    number = models.PositiveSmallIntegerField(_("versie"))
    portions = models.PositiveSmallIntegerField(
        _("genoeg voor"), validators=[MinValueValidator(1)], help_text=_("Aantal stuks of porties.")
    )
    method = models.TextField(_("zo maak je het"), max_length=4000, blank=True)
    is_current = models.BooleanField(_("nu in gebruik"), default=True)
    made_at = models.DateTimeField(_("gemaakt op"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("gemaakt door"),
    )

    objects = RecipeVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("recept")
        verbose_name_plural = _("recepten")
        ordering = ["dish", "-number"]
        constraints = [
            models.UniqueConstraint("dish", "number", name="venue_recipeversion_number"),
            models.UniqueConstraint(
                "dish", name="venue_recipeversion_one_current", condition=Q(is_current=True)
            ),
            models.CheckConstraint(
                name="venue_recipeversion_makes_some", condition=Q(portions__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dish} {self.number}"


class RecipeIngredient(models.Model):
    """How much of an ingredient a version needs, for all its portions together."""

    id = UUIDKey()
    version = models.ForeignKey(
        RecipeVersion, models.CASCADE, related_name="ingredients", verbose_name=_("recept")
    )
    ingredient = models.ForeignKey(
        Ingredient, models.PROTECT, related_name="recipes", verbose_name=_("ingrediënt")
    )
    quantity = models.DecimalField(_("hoeveel"), max_digits=9, decimal_places=3)
    unit = models.CharField(_("maat"), max_length=5, choices=Measure)
    position = models.PositiveSmallIntegerField(_("volgorde"), default=0)

    class Meta:
        verbose_name = _("ingrediënt van een recept")
        verbose_name_plural = _("ingrediënten van recepten")
        ordering = ["version", "position", "id"]
        constraints = [
            models.UniqueConstraint("version", "ingredient", name="venue_recipeingredient_once"),
            models.CheckConstraint(
                name="venue_recipeingredient_some",
                condition=Q(quantity__gt=0),
                violation_error_message=_("Vul een getal in dat meer is dan nul."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.ingredient_id}"
