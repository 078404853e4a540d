"""Forms about the meeting places, for the admin."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lokaal.centres.closed_days import Choice, Proposal
from lokaal.centres.models import Centre
from lokaal.centres.photos import cleaned_photo
from lokaal.exceptions import Refusal
from lokaal.look.formats import day


class SmallPhoto(forms.ModelForm):
    """A photo is made small and loses what the camera wrote in it."""

    def clean_photo(self) -> File | bool | None:
        photo = self.cleaned_data.get("photo")
        if not isinstance(photo, UploadedFile):
            return photo
        try:
            return cleaned_photo(photo)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ToldPhoto(SmallPhoto):
    """A photo as well, and never without words for who does not see it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        has_photo = cleaned.get("photo") or (
            self.instance.photo and cleaned.get("photo") is not False
        )
        if has_photo and not cleaned.get("photo_description"):
            self.add_error(
                "photo_description", _("Vertel wat er op de foto staat. Niet iedereen ziet hem.")
            )
        return cleaned


class CentreForm(ToldPhoto):
    """A centre."""

    class Meta:
        model = Centre
        exclude: list[str] = []


ALL = "all"


class ClosedDaysForm(forms.Form):
    """Which proposed holidays are entered, and for whom."""

    chosen = forms.MultipleChoiceField(
        error_messages={"required": _("Zet een vinkje bij de dagen waarop het dicht is.")}
    )

    def __init__(self, *args: Any, proposals: list[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        self.fields["chosen"].choices = [  # type: ignore[attr-defined]
            (str(value), str(value))
            for row in self.rows()
            for value, _label, _is_chosen in row["picks"]
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Each proposal with its boxes: value, label, whether it is ticked."""
        ticked = set(self.data.getlist("chosen")) if isinstance(self.data, QueryDict) else set()
        rows = []
        for proposal in self.proposals:
            picks = [(f"{proposal.date}:{ALL}", str(_("Alle huizen")))] if proposal.for_all else []
            picks += [(f"{proposal.date}:{centre.pk}", centre.name) for centre in proposal.centres]
            rows.append(
                {
                    "day": capfirst(day(proposal.date)),
                    "reason": gettext(proposal.reason),
                    "picks": [(value, label, value in ticked) for value, label in picks],
                }
            )
        return rows

    @property
    def choices(self) -> list[Choice]:
        """What was chosen, of a valid form."""
        found = []
        for value in self.cleaned_data["chosen"]:
            on, _colon, whom = value.partition(":")
            found.append(Choice(date.fromisoformat(on), None if whom == ALL else UUID(whom)))
        return found
