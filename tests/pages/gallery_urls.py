"""The product's addresses with the gallery among them, which otherwise stands only in a demonstration."""

from django.urls import path

from config.urls import urlpatterns as product
from fingerpost.pages.kit import gallery

urlpatterns = [path("kit/", gallery.components), path("kit/form/", gallery.form), *product]
