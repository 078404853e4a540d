"""The questions of signing in, in our words. What they do is allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.validators import (
    EmailValidator,
    MaxLengthValidator,
    ProhibitNullCharactersValidator,
)
from django.utils.translation import gettext_lazy as _

from lokaal.look.widgets import PickOne
from lokaal.people import second_factor
from lokaal.people.models import Channel, Person
from lokaal.people.names import NAME_LENGTH, clean_name

#: A password longer than this is not a password; hashing it would only cost time.
PASSWORD_LENGTH = 200
PASSKEY_NAME_LENGTH = 60
EMAIL_LENGTH = 254

EMAIL_REQUIRED = _("Vul je e-mailadres in.")
EMAIL_INVALID = _("Dit is geen heel e-mailadres. Het ziet er zo uit: naam@voorbeeld.nl.")
HIDDEN_CHARACTER = _("Hier staat een teken dat niet kan. Typ het opnieuw.")
NAME_REQUIRED = _("Vul je naam in. Je voornaam is genoeg.")


class NameField(forms.CharField):
    """The name of a person, cleaned as names are (lokaal.people.names)."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Je naam"))
        options.setdefault("max_length", NAME_LENGTH)
        options.setdefault(
            "error_messages",
            {
                "required": NAME_REQUIRED,
                "max_length": _("Deze naam is te lang. Schrijf hem korter."),
            },
        )
        super().__init__(**options)
        self.widget.attrs.setdefault("autocomplete", "name")

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")


# Small changes to allauth's fields ---------------------------------------------------------------


class InOurWords:
    """Gives allauth's fields our question and hint, and takes away what stands in the field before anyone typed."""

    #: By field: question and hint.
    words: dict[str, tuple[Any, Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (question, hint) in self.words.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = question, hint
            field.widget.attrs.pop("placeholder", None)
            self._by_kind(field)

    @staticmethod
    def _by_kind(field: forms.Field) -> None:
        ours = (EmailValidator, ProhibitNullCharactersValidator)
        # Validators are shared by all forms: replace them, never change one.
        field.validators = [v for v in field.validators if not isinstance(v, ours)]
        field.validators.append(ProhibitNullCharactersValidator(HIDDEN_CHARACTER))
        if isinstance(field, forms.EmailField):
            field.widget.attrs["inputmode"] = "email"
            field.error_messages |= {"required": EMAIL_REQUIRED}
            # Django lets through 320 characters, and allauth would cut what does not fit: another's address.
            field.validators += [
                EmailValidator(EMAIL_INVALID),
                MaxLengthValidator(EMAIL_LENGTH, EMAIL_INVALID),
            ]
        elif isinstance(field.widget, forms.PasswordInput):
            too_long = _("Dit wachtwoord is te lang. Neem een korter wachtwoord.")
            field.validators.append(MaxLengthValidator(PASSWORD_LENGTH, too_long))
            field.error_messages["required"] = _("Vul je wachtwoord in.")


class InOurCode(InOurWords):
    """A code of digits, typed over."""

    words = {"code": (_("De code"), "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]  # type: ignore[attr-defined]
        field.widget.attrs |= {"inputmode": "numeric", "class": "code-input", "maxlength": 12}
        field.max_length = 20
        field.error_messages["required"] = _("Typ de code over.")


YOUR_EMAIL = (_("Je e-mailadres"), "")
NEW_PASSWORD = (
    _("Je nieuwe wachtwoord"),
    _("Minstens 10 tekens. Drie of vier woorden achter elkaar is goed."),
)

# Coming in ---------------------------------------------------------------------------------------


class AskCodeForm(InOurWords, account.RequestLoginCodeForm):
    words = {"email": (_("Wat is je e-mailadres?"), _("Je krijgt een e-mail met een code."))}


class SignInCodeForm(InOurCode, account.ConfirmLoginCodeForm):
    pass


class PasswordSignInForm(InOurWords, account.LoginForm):
    words = {"login": YOUR_EMAIL, "password": (_("Je wachtwoord"), "")}

    def _setup_password_field(self) -> None:
        """Keep the field: allauth drops it when sign-up asks no password."""


class SignUpForm(InOurWords, account.SignupForm):
    """A name and an address. Nothing else is asked."""

    name = NameField(help_text=_("Je voornaam is genoeg."))
    field_order = ["name", "email"]
    words = {"email": (_("Je e-mailadres"), _("Je krijgt een e-mail met een code."))}


class EmailCodeForm(InOurCode, account.ConfirmEmailVerificationCodeForm):
    pass


# Passwords ---------------------------------------------------------------------------------------


class ForgottenPasswordForm(InOurWords, account.ResetPasswordForm):
    words = {"email": (_("Wat is je e-mailadres?"), _("Je krijgt een e-mail met een code."))}


class PasswordCodeForm(InOurCode, account.ConfirmPasswordResetCodeForm):
    pass


class NewPasswordForm(InOurWords, account.ResetPasswordKeyForm):
    password2 = None
    words = {"password1": NEW_PASSWORD}


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    password2 = None
    words = {"password1": NEW_PASSWORD}


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    password2 = None
    words = {"oldpassword": (_("Je wachtwoord van nu"), ""), "password1": NEW_PASSWORD}


class PasswordAgainForm(InOurWords, account.ReauthenticateForm):
    words = {"password": (_("Je wachtwoord"), "")}


class NewEmailForm(InOurWords, account.AddEmailForm):
    words = {"email": (_("Je nieuwe e-mailadres"), _("Daar komt een e-mail met een code."))}


# Second factors ----------------------------------------------------------------------------------


class OfAPerson(InOurCode):
    """Asks the code of the app, or a recovery code from those who have no app."""

    words = {"code": (_("De code uit je app"), _("App kwijt? Typ een van je reservecodes."))}
    user: Person

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not second_factor.has_app(self.user):
            field = self.fields["code"]  # type: ignore[attr-defined]
            field.label, field.help_text = _("Een van je reservecodes"), ""


class FactorForm(OfAPerson, mfa.AuthenticateForm):
    pass


class FactorAgainForm(OfAPerson, mfa.ReauthenticateForm):
    pass


class AppForm(InOurCode, ActivateTOTPForm):
    words = {"code": (_("De code uit je app"), _("De app toont zes cijfers."))}


class PasskeyForm(InOurWords, AddWebAuthnForm):
    """A passkey always signs in by itself: it asks a finger, a face or a PIN."""

    passwordless = None
    words = {"name": (_("Hoe noem je deze passkey?"), _("Bijvoorbeeld: mijn telefoon."))}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = PASSKEY_NAME_LENGTH
        self.fields["name"].widget.attrs["maxlength"] = PASSKEY_NAME_LENGTH

    def clean_name(self) -> str:
        return clean_name(super().clean_name())[:PASSKEY_NAME_LENGTH]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["passwordless"] = True
        return super().clean()


class PasskeyNameForm(InOurWords, EditWebAuthnForm):
    words = {"name": (_("Hoe noem je deze passkey?"), "")}

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])[:PASSKEY_NAME_LENGTH]


# My details --------------------------------------------------------------------------------------


class MyDetailsForm(forms.ModelForm):
    """What a person may change about themselves: name, phone, and how messages come."""

    name = NameField()

    class Meta:
        model = Person
        fields = ["name", "phone", "preferred_language", "channel"]
        widgets = {
            "phone": forms.TextInput(
                attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
            ),
        }
        labels = {"phone": _("Je telefoonnummer")}
        error_messages = {
            "phone": {"invalid": _("Dit nummer klopt niet. Een nummer heeft 10 cijfers.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preferred_language"] = forms.ChoiceField(
            label=_("In welke taal schrijven we jou?"),
            choices=settings.LANGUAGES,
            widget=PickOne(in_a_row=True),
        )
        self.fields["channel"] = forms.ChoiceField(
            label=_("Hoe krijg je onze berichten?"), choices=self._ways(), widget=PickOne
        )
        if self.instance.channel not in dict(self._ways()):
            self.initial["channel"] = self._ways()[0][0]

    def _ways(self) -> list[tuple[str, Any]]:
        """How messages can reach this person."""
        ways: list[tuple[str, Any]] = []
        if self.instance.email:
            ways.append((Channel.EMAIL, _("Per e-mail")))
        if settings.SMS_BACKEND:
            ways.append((Channel.SMS, _("Als sms op je telefoon")))
        ways.append((Channel.PAPER, _("Op papier. Het ligt klaar bij de balie.")))
        return ways

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if (
            data.get("channel") == Channel.SMS
            and not data.get("phone")
            and "phone" not in self.errors
        ):
            self.add_error("phone", _("Vul je telefoonnummer in. Daar komt de sms."))
        return data
