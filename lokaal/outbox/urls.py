"""Addresses of the messages: at the desk, and in a demo."""

from django.urls import path

from lokaal.outbox import demo, views

app_name = "outbox"

urlpatterns = [
    path("messages/slips/", views.slips, name="slips"),
    path("messages/slips/printed/", views.slips_printed, name="slips_printed"),
    path("messages/failed/", views.failed, name="failed"),
    path("messages/<uuid:pk>/slip/", views.message_slip, name="message_slip"),
    path("messages/<uuid:pk>/printed/", views.message_printed, name="message_printed"),
    path("messages/<uuid:pk>/try-again/", views.message_try_again, name="message_try_again"),
    path(
        "messages/<uuid:pk>/print-instead/",
        views.message_print_instead,
        name="message_print_instead",
    ),
    path("messages/<uuid:pk>/drop/", views.message_drop, name="message_drop"),
    path("demo/mail/", demo.mail, name="demo_mail"),
    path("demo/mail/<uuid:pk>/", demo.mail_html, name="demo_mail_html"),
    path("demo/mail/<uuid:pk>/text/", demo.mail_text_only, name="demo_mail_text"),
    path("demo/mail/attachments/<uuid:pk>/", demo.mail_attachment, name="demo_mail_attachment"),
    path("demo/mail/<uuid:pk>/calendar/", demo.mail_calendar, name="demo_mail_calendar"),
]
