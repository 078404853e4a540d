"""Addresses of the activities. Sections are kept apart: agenda, taking part, organising, importing."""

from django.urls import path

from activities.views import agenda, feeds, importing, organising, taking_part, wishes

app_name = "activities"

urlpatterns = [
    # agenda
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/rss/", feeds.agenda_rss, name="agenda_rss"),
    path("agenda.ics", feeds.agenda_calendar, name="agenda_calendar"),
    path("centres/<slug:slug>/agenda.ics", feeds.centre_calendar, name="centre_calendar"),
    path("activities/<uuid:pk>/", agenda.activity, name="activity"),
    path("activities/<uuid:pk>/agenda.ics", feeds.activity_calendar, name="activity_calendar"),
    # taking part
    path("activities/<uuid:pk>/join/", taking_part.occurrence_join, name="occurrence_join"),
    path("sign-ups/<uuid:pk>/", taking_part.sign_up, name="sign_up"),
    path("sign-ups/<uuid:pk>/change/", taking_part.sign_up_change, name="sign_up_change"),
    path("sign-ups/<uuid:pk>/cancel/", taking_part.sign_up_cancel, name="sign_up_cancel"),
    path("sign-ups/<uuid:pk>/rejoin/", taking_part.sign_up_rejoin, name="sign_up_rejoin"),
    path("sign-ups/<uuid:pk>/slip/", taking_part.sign_up_slip, name="sign_up_slip"),
    path("sign-ups/<uuid:pk>/calendar/", taking_part.sign_up_calendar, name="sign_up_calendar"),
    path("sign-ups/<uuid:pk>/<str:secret>/", taking_part.sign_up, name="sign_up"),
    path(
        "sign-ups/<uuid:pk>/<str:secret>/change/", taking_part.sign_up_change, name="sign_up_change"
    ),
    path(
        "sign-ups/<uuid:pk>/<str:secret>/cancel/", taking_part.sign_up_cancel, name="sign_up_cancel"
    ),
    path(
        "sign-ups/<uuid:pk>/<str:secret>/rejoin/", taking_part.sign_up_rejoin, name="sign_up_rejoin"
    ),
    path("sign-ups/<uuid:pk>/<str:secret>/slip/", taking_part.sign_up_slip, name="sign_up_slip"),
    path(
        "sign-ups/<uuid:pk>/<str:secret>/calendar/",
        taking_part.sign_up_calendar,
        name="sign_up_calendar",
    ),
    path("code/", taking_part.code, name="code"),
    path("desk/occurrences/<uuid:pk>/sign-up/", taking_part.desk_sign_up, name="desk_sign_up"),
    path("begin/", wishes.wish, name="wish"),
    path("begin/<uuid:pk>/", wishes.wish_thanks, name="wish_thanks"),
    # organising
    path("organise/", organising.organise, name="organise"),
    path("activities/new/", organising.activity_new, name="activity_new"),
    path("activities/<uuid:pk>/manage/", organising.activity_manage, name="activity_manage"),
    path("activities/<uuid:pk>/edit/<slug:part>/", organising.activity_edit, name="activity_edit"),
    path(
        "activities/<uuid:pk>/translate/<slug:language>/",
        organising.activity_translate,
        name="activity_translate",
    ),
    path("activities/<uuid:pk>/publish/", organising.activity_publish, name="activity_publish"),
    path("activities/<uuid:pk>/stop/", organising.activity_stop, name="activity_stop"),
    path("activities/<uuid:pk>/copy/", organising.activity_copy, name="activity_copy"),
    path(
        "activities/<uuid:pk>/organisers/",
        organising.activity_organisers,
        name="activity_organisers",
    ),
    path("activities/<uuid:pk>/dates/add/", organising.dates_add, name="dates_add"),
    path("occurrences/<uuid:pk>/manage/", organising.occurrence_manage, name="occurrence_manage"),
    path("occurrences/<uuid:pk>/move/", organising.occurrence_move, name="occurrence_move"),
    path("occurrences/<uuid:pk>/change/", organising.occurrence_change, name="occurrence_change"),
    path("occurrences/<uuid:pk>/cancel/", organising.occurrence_cancel, name="occurrence_cancel"),
    path(
        "occurrences/<uuid:pk>/reinstate/",
        organising.occurrence_reinstate,
        name="occurrence_reinstate",
    ),
    path("occurrences/<uuid:pk>/people/", organising.occurrence_people, name="occurrence_people"),
    # bringing calendars in
    path("desk/import/", importing.import_start, name="import_start"),
    path("desk/import/<uuid:pk>/", importing.import_preview, name="import_preview"),
    path("desk/import/<uuid:pk>/columns/", importing.import_columns, name="import_columns"),
    path("desk/import/<uuid:pk>/choices/", importing.import_choices, name="import_choices"),
    path("desk/import/<uuid:pk>/series/", importing.import_series, name="import_series"),
    path("desk/import/<uuid:pk>/drop/", importing.import_drop, name="import_drop"),
    path("desk/import/sources/<uuid:pk>/", importing.import_source, name="import_source"),
    path("desk/import/sources/<uuid:pk>/again/", importing.import_again, name="import_again"),
]
