"""Addresses of those who answer for a service and those who commission it."""

from django.urls import path

from fingerpost.pages.oversight.views import contract, figures, lists, readings, returns

app_name = "oversight"
urlpatterns = [
    path("contracts", contract.my_contract, name="my_contract"),
    path("contracts/<slug:service>", contract.contract, name="contract"),
    path("contracts/<slug:service>/clauses/<slug:key>", contract.clause, name="clause"),
    path("contracts/<slug:service>/clauses/<slug:key>/evidence/new", contract.evidence_new, name="evidence_new"),
    path(
        "contracts/<slug:service>/clauses/<slug:key>/evidence/<uuid:link>",
        contract.evidence_detach,
        name="evidence_detach",
    ),
    path("contracts/<slug:service>/readings", readings.readings, name="readings"),
    path("contracts/<slug:service>/readings/<str:question>/agree", readings.reading_agree, name="reading_agree"),
    path("contracts/<slug:service>/values/<slug:name>", readings.value_enter, name="value_enter"),
    path("contracts/<slug:service>/returns", returns.returns, name="returns"),
    path("contracts/<slug:service>/returns/<slug:series>/<str:due>/begin", returns.return_begin, name="return_begin"),
    path("returns", returns.my_returns, name="my_returns"),
    path("returns/<str:ref>", returns.return_page, name="return"),
    path("returns/<str:ref>/headings/<slug:heading>", returns.narrative, name="narrative"),
    path("returns/<str:ref>/submit", returns.return_submit, name="return_submit"),
    path("returns/<str:ref>/accept", returns.return_accept, name="return_accept"),
    path("returns/<str:ref>/restatement", returns.restatement, name="restatement"),
    path("returns/<str:ref>/return.pdf", returns.return_pdf, name="return_pdf"),
    path("returns/<str:ref>/return.xlsx", returns.return_xlsx, name="return_xlsx"),
    path("figures", figures.my_figures, name="my_figures"),
    path("figures/<slug:service>", figures.figures, name="figures"),
    path("figures/<slug:service>/<slug:indicator>", figures.figure, name="figure"),
    path("figures/<slug:service>/<slug:indicator>/records", figures.records, name="records"),
    path("lists", lists.lists, name="lists"),
    path("lists/new", lists.list_new, name="list_new"),
    path("lists/<uuid:batch>", lists.list_page, name="list"),
    path("lists/<uuid:batch>/apply", lists.list_apply, name="list_apply"),
    path("lists/<uuid:batch>/undo", lists.list_undo, name="list_undo"),
]
