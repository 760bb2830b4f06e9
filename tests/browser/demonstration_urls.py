"""The product's addresses with those of a demonstration, which otherwise stand only where the environment says so."""

from django.urls import include, path

from config.urls import urlpatterns as product

KEPT = [pattern for pattern in product if str(pattern.pattern) != "demonstration/"]

urlpatterns = [path("demonstration/", include("fingerpost.demo.urls")), *KEPT]
