"""Hold forecasts, where targets stand, monitoring reports that lock their period, and issues."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "targets_outlook",
    "targets_monitoringapproval",
    "targets_monitoringreopening",
    "targets_issuestep",
    "targets_issuefile",
)
# Table of facts -> its day, and where its declaration is found.
DATED = {
    "targets_payment": ("paid_on", "NEW.declaration_id"),
    "targets_fundreceipt": ("received_on", "NEW.declaration_id"),
    "targets_acceptance": (
        "accepted_on",
        "(SELECT declaration_id FROM targets_contract WHERE id = NEW.contract_id)",
    ),
    "targets_rating": (
        "rated_on",
        "(SELECT declaration_id FROM targets_indicator WHERE id = NEW.indicator_id)",
    ),
    "targets_completion": (
        "done_on",
        "(SELECT declaration_id FROM targets_indicator WHERE id = NEW.indicator_id)",
    ),
}


# Readings taken before have no outlook; where their targets stand is known all the same.
STANDINGS = """
INSERT INTO targets_standing (indicator_id, declaration_id, reading_id, "on", status, light)
SELECT DISTINCT ON (r.indicator_id) r.indicator_id, i.declaration_id, r.id, r."on", r.status, 'NONE'
  FROM targets_storedreading r JOIN targets_indicator i ON i.id = r.indicator_id
 ORDER BY r.indicator_id, r."on" DESC, r.taken_at DESC
"""
# The shared lock on the declaration waits for an approval that is under way, and makes approvals wait.
GUARD = """
CREATE FUNCTION TABLE_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    theirs bigint := DECLARATION;
BEGIN
    PERFORM 1 FROM targets_declaration WHERE id = theirs FOR SHARE;
    IF EXISTS (SELECT 1 FROM targets_monitoringreport
                WHERE declaration_id = theirs AND status = 'LOCKED'
                  AND NEW.DAY BETWEEN starts_on AND ends_on) THEN
        RAISE EXCEPTION '% falls into a locked period', NEW.DAY
            USING ERRCODE = 'check_violation', CONSTRAINT = 'period_locked';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER TABLE_locked_period BEFORE INSERT ON TABLE
    FOR EACH ROW EXECUTE FUNCTION TABLE_refuse_locked()
"""
NO_GUARD = "DROP TRIGGER TABLE_locked_period ON TABLE; DROP FUNCTION TABLE_refuse_locked()"


def _guard(table: str) -> tuple[str, str]:
    """Return SQL that refuses a row of a locked period, and its reverse."""
    day, declaration = DATED[table]
    make = GUARD.replace("TABLE", table).replace("DAY", day).replace("DECLARATION", declaration)
    return make, NO_GUARD.replace("TABLE", table)


class Migration(migrations.Migration):
    """Hold forecasts, where targets stand, monitoring reports that lock their period, and issues."""

    dependencies = [
        ("files", "0001_stored_file"),
        ("targets", "0005_evaluation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Issue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=10, verbose_name="预警规则")),
                ("subject", models.CharField(max_length=80, verbose_name="对象")),
                ("sentence", models.TextField(verbose_name="问题")),
                (
                    "found_on",
                    models.DateField(
                        help_text="the day that the figures speak of", verbose_name="发现日期"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("FOUND", "待指派"),
                            ("ASSIGNED", "整改中"),
                            ("REPORTED", "待核验"),
                            ("CLOSED", "已销号"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="登记时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                ("due_why", models.TextField(blank=True, verbose_name="期限说明")),
                ("cause", models.CharField(blank=True, max_length=20, verbose_name="偏差原因")),
                ("cause_detail", models.TextField(blank=True, verbose_name="原因分析")),
                ("action", models.TextField(blank=True, verbose_name="整改措施")),
                (
                    "reported_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="报送时间"),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="销号时间")),
                ("check_on", models.DateField(blank=True, null=True, verbose_name="成效复查日")),
                (
                    "effect",
                    models.CharField(
                        blank=True,
                        choices=[("EFFECTIVE", "有效"), ("INEFFECTIVE", "未见效")],
                        max_length=11,
                        verbose_name="整改成效",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="targets.declaration",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="targets.indicator",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reported_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "监控问题",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["FOUND", "ASSIGNED", "REPORTED", "CLOSED"])
                        ),
                        name="issue_status_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "CLOSED"), _negated=True),
                        fields=("declaration", "rule", "subject"),
                        name="issue_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner__isnull", True), ("status", "FOUND")),
                            models.Q(
                                models.Q(("status", "FOUND"), _negated=True),
                                ("due_on__isnull", False),
                                ("owner__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="issue_owned_once_assigned",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("status", "CLOSED"), _negated=True),
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("reported_by__isnull", False),
                                ("status", "CLOSED"),
                                models.Q(("closed_by", models.F("reported_by")), _negated=True),
                                models.Q(("closed_by", models.F("owner")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="issue_closed_by_another",
                    ),
                ],
                "indexes": [models.Index(fields=["status", "due_on"], name="issue_by_due_day")],
            },
        ),
        migrations.CreateModel(
            name="IssueFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改佐证",
            },
        ),
        migrations.CreateModel(
            name="IssueStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("OPENED", "登记"),
                            ("ASSIGNED", "指派"),
                            ("EXPLAINED", "原因和措施"),
                            ("REPORTED", "报送整改结果"),
                            ("RETURNED", "退回"),
                            ("CLOSED", "销号"),
                            ("CHECKED", "成效复查"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("text", models.TextField(verbose_name="内容")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "files",
                    models.ManyToManyField(
                        related_name="+", through="targets.IssueFile", to="files.storedfile"
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="targets.issue",
                    ),
                ),
            ],
            options={
                "verbose_name": "问题办理记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "OPENED",
                                    "ASSIGNED",
                                    "EXPLAINED",
                                    "REPORTED",
                                    "RETURNED",
                                    "CLOSED",
                                    "CHECKED",
                                ],
                            )
                        ),
                        name="issue_step_kind_known",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="issuefile",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence",
                to="targets.issuestep",
            ),
        ),
        migrations.CreateModel(
            name="MonitoringReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="期间起")),
                ("ends_on", models.DateField(verbose_name="期间止")),
                ("due_on", models.DateField(verbose_name="报送期限")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "起草中"),
                            ("SUBMITTED", "已提交"),
                            ("LOCKED", "已批准锁定"),
                        ],
                        max_length=9,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(default=1, verbose_name="修订号")),
                ("known_at", models.DateTimeField(verbose_name="读数选取时间")),
                ("drafted_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="提交时间"),
                ),
                ("returned_note", models.TextField(blank=True, verbose_name="退回意见")),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monitoring_reports",
                        to="targets.declaration",
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "绩效监控报告",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "starts_on", "ends_on"),
                        name="monitoring_period_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="monitoring_period_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["DRAFT", "SUBMITTED", "LOCKED"])),
                        name="monitoring_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonitoringReopening",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(verbose_name="被重开的修订号")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reopenings",
                        to="targets.monitoringreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "监控重开",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "revision"), name="monitoring_reopened_once_a_revision"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MonitoringLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(blank=True, max_length=10, verbose_name="完成可能性")),
                (
                    "causes",
                    models.JSONField(
                        default=list,
                        help_text="classes of the official list",
                        verbose_name="偏差原因",
                    ),
                ),
                ("explanation", models.TextField(blank=True, verbose_name="原因说明")),
                ("note", models.TextField(blank=True, verbose_name="备注")),
                ("stated_at", models.DateTimeField(blank=True, null=True, verbose_name="确认时间")),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="monitoring_lines",
                        to="targets.indicator",
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.storedreading",
                    ),
                ),
                (
                    "stated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="targets.monitoringreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "监控行",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "indicator"), name="monitoring_line_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("stated_at__isnull", True),
                                ("stated_by__isnull", True),
                                ("word", ""),
                            ),
                            models.Q(
                                models.Q(("word", ""), _negated=True),
                                ("stated_at__isnull", False),
                                ("stated_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="monitoring_word_said_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MonitoringApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("revision", models.PositiveSmallIntegerField(verbose_name="修订号")),
                ("content", models.JSONField(verbose_name="批准内容")),
                ("content_sha256", models.CharField(max_length=64, verbose_name="内容指纹")),
                ("evidence_sha256", models.CharField(max_length=64, verbose_name="证据指纹")),
                (
                    "audit_head",
                    models.CharField(blank=True, max_length=80, verbose_name="操作记录封存号"),
                ),
                ("note", models.TextField(blank=True, verbose_name="审核意见")),
                ("at", models.DateTimeField(verbose_name="批准时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="targets.monitoringreport",
                    ),
                ),
            ],
            options={
                "verbose_name": "监控批准",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "revision"), name="monitoring_approved_once_a_revision"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outlook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "planned",
                    models.DecimalField(
                        decimal_places=10, max_digits=30, null=True, verbose_name="计划值"
                    ),
                ),
                (
                    "progress",
                    models.DecimalField(
                        decimal_places=10, max_digits=20, null=True, verbose_name="进度"
                    ),
                ),
                (
                    "progress_light",
                    models.CharField(
                        choices=[
                            ("GREEN", "正常"),
                            ("YELLOW", "关注"),
                            ("RED", "预警"),
                            ("NONE", "无预测"),
                        ],
                        max_length=6,
                        verbose_name="进度灯号",
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="预测方法")),
                (
                    "method_label",
                    models.CharField(blank=True, max_length=60, verbose_name="预测方法名称"),
                ),
                (
                    "median",
                    models.DecimalField(
                        decimal_places=10, max_digits=30, null=True, verbose_name="预计值"
                    ),
                ),
                (
                    "low",
                    models.DecimalField(
                        decimal_places=10, max_digits=30, null=True, verbose_name="区间下限"
                    ),
                ),
                (
                    "high",
                    models.DecimalField(
                        decimal_places=10, max_digits=30, null=True, verbose_name="区间上限"
                    ),
                ),
                (
                    "probability",
                    models.DecimalField(
                        decimal_places=10, max_digits=12, null=True, verbose_name="达成概率"
                    ),
                ),
                ("word", models.CharField(blank=True, max_length=10, verbose_name="建议用词")),
                (
                    "light",
                    models.CharField(
                        choices=[
                            ("GREEN", "正常"),
                            ("YELLOW", "关注"),
                            ("RED", "预警"),
                            ("NONE", "无预测"),
                        ],
                        max_length=6,
                        verbose_name="灯号",
                    ),
                ),
                ("why", models.TextField(verbose_name="说明")),
                (
                    "reading",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outlook",
                        to="targets.storedreading",
                    ),
                ),
            ],
            options={
                "verbose_name": "读数预测",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("light__in", ["GREEN", "YELLOW", "RED", "NONE"]),
                            ("progress_light__in", ["GREEN", "YELLOW", "RED", "NONE"]),
                        ),
                        name="outlook_light_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("probability__isnull", True),
                            models.Q(("probability__gte", 0), ("probability__lte", 1)),
                            _connector="OR",
                        ),
                        name="outlook_probability_is_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("low__isnull", True),
                            models.Q(
                                ("high__gte", models.F("median")), ("low__lte", models.F("median"))
                            ),
                            _connector="OR",
                        ),
                        name="outlook_interval_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="截至日期")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("MET", "已达成"),
                            ("MISSED", "未达成"),
                            ("PARTIAL", "部分达成"),
                            ("NOT_DUE", "未到期"),
                            ("NO_DATA", "无数据"),
                            ("NEEDS_RATING", "待评定"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "light",
                    models.CharField(
                        choices=[
                            ("GREEN", "正常"),
                            ("YELLOW", "关注"),
                            ("RED", "预警"),
                            ("NONE", "无预测"),
                        ],
                        max_length=6,
                        verbose_name="灯号",
                    ),
                ),
                (
                    "probability",
                    models.DecimalField(
                        decimal_places=10, max_digits=12, null=True, verbose_name="达成概率"
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standings",
                        to="targets.declaration",
                    ),
                ),
                (
                    "indicator",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="standing",
                        to="targets.indicator",
                    ),
                ),
                (
                    "reading",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.storedreading",
                    ),
                ),
            ],
            options={
                "verbose_name": "现状",
                "indexes": [
                    models.Index(
                        fields=["declaration", "status", "light"], name="standing_by_declaration"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="issuefile",
            constraint=models.UniqueConstraint(fields=("step", "file"), name="issue_file_once"),
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION targets_refuse_change()",
                f"DROP TRIGGER {table}_append_only ON {table}",
            )
            for table in APPEND_ONLY
        ),
        *(migrations.RunSQL(*_guard(table)) for table in DATED),
        migrations.RunSQL(STANDINGS, migrations.RunSQL.noop),
    ]
