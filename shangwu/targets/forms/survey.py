"""What people type about surveys: the questionnaire, a batch of paper forms, a ruling, an answer."""

import re
from datetime import date
from typing import Any

from django import forms

from shangwu.foundation.web.fields import DayField
from shangwu.targets.models import Question, Survey
from shangwu.targets.operations.surveys import PaperLine, SurveyContent
from shangwu.targets.queries.surveys import levels_of
from shangwu.targets.rules.survey.law import survey_law

QUESTIONS = 6
_QUOTA = re.compile(r"(?P<stratum>.+?)[\s,，:：]+(?P<wanted>\d{1,7})")
_SEPARATOR = re.compile(r"[\s,，;；\t]+")


class SurveyForm(forms.Form):
    """A questionnaire on the scales of law/surveys.toml."""

    title = forms.CharField(label="调查名称", max_length=100)
    introduction = forms.CharField(
        label="给答卷人的说明",
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        initial="本调查不记名，约需一分钟。您的评价用于改进服务和考核项目绩效。",
    )
    opens_on = DayField(label="开始日期")
    closes_on = DayField(label="截止日期")
    stratum_title = forms.CharField(
        label="按什么分组", max_length=20, required=False, help_text="例如：所在区、办事窗口。"
    )
    quotas = forms.CharField(
        label="各组配额",
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="每行一组，写组名和份数，例如：黄浦区 30。不分组可不填。",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scales = [(name, found.label) for name, found in survey_law(on).scales().items()]
        for position in range(1, QUESTIONS + 1):
            first = position == 1
            self.fields[f"text-{position}"] = forms.CharField(
                label=f"第 {position} 题", max_length=200, required=first
            )
            self.fields[f"english-{position}"] = forms.CharField(
                label=f"第 {position} 题英文", max_length=300, required=False
            )
            self.fields[f"scale-{position}"] = forms.ChoiceField(
                label=f"第 {position} 题量表", choices=scales, required=first
            )

    def clean_quotas(self) -> tuple[tuple[str, int], ...]:
        """Return the quotas line by line; a line that cannot be read is named."""
        found: dict[str, int] = {}
        for number, line in enumerate(self.cleaned_data["quotas"].splitlines(), start=1):
            if not line.strip():
                continue
            match = _QUOTA.fullmatch(line.strip())
            if match is None or int(match["wanted"]) == 0:
                raise forms.ValidationError(f"第 {number} 行“{line.strip()}”应写成：组名 份数。")
            if match["stratum"] in found:
                raise forms.ValidationError(f"第 {number} 行：“{match['stratum']}”重复。")
            found[match["stratum"]] = int(match["wanted"])
        return tuple(found.items())

    def question_fields(self) -> list[list[forms.BoundField]]:
        """Return the fields of each question, for the template."""
        return [
            [self[f"{name}-{position}"] for name in ("text", "scale", "english")]
            for position in range(1, QUESTIONS + 1)
        ]

    def content(self) -> SurveyContent:
        """Return what was typed, questions without a text left out."""
        data = self.cleaned_data
        return SurveyContent(
            title=data["title"],
            introduction=data["introduction"],
            stratum_title=data["stratum_title"],
            opens_on=data["opens_on"],
            closes_on=data["closes_on"],
            questions=tuple(
                (data[f"text-{n}"], data[f"english-{n}"], data[f"scale-{n}"])
                for n in range(1, QUESTIONS + 1)
                if data[f"text-{n}"].strip()
            ),
            quotas=data["quotas"],
        )


class AnswerForm(forms.Form):
    """One person's answers; `ticket` is the once-only number of this form."""

    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions: list[Question] = list(survey.questions.order_by("position"))
        strata = list(survey.quotas.order_by("pk").values_list("stratum", flat=True))
        if strata:
            self.fields["stratum"] = forms.ChoiceField(
                label=survey.stratum_title or "所属分组",
                choices=[("", "请选择"), *((name, name) for name in strata)],
            )
        for question in self._questions:
            levels = levels_of(question.scale, on=survey.opens_on)
            english = bool(question.english)
            self.fields[f"question-{question.position}"] = forms.TypedChoiceField(
                label=f"{question.position}. {question.text}",
                help_text=question.english,
                coerce=int,
                widget=forms.RadioSelect,
                choices=[
                    (level.rank, f"{level.word} {level.english}" if english else level.word)
                    for level in levels
                ],
                error_messages={"required": "请选择一项。"},
            )

    def renew_ticket(self, ticket: str) -> None:
        """Let the same choices be sent once more, with another ticket."""
        self.data = {name: self[name].value() for name in self.fields} | {"ticket": ticket}
        self.add_error(None, "这份问卷打开太久，已经过期。您的选择都还在，请再提交一次。")

    def ranks(self) -> dict[int, int]:
        """Return the rank chosen for each question, by position."""
        return {q.position: self.cleaned_data[f"question-{q.position}"] for q in self._questions}


class PaperForm(forms.Form):
    """A batch of paper forms, one a line: the stratum where there is one, then the ranks in order."""

    batch = forms.CharField(
        label="批次号", max_length=40, help_text="例如：2019-06-黄浦-01。同一批次只能录入一次。"
    )
    answered_on = DayField(label="作答日期")
    lines = forms.CharField(
        label="答卷", widget=forms.Textarea({"rows": 12, "spellcheck": "false"})
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._has_strata = survey.quotas.exists()
        order = f"{survey.stratum_title or '分组'}，" if self._has_strata else ""
        self.fields[
            "lines"
        ].help_text = f"每行一份：{order}各题分值（最好为 5，依次到 1），用空格、逗号或制表符隔开，可从表格软件粘贴。"

    def clean_lines(self) -> list[PaperLine]:
        """Return the lines as typed; what is not a number is named with its line."""
        found = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), start=1):
            cells = [cell for cell in _SEPARATOR.split(line.strip()) if cell]
            if not cells:
                continue
            stratum, marks = (cells[0], cells[1:]) if self._has_strata else ("", cells)
            wrong = next((mark for mark in marks if not (mark.isascii() and mark.isdigit())), None)
            if wrong is not None:
                raise forms.ValidationError(f"第 {number} 行：“{wrong}”不是分值，请填写数字。")
            found.append(PaperLine(number, stratum, tuple(int(mark[:3]) for mark in marks)))
        return found


class RulingForm(forms.Form):
    """Why an answer is left out or taken back in."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea({"rows": 2}))
