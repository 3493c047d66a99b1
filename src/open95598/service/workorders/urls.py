"""Addresses of the orders' pages."""

from __future__ import annotations

from django.urls import path

from open95598.service.workorders import (
    urls_desks,
    views_case,
    views_complaints,
    views_erasure,
    views_intake,
    views_list,
    views_mine,
    views_papers,
    views_parts,
    views_register,
)

app_name = "workorders"
urlpatterns = [
    *urls_desks.urlpatterns,
    path("orders/", views_list.work_list, name="list"),
    path("orders/mine/", views_mine.my_work, name="my_work"),
    path("orders/new/", views_register.register, name="register"),
    path("orders/new/hints/", views_register.hints, name="hints"),
    path("orders/erasure/", views_erasure.erasure, name="erasure"),
    path("orders/new/triage/", views_intake.triage, name="triage"),
    path("orders/judgements/", views_complaints.judgements, name="judgements"),
    path("orders/parts/", views_parts.listed, name="parts"),
    path("orders/rows/<int:pk>/", views_list.row, name="row"),
    path("orders/bulk/<slug:name>/", views_list.bulk, name="bulk"),
    path("orders/speech/", views_intake.speech, name="speech"),
    path("orders/<str:number>/", views_case.case, name="case"),
    path("orders/<str:number>/registered/", views_register.registered, name="registered"),
    path("orders/<str:number>/attach/", views_intake.attach, name="attach_call"),
    path("orders/<str:number>/attached/", views_intake.attached, name="attached"),
    path("orders/<str:number>/candidates/", views_case.candidates, name="candidates"),
    path("orders/<str:number>/timeline/", views_case.timeline, name="timeline"),
    path("orders/<str:number>/actions/<slug:name>/", views_case.action, name="action"),
    path("orders/<str:number>/parts/<int:part>/", views_parts.part, name="part"),
    path("orders/<str:number>/parts/<int:part>/actions/<slug:name>/", views_parts.action, name="part_action"),
    path("orders/<str:number>/reveal/", views_papers.reveal, name="reveal"),
    path("orders/<str:number>/attachments/", views_papers.attach, name="attach"),
    path("orders/<str:number>/attachments/<int:pk>/", views_papers.attachment, name="attachment"),
    path("orders/<str:number>/attachments/<int:pk>/evidence/", views_complaints.mark, name="evidence"),
    path("orders/<str:number>/unseal/", views_papers.unseal, name="unseal"),
    path("orders/<str:number>/sealed/<int:pk>/", views_papers.sealed_file, name="sealed_file"),
    path("orders/<str:number>/slip.pdf", views_papers.slip, name="slip"),
]
