from django.urls import path

from lokaal.portal import help as help_pages
from lokaal.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("me/", views.my_page, name="my_page"),
    path("help/", help_pages.help_page, name="help"),
]
