from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from shangwu.foundation.accounts.operations import create_administrator
from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.law.refused import Refused


class Command(BaseCommand):
    """Creates the first administrators of a real installation."""

    help = "建立首任管理员（系统、安全、审计三员各一人），打印一次性密码"

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("login", help="登录名")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--organisation", required=True, help="单位")
        parser.add_argument(
            "--role", required=True, choices=sorted(r.value for r in ADMINISTRATORS), help="角色"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account and print its one-time password."""
        try:
            account, password = create_administrator(
                login=options["login"],
                display_name=options["name"],
                role=Role(options["role"]),
                organisation=options["organisation"],
                at=timezone.now(),
            )
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"已建立{Role(options['role']).label}：{account.login}")
        self.stdout.write(f"一次性密码：{password}")
        self.stdout.write("首次登录须修改密码，并绑定动态口令或通行密钥。密码不会再次显示。")
