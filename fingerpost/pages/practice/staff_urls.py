"""Addresses of the pages about staff: posts, absence, supervision, reviews, policies."""

from django.urls import path

from fingerpost.pages.practice.views import absences, correcting_meetings, policies, posts, staff, supervision

urlpatterns = [
    path("team/supervisions/new", supervision.supervision_new, name="supervision_new"),
    path("work/actions/<uuid:action>", supervision.my_action, name="my_action"),
    path("policies", policies.policies, name="policies"),
    path("policies/<uuid:issue>", policies.policy, name="policy"),
    path("staff", staff.staff, name="staff"),
    path("staff/figures", staff.staff_figures, name="staff_figures"),
    path("staff/areas", staff.staff_areas, name="staff_areas"),
    path("staff/people/<uuid:worker>", staff.worker, name="worker"),
    path("staff/posts", posts.posts, name="posts"),
    path("staff/posts/new", posts.post_new, name="post_new"),
    path("staff/posts/<uuid:post>", posts.post, name="post"),
    path("staff/posts/<uuid:post>/change", posts.post_change, name="post_change"),
    path("staff/posts/<uuid:post>/fill", posts.post_fill, name="post_fill"),
    path("staff/posts/<uuid:post>/vacate", posts.post_vacate, name="post_vacate"),
    path("staff/posts/<uuid:post>/end", posts.post_end, name="post_end"),
    path("staff/absences", absences.absences, name="absences"),
    path("staff/absences/new", absences.absence_new, name="absence_new"),
    path("staff/absences/<uuid:absence>", absences.absence, name="absence"),
    path("staff/absences/<uuid:absence>/change", absences.absence_change, name="absence_change"),
    path("staff/absences/<uuid:absence>/end", absences.absence_end, name="absence_end"),
    path("staff/absences/<uuid:absence>/cover", absences.cover_new, name="cover_new"),
    path("staff/absences/<uuid:absence>/hand-over", absences.hand_over, name="hand_over"),
    path("staff/supervision", supervision.supervision, name="supervision"),
    path("staff/supervision/<uuid:meeting>", supervision.supervision_meeting, name="supervision_meeting"),
    path("staff/supervision/<uuid:meeting>/correct", correcting_meetings.meeting_correct, name="meeting_correct"),
    path("staff/supervision/<uuid:meeting>/actions/new", supervision.action_new, name="action_new"),
    path("staff/actions/<uuid:action>/done", supervision.action_done, name="action_done"),
    path("staff/reviews/new", supervision.review_new, name="review_new"),
]
