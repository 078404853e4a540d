"""How allauth works in this house: our words, people with a name only, and a code that proves an address.

Mail is added by `lokaal.outbox.account_mail` (the outbox stands above people: imports point one way).
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lokaal.people import second_factor
from lokaal.people.models import Person

WRONG_CODE = _("Deze code klopt niet. Kijk nog eens en typ hem over.")

PASSWORD_REFUSED = {
    "password_too_short": _("Dit is te kort. Neem minstens 10 tekens."),
    "password_too_common": _("Dit wachtwoord is te makkelijk. Neem een ander."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts of people who may have neither password nor phone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("Dit account is gesloten. Bel ons als dat niet klopt."),
        "duplicate_email": _("Dit is al jouw e-mailadres."),
        "email_password_mismatch": _(
            "Je e-mailadres of wachtwoord klopt niet. Je kunt ook een code vragen."
        ),
        "email_taken": _("Dit e-mailadres kun je niet gebruiken. Neem een ander adres."),
        "enter_current_password": _("Dit is niet je wachtwoord van nu."),
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("Dit wachtwoord klopt niet."),
        "invalid_login": _("Inloggen is niet gelukt. Vraag een nieuwe code."),
        "invalid_password_reset": _("Deze code werkt niet meer. Vraag een nieuwe."),
        "rate_limited": _("Je probeerde het te vaak. Wacht een paar minuten."),
        "same_as_current": _("Dit is al jouw e-mailadres."),
        "too_many_login_attempts": _("Je probeerde het te vaak. Wacht een paar minuten."),
        "unverified_primary_email": _("Bevestig eerst je e-mailadres."),
    }

    def new_user(self, request: HttpRequest) -> Person:
        return Person()

    def save_user(
        self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True
    ) -> Person:
        """Make a person of what the sign-up form asked; messages come in the language of the page."""
        user.name = form.cleaned_data["name"]
        user.preferred_language = get_language() or settings.LANGUAGE_CODE
        return super().save_user(request, user, form, commit)

    def clean_password(self, password: str, user: Person | None = None) -> str:
        """Refuse a password that is easily guessed, in our words."""
        try:
            return super().clean_password(password, user)
        except ValidationError as refusal:
            raise ValidationError(
                [PASSWORD_REFUSED.get(error.code or "", error) for error in refusal.error_list]
            ) from refusal

    def pre_login(
        self, request: HttpRequest, user: Person, *, email: str | None, **kwargs: Any
    ) -> HttpResponse | None:
        """Who typed the code reads the mail of that address: no second code to confirm it.

        So a person whom the desk entered, address and all, can sign in the first time too. Only the person's own
        address is proven this way, and only by a code typed in this very session.
        """
        response = super().pre_login(request, user, email=email, **kwargs)
        if response is None and email and _came_by_code(request, user, email):
            user.prove_email(email)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("mfa_index")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who just showed a second factor, or made one, need not show it again for what comes next."""
        if second_factor.is_fresh(self.request):
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user: Person) -> list[dict[str, Any]]:
        """The ways to show again that it is you, the best one first."""
        has_app = second_factor.has_app(user)
        words = {
            "reauthenticate": gettext("Met je wachtwoord"),
            "mfa_reauthenticate": gettext("Met een code uit je app")
            if has_app
            else gettext("Met een reservecode"),
            "mfa_reauthenticate:webauthn": gettext("Met je passkey"),
        }
        methods = [
            method | {"description": words.get(method["id"], method["description"])}
            for method in super().get_reauthentication_methods(user)
        ]
        if has_app:
            return methods
        return sorted(methods, key=lambda method: method["id"] == "mfa_reauthenticate")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tell a person what was changed in how they sign in. Also a person whose address was never confirmed."""
        super().send_notification_mail(
            template_prefix, user, {"user": user, **(context or {})}, email or user.email
        )


def _came_by_code(request: HttpRequest, user: Person, email: str) -> bool:
    records = get_authentication_records(request, user)
    return (
        bool(records) and records[-1].get("method") == "code" and records[-1].get("email") == email
    )


class MFAAdapter(DefaultMFAAdapter):
    """Second factors. What an authenticator app and recovery codes are made of is stored encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": _("Maak eerst een app of een passkey klaar."),
        "incorrect_code": WRONG_CODE,
        "unverified_email": _("Bevestig eerst je e-mailadres. Daarna kun je dit doen."),
    }

    def get_totp_label(self, user: Person) -> str:
        return user.email or user.name

    def generate_authenticator_name(self, user: Person, type: Authenticator.Type) -> str:  # noqa: A002 (allauth's)
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey {number}").format(number=count + 1)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return settings.SITE_NAME


def _cipher() -> MultiFernet:
    """Encrypts with the secret key of the house; reads what older keys wrote."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=32, person=b"lokaal.mfa").digest()
    return base64.urlsafe_b64encode(digest)
