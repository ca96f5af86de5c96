"""Addresses of surveys: their pages, their results, and the form that people answer."""

from django.urls import path

from shangwu.targets.views import answering, surveys

urlpatterns = [
    path("targets/surveys/<str:number>/", answering.answer, name="survey-answer"),
    path("targets/surveys/<str:number>/thanks/", answering.thanks, name="survey-thanks"),
    path("targets/surveys/<str:number>/results/", answering.public_results, name="survey-results"),
    path("office/targets/surveys/", surveys.survey_list, name="surveys"),
    path(
        "office/targets/projects/<str:number>/<int:year>/surveys/new/",
        surveys.survey_new,
        name="survey-new",
    ),
    path("office/targets/surveys/<str:number>/", surveys.survey, name="survey"),
    path("office/targets/surveys/<str:number>/code.svg", surveys.survey_code, name="survey-code"),
    path(
        "office/targets/surveys/<str:number>/export.<str:kind>",
        surveys.survey_export,
        name="survey-export",
    ),
    path("office/targets/surveys/<str:number>/open/", surveys.survey_open, name="survey-open"),
    path("office/targets/surveys/<str:number>/close/", surveys.survey_close, name="survey-close"),
    path("office/targets/surveys/<str:number>/paper/", surveys.survey_paper, name="survey-paper"),
    path(
        "office/targets/surveys/<str:number>/answers/<int:pk>/rule/",
        surveys.survey_rule,
        name="survey-rule",
    ),
]
