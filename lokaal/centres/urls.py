from django.urls import path

from lokaal.centres import views

app_name = "centres"

urlpatterns = [
    path("centres/", views.centres, name="centres"),
    path("centres/<slug:slug>/", views.centre, name="centre"),
]
