"""Operators that sell in advance, where they trade, what they earn, and their linkage with the platform."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Upper

from shangwu.foundation.accounts.models import Account, Organisation
from shangwu.foundation.files.models import StoredFile
from shangwu.prepaid.vocabulary import Agency, OperatorForm, OperatorStatus, Sector


class Operator(models.Model):
    """An issuer of single-purpose prepaid cards (经营者, REG18 Art. 2).

    `number` is the platform's own and leaves it; `address_key` makes equal addresses equal, however they are
    written. The heads of group and franchise are named by social credit code: they need not be registered.
    """

    number = models.CharField("平台编号", max_length=14, unique=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=120)
    trade_name = models.CharField("字号", max_length=60, blank=True)
    brand = models.CharField("品牌", max_length=60, blank=True)
    sector = models.CharField("行业", max_length=20, choices=Sector)
    subsector = models.CharField("细分行业", max_length=40, blank=True)
    form = models.CharField("经营形式", max_length=20, choices=OperatorForm)
    district = models.CharField("所在区", max_length=6)
    place = models.CharField("住所", max_length=200)
    address_key = models.CharField("住所比对键", max_length=64)
    representative = models.CharField("法定代表人或者负责人", max_length=50, blank=True)
    established_on = models.DateField("成立日期", null=True)
    sells_since = models.DateField("开始发行单用途卡日期", null=True)
    capital_fen = models.BigIntegerField("注册资本（分）", null=True)
    group_head = models.CharField("集团母公司代码", max_length=18, blank=True)
    franchise_head = models.CharField("特许人代码", max_length=18, blank=True)
    has_tenant_cards = models.BooleanField("发行场内商户通用卡", default=False)
    status = models.CharField("对接状态", max_length=12, choices=OperatorStatus)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, null=True, related_name="prepaid_operator"
    )
    registered_at = models.DateTimeField("登记时间")
    connected_on = models.DateField("完成对接日", null=True)
    ended_on = models.DateField("退出日", null=True)
    # What people search by, its case folded once: folding four columns of every row takes longer than all the rest.
    search_key = models.GeneratedField(
        expression=Upper(
            Concat(
                *(F("name"), Value("\n"), F("trade_name"), Value("\n"), F("brand"), Value("\n")),
                *(F("uscc"), Value("\n"), F("number")),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name="检索键",
    )

    class Meta:
        verbose_name = "经营者"
        constraints = [
            models.CheckConstraint(
                condition=Q(sector__in=Sector.values), name="operator_sector_known"
            ),
            models.CheckConstraint(
                condition=Q(form__in=OperatorForm.values), name="operator_form_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=OperatorStatus.values), name="operator_status_known"
            ),
            models.CheckConstraint(
                condition=Q(uscc__regex=r"^[0-9A-Z]{18}$"), name="operator_uscc_form"
            ),
        ]
        indexes = [
            models.Index(fields=["district", "sector"], name="operator_district_sector"),
            models.Index(fields=["sector"], name="operator_sector"),
            models.Index(fields=["name", "id"], name="operator_name"),
            models.Index(fields=["address_key"], name="operator_address_key"),
            models.Index(fields=["brand"], name="operator_brand"),
            models.Index(fields=["representative"], name="operator_representative"),
            # Few name a head; who is one is asked of everybody.
            models.Index(
                fields=["group_head"], condition=~Q(group_head=""), name="operator_group_head"
            ),
            models.Index(
                fields=["franchise_head"],
                condition=~Q(franchise_head=""),
                name="operator_franchise_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Outlet(models.Model):
    """A shop of an operator; `number` is unique with the operator, as the interface writes it."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="outlets")
    number = models.CharField("门店编号", max_length=20)
    name = models.CharField("门店名称", max_length=100)
    district = models.CharField("所在区", max_length=6)
    place = models.CharField("地址", max_length=200)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True)
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=6, null=True)
    lease_until = models.DateField("租期届满日", null=True)
    opened_on = models.DateField("开业日期")
    closed_on = models.DateField("停业日期", null=True)

    class Meta:
        verbose_name = "门店"
        constraints = [
            models.UniqueConstraint(fields=["operator", "number"], name="outlet_number_once"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[A-Z0-9-]{4,20}$"), name="outlet_number_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class OperatorYear(models.Model):
    """What an operator earned in a year, as its statement says; a correction is a further row. Append-only."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField("年度")
    revenue_fen = models.BigIntegerField("主营业务收入（分）")
    statement = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    provided_at = models.DateTimeField("提供时间")

    class Meta:
        verbose_name = "年度收入"
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "year", "provided_at"], name="operator_year_version"
            ),
            models.CheckConstraint(condition=Q(revenue_fen__gte=0), name="operator_year_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.year}"


class OperatorKey(models.Model):
    """A public key with which an operator signs what it sends; the private one never leaves it.

    `is_sandbox` keys open the sandbox only, where nothing counts.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="keys")
    key_id = models.CharField("密钥编号", max_length=40, unique=True)
    public_key = models.BinaryField("公钥（Ed25519）", max_length=32)
    is_sandbox = models.BooleanField("仅限测试环境", default=False)
    made_at = models.DateTimeField("登记时间")
    revoked_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = "报送密钥"

    def __str__(self) -> str:
        return self.key_id


class LinkageMark(models.Model):
    """The mark that an operator has linked its data (信息对接标识, REG18 Art. 12); anyone may verify it.

    `code` stands in its QR. A withdrawn mark stays, with the reason.
    """

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="marks")
    code = models.CharField("标识编号", max_length=20, unique=True)
    due_on = models.DateField("应取得日")
    issued_on = models.DateField("核发日")
    issued_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField("收回日", null=True)
    withdrawn_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.CharField("收回理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "信息对接标识"
        constraints = [
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(withdrawn_on__isnull=True),
                name="linkage_mark_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("issued_on")),
                name="linkage_mark_withdrawn_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class SupervisingUnit(models.Model):
    """What an organisation supervises: the operators of an agency's sectors, in one district or the city.

    `district` is empty for the city's own unit. Commerce at city level sees every sector: it keeps the platform.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="prepaid_supervision"
    )
    agency = models.CharField("部门", max_length=24, choices=Agency)
    district = models.CharField("所在区", max_length=6, blank=True)

    class Meta:
        verbose_name = "监管单位"
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__in=Agency.values), name="supervising_agency_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_agency_display()}"
