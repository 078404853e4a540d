from django.urls import path

from lokaal.bench import views
from lokaal.urls import urlpatterns as house

urlpatterns = [path("floor/", views.floor, name="floor"), *house]
