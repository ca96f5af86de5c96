"""`shangwu prepare`: bring the database and the static files to the state that this code expects."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from shangwu.config import rehearsal
from shangwu.config.grants import apply_grants
from shangwu.foundation import law
from shangwu.foundation.accounts.operations import create_demonstration_accounts
from shangwu.foundation.audit.queries import newest_at
from shangwu.foundation.postgres import versions

OLDEST_SERVER = 170000


class Command(BaseCommand):
    """Migrations and grants (as the owner), law, static files, demonstration accounts."""

    help = "准备运行：迁移数据库、核对法规数据、收集静态文件（由 shangwu up 自动调用）"
    requires_system_checks = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--application-role", default="", help="应用连接数据库所用的角色")

    def handle(self, *args: Any, **options: Any) -> None:
        if sentence := rehearsal.objection(
            settings.REHEARSAL_CLOCK, demonstration=settings.DEMONSTRATION
        ):
            raise CommandError(sentence)
        problems = law.check()
        if problems:
            raise CommandError("法规数据有误：\n" + "\n".join(str(problem) for problem in problems))
        _refuse_unfit_database()
        call_command("migrate", interactive=False, verbosity=0)
        if role := options["application_role"]:
            with psycopg.connect(settings.DATABASE_URL) as connection:
                apply_grants(connection, application=role)
        _refuse_time_before_the_record()
        self._collect_static_files()
        if settings.DEMONSTRATION:
            self._make_demonstration_accounts()

    def _collect_static_files(self) -> None:
        """Collect only when a file changed: the collecting takes seconds, the comparison does not."""
        stamp = Path(settings.DATA_DIR) / "static.stamp"
        wanted = _fingerprint()
        if stamp.exists() and stamp.read_text("ascii") == wanted:
            return
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted, "ascii")

    def _make_demonstration_accounts(self) -> None:
        for login, password in create_demonstration_accounts(at=timezone.now()).items():
            self.stdout.write(f"演示账号 {login}  密码 {password}")


def _refuse_unfit_database() -> None:
    try:
        with psycopg.connect(settings.DATABASE_URL, connect_timeout=10) as connection:
            version = connection.info.server_version
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.OperationalError as error:
        raise CommandError(
            f"连接不上数据库：{str(error).strip()}\n请核对 DATABASE_URL 与 SHANGWU_OWNER_DATABASE_URL。"
        ) from None
    if version < OLDEST_SERVER:
        raise CommandError(
            f"数据库服务器是 {versions.name_of(version)}，至少需要 {versions.name_of(OLDEST_SERVER)}。"
        )
    if encoding != "UTF8":
        raise CommandError(f"数据库的编码是 {encoding}，需要 UTF8。请以 UTF8 重新建立数据库。")


def _refuse_time_before_the_record() -> None:
    """A rehearsed time lies after everything on record: nothing is ever recorded into its own past."""
    newest = newest_at() if settings.REHEARSAL_CLOCK else None
    if newest is not None and newest > timezone.now():
        raise CommandError(
            f"演练时钟早于最后一笔操作记录（{timezone.localtime(newest):%Y-%m-%d %H:%M}），请拨到其后，或换一个数据文件夹。"
        )


def _fingerprint() -> str:
    total = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list(None), key=lambda found: str(found[0])):
            facts = Path(storage.path(name)).stat()
            total.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return total.hexdigest()
