from django.urls import path

from lokaal.look import views

app_name = "look"

urlpatterns = [path("styles/", views.styles, name="styles")]
