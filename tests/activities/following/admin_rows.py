"""A row of each list of courses, following and calendars, for the tests of the admin."""

from activities.models import (
    CourseSignUp,
    Follow,
    Follower,
    PersonalCalendar,
    Theme,
    ThemeTranslation,
    TimeQuestion,
)
from lokaal.secret_links import hash_of
from tests.activities.factories import (
    ActivityFactory,
    CentreFactory,
    PersonFactory,
    SeriesFactory,
    SignUpFactory,
)


def _course(number: int) -> CourseSignUp:
    return CourseSignUp.objects.create(
        series=SeriesFactory(),
        name=f"Gast {number}",
        code=f"{number + 20_000_000:08d}",
        secret_hash=hash_of("geheim"),
    )


def _theme(number: int) -> Theme:
    return Theme.objects.create(name=f"Thema {number}")


def _follower(number: int) -> Follower:
    return Follower.objects.create(email=f"volger{number}@voorbeeld.nl", centre=CentreFactory())


def _question(number: int) -> TimeQuestion:
    sign_up = SignUpFactory()
    return TimeQuestion.objects.create(
        activity=sign_up.occurrence.activity, sign_up=sign_up, party_key=hash_of(f"{number}")
    )


FOLLOWING_ROWS = {
    CourseSignUp: _course,
    TimeQuestion: _question,
    Theme: _theme,
    ThemeTranslation: lambda number: ThemeTranslation.objects.create(
        theme=_theme(number), language="en", name=f"Theme {number}"
    ),
    Follower: _follower,
    Follow: lambda number: Follow.objects.create(
        follower=_follower(number), activity=ActivityFactory()
    ),
    PersonalCalendar: lambda number: PersonalCalendar.objects.create(person=PersonFactory()),
}
