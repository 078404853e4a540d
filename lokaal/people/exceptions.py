"""What can be refused about people."""

from django.utils.translation import gettext_lazy as _

from lokaal.exceptions import Refusal


class LastAdministrator(Refusal):
    """The house would be left without anybody who may administer everything."""

    def __init__(self) -> None:
        super().__init__(
            _("Dit is de laatste beheerder van alle huizen. Maak eerst iemand anders beheerder.")
        )


class AddressTaken(Refusal):
    """Somebody else has this e-mail address."""

    def __init__(self) -> None:
        super().__init__(_("Iemand anders heeft dit e-mailadres al."))
