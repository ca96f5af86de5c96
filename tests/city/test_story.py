"""The played year as data: it names only what is declared, its money adds up, and a cut play goes on."""

import csv
import tomllib
from collections import Counter, defaultdict
from datetime import date
from io import StringIO

import pytest

from city import current, demonstration, surveys, year
from city.browser import NoFormError, PageError, RefusedError
from city.forms import load_form
from city.stage import Diary, Place, Stage
from city.story import month_end, paperwork_day, read_scenes
from shangwu.targets.queries.bindings import propose_system_binding

SCENES = read_scenes()
FORMS = {form.project: form for form in map(load_form, demonstration.PLACES)}
PAID = {
    "投资促进平台网络信息平台维护项目": 275_000,
    "对外贸易经营者备案登记": 195_000,
    "上海市单用途预付卡信息管理系统(2019升级改造)": 1_821_000,
    "上海智慧微菜场建设": 3_960_000,
    "上海市商务委员会办事大厅管理项目": 291_000,
}
SIGN = {"INCREASE": 1, "CARRY_OVER": 1, "DECREASE": -1}


def of(act):
    return [scene for scene in SCENES if scene["act"] == act]


def entered(kind, project):
    found = [s for s in of("enter") if s["kind"] == kind and s["project"] == project]
    return [scene["fields"] for scene in found]


def rows(project):
    """Every row of the project's statements by voucher: a row sent twice counts once, a wrong file not at all."""
    found = {}
    for scene in of("statement"):
        if scene["project"] == project and "有误" not in scene["name"]:
            for row in csv.DictReader(StringIO(scene["text"].strip())):
                found[row["凭证号"]] = row
    return found


def indicators(project):
    return {goal.name for goal in FORMS[project].goals}


def test_every_project_and_indicator_of_the_story_is_declared():
    assert {scene["project"] for scene in SCENES} == set(FORMS)
    for scene in of("survey"):
        for bound in scene["bind"]:
            assert bound["indicator"] in indicators(scene["project"])
            assert bound["question"] <= len(scene["questions"])
    for scene in (*of("rate"), *of("complete")):
        assert scene["told"]["indicator"] in indicators(scene["project"])
    declared = set().union(*map(indicators, FORMS))
    for scene in (*of("report"), *of("evaluate")):
        assert set(scene["causes"]) - {"其余"} <= declared


def test_every_scene_can_be_played_and_has_a_key_of_its_own():
    assert {scene["act"] for scene in SCENES} <= set(year.ACTS)
    assert max(Counter(scene["key"] for scene in SCENES).values()) == 1


def test_scenes_are_played_in_order_and_never_before_they_happened():
    days = [scene["played_on"] for scene in SCENES]
    assert days == sorted(days)
    assert all(scene["on"] <= scene["played_on"] for scene in SCENES)
    assert len({scene["project"] for scene in of("month") if scene["on"].month == 7}) == len(FORMS)


@pytest.mark.parametrize("project", FORMS)
def test_the_years_payments_add_up(project):
    found = rows(project)
    returned = {s["voucher"] for s in of("reverse") if s["project"] == project}
    assert returned <= set(found)
    paid = sum(int(row["支付金额"]) for v, row in found.items() if v not in returned)
    paid += sum(int(fields["amount_fen"]) for fields in entered("payment", project))
    assert paid == PAID[project]
    changed = sum(SIGN[f["kind"]] * int(f["amount_fen"]) for f in entered("adjustment", project))
    assert paid <= int(FORMS[project].budget_year.replace(",", "")) + changed


@pytest.mark.parametrize("project", FORMS)
def test_rows_of_statements_fit_the_project_its_key_and_its_contracts(project):
    (key,) = [fields["key"] for fields in entered("key", project)]
    contracts = {fields["number"]: fields for fields in entered("contract", project)}
    on_contract = defaultdict(int)
    for row in rows(project).values():
        assert (row["子项目"], row["项目编码"]) == (project, key)
        assert date.fromisoformat(row["支付日期"]).year == 2019
        if number := row["合同编号"]:
            assert row["收款人"] == contracts[number]["payee"]
            on_contract[number] += int(row["支付金额"])
    for number, paid in on_contract.items():
        assert paid <= int(contracts[number]["amount_fen"])


def test_payees_are_marked_as_made_up():
    payees = {row["收款人"] for project in FORMS for row in rows(project).values()}
    assert payees
    assert all(payee.endswith("（演示）") for payee in payees)


def test_the_story_has_its_trouble():
    (wrong,) = [s for s in of("statement") if "有误" in s["name"]]
    assert "2019-13-18" in wrong["text"]
    assert max(Counter(s["text"] for s in of("statement")).values()) == 2
    invoices = Counter(row["发票号"] for p in FORMS for row in rows(p).values() if row["发票号"])
    assert [invoice for invoice, n in invoices.items() if n > 1] == ["FP-2702"]
    assert {scene["rule"] for scene in of("answer")} == {"N-02", "N-09"}
    assert [s["returned"] for s in of("decide") if s.get("returned")] == [True]


def test_answers_are_drawn_the_same_every_time_and_count_as_told():
    (scene,) = [s for s in of("answers") if s["on"] == date(2019, 2, 25) and s.get("strata")]
    drawn = surveys.drawn_answers(scene)
    assert drawn == surveys.drawn_answers(scene)
    assert Counter(stratum for stratum, _ in drawn) == dict.fromkeys(scene["strata"], 15)
    for question in (0, 1):
        counted = Counter(marks[question] for _, marks in drawn)
        assert [counted[rank] for rank in (5, 4, 3, 2, 1)] == scene["marks"][question]


def test_a_survey_collapses_in_june_and_recovers():
    title = "投资促进平台服务满意度调查（2019年）"
    shares, top, total = {}, 0, 0
    for scene in (s for s in of("answers") if s["survey"] == title):
        (counts,) = scene["marks"]
        top, total = top + sum(counts[:3]), total + sum(counts)
        shares[scene["on"].month] = top / total
    assert shares[5] - shares[6] > 0.10
    assert shares[12] >= 0.90


def test_the_office_does_its_paperwork_twice_a_month():
    assert paperwork_day(date(2019, 2, 3)) == date(2019, 2, 15)
    assert paperwork_day(date(2019, 2, 16)) == date(2019, 2, 28)
    assert month_end(date(2019, 12, 31)) == date(2019, 12, 31)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 11, 26), date(2028, 2, 29)])
def test_the_running_year_is_told_up_to_today_and_no_further(today):
    told = tomllib.loads((current.FOLDER / "story.toml").read_text("utf-8"))["project"]
    for project in told:
        form = load_form(current.FOLDER / project["form"], year=today.year)
        assert form.year == today.year
        assert str(today.year) in form.starts_on
        assert project["planned"] * 12 <= int(form.budget_year)
        names = {goal.name for goal in form.goals}
        binds = project.get("survey", {}).get("bind", ())
        assert {bound["indicator"] for bound in binds} <= names
        place = Place(form.project, form.year, f"/office/targets/projects/P1/{today.year}/")
        scenes = list(current.current_scenes(project, place, today=today))
        assert all(scene["on"] <= today for scene in scenes if "on" in scene)
        for statement in (s for s in scenes if s["act"] == "statement"):
            days = [row["支付日期"] for row in csv.DictReader(StringIO(statement["text"]))]
            assert len(days) == today.month - (today < month_end(today))
            assert all(date.fromisoformat(day) <= today for day in days)


def test_what_the_running_year_promises_of_prepaid_cards_is_measured_by_the_platform():
    form = load_form(current.FOLDER / "3-prepaid.toml", year=2026)
    measured = {goal.name for goal in form.goals if propose_system_binding(goal.name) is not None}
    assert {goal.name for goal in form.goals} - measured == {"预算执行率"}


def raising(error):
    def act():
        raise error

    return act


def test_a_diary_plays_each_act_once(tmp_path):
    played = []
    for _ in range(2):
        diary = Diary(tmp_path / "diary.txt")
        diary.play("one", lambda: played.append("one"))
        diary.play("one", lambda: played.append("one"))
    assert played == ["one"]


@pytest.mark.parametrize("error", [RefusedError("已经登记"), NoFormError("no form")])
def test_a_play_that_was_killed_before_its_note_takes_a_refusal_as_done(tmp_path, error):
    path = tmp_path / "diary.txt"
    path.write_text("begun one\n", "utf-8")
    Diary(path).play("one", raising(error))
    assert path.read_text("utf-8").endswith("done one\n")


def test_a_page_that_failed_after_a_kill_is_still_an_error(tmp_path):
    path = tmp_path / "diary.txt"
    path.write_text("begun one\n", "utf-8")
    with pytest.raises(PageError):
        Diary(path).play("one", raising(PageError("500")))
    assert "done" not in path.read_text("utf-8")


@pytest.mark.parametrize("error", [RefusedError("已经登记"), NoFormError("no form")])
def test_a_refusal_the_first_time_is_an_error(tmp_path, error):
    with pytest.raises(PageError):
        Diary(tmp_path / "diary.txt").play("one", raising(error))
    assert "done" not in (tmp_path / "diary.txt").read_text("utf-8")


def test_a_stage_without_a_clock_moves_nothing(tmp_path):
    stage = Stage("http://127.0.0.1:1", {}, Diary(tmp_path / "diary.txt"))
    stage.go_to(year.datetime(2019, 3, 1, tzinfo=year.SHANGHAI))
    stage.wait(5)
    assert stage.now is None


def test_a_stage_moves_its_clock_forwards_only(tmp_path):
    moved = []
    stage = Stage("http://127.0.0.1:1", {}, Diary(tmp_path / "diary.txt"), move=moved.append)
    first = year.datetime(2019, 3, 1, tzinfo=year.SHANGHAI)
    stage.go_to(first)
    stage.go_to(first)
    stage.wait(5)
    assert [(moment - first).seconds for moment in moved] == [0, 300]
