import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="单位编号"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="名称")),
            ],
            options={
                "verbose_name": "单位",
                "verbose_name_plural": "单位",
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "number",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="账号编号"
                    ),
                ),
                ("login", models.CharField(max_length=40, unique=True, verbose_name="登录名")),
                ("display_name", models.CharField(max_length=50, verbose_name="姓名")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "must_change_password",
                    models.BooleanField(default=False, verbose_name="须修改密码"),
                ),
                ("is_demonstration", models.BooleanField(default=False, verbose_name="演示账号")),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                (
                    "password_changed_at",
                    models.DateTimeField(null=True, verbose_name="密码修改时间"),
                ),
            ],
            options={
                "verbose_name": "账号",
                "verbose_name_plural": "账号",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("login__regex", "^[a-z0-9][a-z0-9._-]{1,39}$")),
                        name="account_login_folded",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "岗位",
                "verbose_name_plural": "岗位",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="post_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="任命编号"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SYSTEM_ADMIN", "系统管理员"),
                            ("SECURITY_ADMIN", "安全管理员"),
                            ("AUDIT_ADMIN", "审计管理员"),
                            ("LEADER", "委领导"),
                            ("TARGETS_EDITOR", "绩效填报岗"),
                            ("TARGETS_REVIEWER", "绩效审核岗"),
                        ],
                        max_length=40,
                        verbose_name="角色",
                    ),
                ),
                (
                    "cover",
                    models.CharField(
                        choices=[("A", "A 岗（主办）"), ("B", "B 岗（替补）")],
                        default="A",
                        max_length=1,
                        verbose_name="A/B 岗",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="开始日期")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("appointed_at", models.DateTimeField(verbose_name="任命时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="终止办理时间")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appointed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="accounts.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "任命",
                "verbose_name_plural": "任命",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "SYSTEM_ADMIN",
                                    "SECURITY_ADMIN",
                                    "AUDIT_ADMIN",
                                    "LEADER",
                                    "TARGETS_EDITOR",
                                    "TARGETS_REVIEWER",
                                ],
                            )
                        ),
                        name="appointment_role_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cover__in", ["A", "B"])),
                        name="appointment_cover_listed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on", None),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="appointment_term",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("appointed_by", models.F("account")), _negated=True),
                        name="appointment_not_by_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="委托编号"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SYSTEM_ADMIN", "系统管理员"),
                            ("SECURITY_ADMIN", "安全管理员"),
                            ("AUDIT_ADMIN", "审计管理员"),
                            ("LEADER", "委领导"),
                            ("TARGETS_EDITOR", "绩效填报岗"),
                            ("TARGETS_REVIEWER", "绩效审核岗"),
                        ],
                        max_length=40,
                        verbose_name="角色",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="开始日期")),
                ("until_on", models.DateField(verbose_name="终止日期")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("given_at", models.DateTimeField(verbose_name="委托时间")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="收回时间")),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_received",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "委托",
                "verbose_name_plural": "委托",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["LEADER", "TARGETS_EDITOR", "TARGETS_REVIEWER"])
                        ),
                        name="delegation_of_business_roles",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until_on__gte", models.F("from_on"))),
                        name="delegation_term",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("receiver")), _negated=True),
                        name="delegation_to_another",
                    ),
                ],
            },
        ),
    ]
