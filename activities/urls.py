"""Addresses of the activities. Sections are kept apart: agenda, taking part, organising, importing."""

from django.urls import path

from activities.views import agenda, taking_part

app_name = "activities"

urlpatterns = [
    # agenda
    path("agenda/", agenda.agenda, name="agenda"),
    path("activities/<uuid:pk>/", agenda.activity, name="activity"),
    # taking part
    path("occurrences/<uuid:pk>/join/", taking_part.occurrence_join, name="occurrence_join"),
    path("sign-ups/<uuid:pk>/", taking_part.sign_up, name="sign_up"),
    # organising
    # importing
]
