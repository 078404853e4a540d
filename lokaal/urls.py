"""Every address of the house. Dutch has no prefix, other languages do: /agenda/, /en/agenda/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from activities.views import feeds
from lokaal.centres import views as centres
from venue.views import menu, spaces

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("media/centres/<str:name>", centres.photo, name="centre_photo"),
    path("media/dishes/<str:name>", menu.dish_photo, name="dish_photo"),
    path("media/spaces/<str:name>", spaces.photo, name="space_photo"),
]
urlpatterns += i18n_patterns(
    path("", include("lokaal.portal.urls")),
    path("", include("venue.urls")),
    path("", include("activities.urls")),
    path("", include("lokaal.centres.urls")),
    path("", include("lokaal.people.urls")),
    path("", include("lokaal.outbox.urls")),
    path("", include("lokaal.look.urls")),
    path("account/", include("allauth.urls")),
    path("beheer/", admin.site.urls),
    prefix_default_language=False,
)
