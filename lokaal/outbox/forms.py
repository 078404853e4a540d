"""What the desk sends back about messages."""

from django import forms

from lokaal.outbox.models import Message
from lokaal.people.models import Person


class PrintedForm(forms.Form):
    """Which slips were printed. Knows only those that wait on the desks of this person."""

    message = forms.ModelMultipleChoiceField(Message.objects.none())

    def __init__(self, *args: object, person: Person, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["message"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Message.objects.visible_to(person)
