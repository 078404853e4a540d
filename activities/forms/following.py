"""The forms with which people follow something, and with which coordinators keep the themes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from activities.following.starting import Target
from activities.models import Activity, Theme
from lokaal.languages import SOURCE
from lokaal.look.widgets import Option, PickSome
from lokaal.people.contact import ReachableForm
from lokaal.people.fields import EmailField, LineField, PhoneField, TrapField
from lokaal.people.forms import NameField
from lokaal.people.models import Visitor


class FollowForm(ReachableForm):
    """What do you want to hear of, and where? Somebody signed in only chooses.

    `activity` is the one whose page somebody came from. At the desk (`is_desk`) a name is enough: the message is then
    printed there.
    """

    optional_unsaid = ("phone", "email")

    what = forms.MultipleChoiceField(
        label=gettext_lazy("Waarvan wil je nieuws?"),
        widget=PickSome,
        error_messages={
            "required": gettext_lazy("Kies waarvan je nieuws wilt."),
            "invalid_choice": gettext_lazy("Dit kun je nu niet volgen. Kies iets anders."),
        },
    )
    name = NameField(required=False)
    email = EmailField()
    phone = PhoneField()
    website = TrapField()

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        visitor: Visitor,
        activity: Activity | None,
        is_desk: bool = False,
    ) -> None:
        super().__init__(data)
        self.is_desk = is_desk
        self.targets = dict(_targets(activity))
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (key, _option(target, activity)) for key, target in self.targets.items()
        ]
        if activity:
            self.initial["what"] = [f"activity:{activity.pk}"]
        if is_desk:
            self.fields["name"].required = True
        else:
            del self.fields["name"]
            self.fill_in(visitor)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asks = self.asks_contact and not self.is_desk
        if asks and not self.contact and not ({"email", "phone"} & set(self.errors)):
            self.add_error("email", _("Vul je e-mailadres of je telefoonnummer in."))
        return cleaned

    @property
    def contact(self) -> str:
        """E-mail comes first here: a text message costs the house money every week."""
        return self.cleaned_data.get("email", "") or super().contact

    @property
    def can_be_sent(self) -> bool:
        """Whether there is anything to follow."""
        return bool(self.targets)

    @property
    def chosen(self) -> list[Target]:
        """What was chosen, of a valid form."""
        return [self.targets[key] for key in self.cleaned_data["what"]]


def _targets(activity: Activity | None) -> Iterable[tuple[str, Target]]:
    """What can be followed, by a key: this activity, what its one organiser does, and the themes."""
    if activity:
        yield f"activity:{activity.pk}", activity
        organisers = list(activity.organisers.all()) if activity.organiser_name else []
        if len(organisers) == 1:
            yield f"organiser:{organisers[0].pk}", organisers[0]
    for theme in Theme.objects.in_use().with_words():
        yield f"theme:{theme.pk}", theme


def _option(target: Target, activity: Activity | None) -> Option:
    language = get_language() or settings.LANGUAGE_CODE
    if isinstance(target, Activity):
        return Option(target.words(language).title, _("Nieuwe datums, en wat niet doorgaat."))
    if isinstance(target, Theme):
        return Option(target.words("name", language)[0], icon=target.icon)
    name = activity.organiser_name if activity else ""
    return Option(_("Alles van %(name)s") % {"name": name}, _("Ook wat nog komt."), icon="user")


class ThemeForm(forms.Form):
    """A theme: its name in Dutch and in the other languages of the house."""

    name = LineField(
        label=gettext_lazy("Hoe heet het thema?"),
        help_text=gettext_lazy("Een of twee gewone woorden. Bijvoorbeeld: Koken en eten."),
        max_length=60,
        error_messages={"required": gettext_lazy("Vul een naam in.")},
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("Mensen kunnen dit kiezen"), required=False, initial=True
    )

    def __init__(self, data: QueryDict | None = None, *, theme: Theme | None) -> None:
        super().__init__(data)
        self.theme = theme
        written = {one.language: one.name for one in theme.translations.all()} if theme else {}
        for code, name in settings.LANGUAGES:
            if code != SOURCE:
                self.fields[f"name_{code}"] = LineField(
                    label=_("De naam in het %(language)s") % {"language": _(name)},
                    required=False,
                    max_length=60,
                )
                self.initial[f"name_{code}"] = written.get(code, "")
        if theme:
            self.initial["name"] = theme.name
            self.initial["is_active"] = theme.is_active

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Theme.objects.filter(name__iexact=name)
        if self.theme:
            others = others.exclude(pk=self.theme.pk)
        if others.exists():
            raise forms.ValidationError(_("Er is al een thema met deze naam."))
        return name

    @property
    def translations(self) -> dict[str, str]:
        """The names in other languages, of a valid form."""
        prefix = "name_"
        return {
            field.removeprefix(prefix): value
            for field, value in self.cleaned_data.items()
            if field.startswith(prefix)
        }


class ThemesOfForm(forms.Form):
    """Which themes is an activity about?"""

    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Over welke thema's gaat dit?"), widget=PickSome, required=False
    )

    def __init__(self, data: QueryDict | None = None, *, activity: Activity) -> None:
        super().__init__(data)
        language = get_language() or settings.LANGUAGE_CODE
        self.fields["themes"].choices = [  # type: ignore[attr-defined]
            (str(theme.pk), Option(theme.words("name", language)[0], icon=theme.icon))
            for theme in Theme.objects.in_use().with_words()
        ]
        self.initial["themes"] = [str(pk) for pk in activity.themes.values_list("pk", flat=True)]

    @property
    def chosen(self) -> list[UUID]:
        return [UUID(pk) for pk in self.cleaned_data["themes"]]
