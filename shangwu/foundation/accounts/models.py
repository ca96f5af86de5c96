from datetime import date
from typing import ClassVar, Self
from uuid import uuid4

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone

from shangwu.foundation.accounts.roles import ADMINISTRATORS, Role
from shangwu.foundation.audit import Actor

LOGIN_PATTERN = r"^[a-z0-9][a-z0-9._-]{1,39}$"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their case-folded login name."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=(username or "").casefold())


class Account(AbstractBaseUser):
    """One person who signs in. 账号.

    No e-mail, telephone or identity number is kept: the office reaches its people by other means.
    `number` is the only identifier that leaves the platform.
    """

    number = models.UUIDField("账号编号", unique=True, default=uuid4, editable=False)
    login = models.CharField("登录名", max_length=40, unique=True)
    display_name = models.CharField("姓名", max_length=50)
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField("须修改密码", default=False)
    is_demonstration = models.BooleanField("演示账号", default=False)
    created_at = models.DateTimeField("建立时间")
    password_changed_at = models.DateTimeField("密码修改时间", null=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints: ClassVar = [
            # One spelling per person: lower-case ASCII, so that no two logins differ by case alone.
            models.CheckConstraint(
                condition=Q(login__regex=LOGIN_PATTERN), name="account_login_folded"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def actor(self) -> Actor:
        """The person as the record of acts names them."""
        return Actor("person", str(self.number), self.display_name)

    def roles(self, *, on: date) -> frozenset[str]:
        """Return the codes of the roles held on that day, by appointment or by delegation."""
        appointed = Appointment.objects.filter(account=self).in_force(on=on)
        lent = Delegation.objects.filter(receiver=self).in_force(on=on)
        return frozenset(
            appointed.order_by()
            .values_list("role", flat=True)
            .union(lent.order_by().values_list("role", flat=True))
        )

    def has_role(self, role: Role, *, on: date) -> bool:
        """Tell whether the person holds the role on that day."""
        return role.value in self.roles(on=on)

    def roles_today(self) -> frozenset[str]:
        """Return the roles held now; asked once for each request, whose account this object is."""
        if self._roles_today is None:
            # Admission is a question about this moment, so this method reads the clock.
            self._roles_today = self.roles(on=timezone.localdate())  # noqa: TID251
        return self._roles_today

    def has_second_factor(self) -> bool:
        """Tell whether a passkey or an authenticator app is enrolled."""
        if self._has_second_factor is None:
            self._has_second_factor = bool(is_mfa_enabled(self))
        return self._has_second_factor

    _roles_today: frozenset[str] | None = None
    _has_second_factor: bool | None = None


def signed_in(request: HttpRequest) -> Account:
    """Return the account behind a request that `entry` admitted."""
    if not isinstance(request.user, Account):
        raise TypeError("an anonymous request reached a view for signed-in people")
    return request.user


class Organisation(models.Model):
    """A unit that people work for. 单位."""

    number = models.UUIDField("单位编号", unique=True, default=uuid4, editable=False)
    name = models.CharField("名称", max_length=100, unique=True)

    class Meta:
        verbose_name = "单位"
        verbose_name_plural = "单位"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A place of work in an organisation, whoever holds it. 岗位."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    name = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="post_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Cover(models.TextChoices):
    """A/B cover (AB 岗): who holds a post first, and who covers for them."""

    MAIN = "A", "A 岗（主办）"
    COVER = "B", "B 岗（替补）"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Filters of appointments."""

    def in_force(self, *, on: date) -> Self:
        """Keep those in force that day; the last day is excluded."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=on), from_on__lte=on)


class Appointment(models.Model):
    """A person holds a role in a post for a term, [from_on, until_on). 任命.

    A trigger refuses an administrator a second role in the same time (三员分立).
    """

    number = models.UUIDField("任命编号", unique=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    role = models.CharField("角色", max_length=40, choices=Role.choices)
    cover = models.CharField("A/B 岗", max_length=1, choices=Cover.choices, default=Cover.MAIN)
    from_on = models.DateField("开始日期")
    until_on = models.DateField("终止日期", null=True, blank=True)
    reason = models.CharField("理由", max_length=200)
    # Empty for the first administrators alone, whom the command line appoints.
    appointed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    appointed_at = models.DateTimeField("任命时间")
    ended_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField("终止办理时间", null=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任命"
        verbose_name_plural = "任命"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="appointment_role_listed"
            ),
            models.CheckConstraint(
                condition=Q(cover__in=Cover.values), name="appointment_cover_listed"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="appointment_term",
            ),
            models.CheckConstraint(
                condition=~Q(appointed_by=F("account")), name="appointment_not_by_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.from_on}"


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Filters of delegations."""

    def in_force(self, *, on: date) -> Self:
        """Keep those whose term holds that day and whose giver still holds the role by appointment."""
        held = Appointment.objects.filter(
            account=models.OuterRef("giver"), role=models.OuterRef("role")
        ).in_force(on=on)
        return self.filter(
            models.Exists(held), from_on__lte=on, until_on__gt=on, giver__is_active=True
        )


class Delegation(models.Model):
    """One person lends a role to another for a term, [from_on, until_on). 委托代办.

    Administrators' roles cannot be lent, and what was lent cannot be lent on.
    """

    number = models.UUIDField("委托编号", unique=True, default=uuid4, editable=False)
    giver = models.ForeignKey(Account, models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(Account, models.PROTECT, related_name="delegations_received")
    role = models.CharField("角色", max_length=40, choices=Role.choices)
    from_on = models.DateField("开始日期")
    until_on = models.DateField("终止日期")
    reason = models.CharField("理由", max_length=200)
    given_at = models.DateTimeField("委托时间")
    revoked_at = models.DateTimeField("收回时间", null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = "委托"
        verbose_name_plural = "委托"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(set(Role.values) - {r.value for r in ADMINISTRATORS})),
                name="delegation_of_business_roles",
            ),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="delegation_term"),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.from_on}"
