from django.urls import path

from lokaal.centres import views

app_name = "centres"

urlpatterns = [path("centres/<slug:slug>/", views.centre, name="centre")]
