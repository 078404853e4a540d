from django.urls import path

from lokaal.portal import desk_views, home, mine
from lokaal.portal import help as help_pages

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("me/", mine.my_page, name="my_page"),
    path("help/", help_pages.help_page, name="help"),
    path("desk/", desk_views.desk, name="desk"),
    path("desk/dates/<uuid:pk>/", desk_views.desk_date, name="desk_date"),
    path("desk/sign-ups/<uuid:pk>/presence/", desk_views.desk_presence, name="desk_presence"),
    path("desk/sign-ups/<uuid:pk>/called/", desk_views.desk_called, name="desk_called"),
    path("desk/sign-ups/<uuid:pk>/offer/", desk_views.desk_offer, name="desk_offer"),
    path("desk/wishes/<uuid:pk>/", desk_views.desk_wish, name="desk_wish"),
    path(
        "desk/wishes/<uuid:pk>/answered/", desk_views.desk_wish_answered, name="desk_wish_answered"
    ),
]
