from django.conf import settings
from django.urls import path

from lokaal.people import views

app_name = "people"

urlpatterns = [
    path("me/details/", views.my_details, name="my_details"),
    path("me/second-factor/", views.second_factor, name="second_factor"),
    path("me/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
]

if settings.DEMO:
    urlpatterns += [path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in")]
