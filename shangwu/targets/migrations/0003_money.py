"""Hold budget adjustments, contracts, payments and what answers the negative list."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = (
    "targets_payment",
    "targets_paymentallocation",
    "targets_fundreceipt",
    "targets_acceptance",
)


class Migration(migrations.Migration):
    """Hold budget adjustments, contracts, payments and what answers the negative list."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("files", "0001_stored_file"),
        ("targets", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProjectKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(max_length=60, unique=True, verbose_name="财政项目编码"),
                ),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="targets.project",
                    ),
                ),
            ],
            options={"verbose_name": "财政项目编码"},
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="合同编号")),
                ("title", models.CharField(max_length=200, verbose_name="合同名称")),
                ("payee", models.CharField(max_length=200, verbose_name="收款人")),
                ("amount_fen", models.BigIntegerField(verbose_name="合同金额（分）")),
                ("signed_on", models.DateField(verbose_name="签订日期")),
                ("prepay_fen", models.BigIntegerField(default=0, verbose_name="约定预付款（分）")),
                (
                    "pay_within_days",
                    models.PositiveSmallIntegerField(verbose_name="验收后几日内付款"),
                ),
                (
                    "is_procured",
                    models.BooleanField(default=False, verbose_name="已履行政府采购程序"),
                ),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="targets.declaration",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="targets.subproject",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("declaration", "number"), name="contract_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0), ("prepay_fen__gte", 0)),
                        name="contract_amounts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_on", models.DateField(verbose_name="验收日期")),
                ("claimed_fen", models.BigIntegerField(verbose_name="申报完成金额（分）")),
                ("evidenced_fen", models.BigIntegerField(verbose_name="有佐证的完成金额（分）")),
                ("note", models.TextField(verbose_name="验收意见")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="targets.contract",
                    ),
                ),
            ],
            options={
                "verbose_name": "验收",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("claimed_fen__gt", 0), ("evidenced_fen__gte", 0)),
                        name="acceptance_amounts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="名称")),
                ("unit_price_fen", models.BigIntegerField(verbose_name="单价（分）")),
                (
                    "standard_fen",
                    models.BigIntegerField(blank=True, null=True, verbose_name="申报标准（分）"),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="targets.contract",
                    ),
                ),
            ],
            options={
                "verbose_name": "合同单价",
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "name"), name="contract_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="FundReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_on", models.DateField(verbose_name="到位日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("origin", models.CharField(max_length=100, verbose_name="资金来源")),
                ("voucher", models.CharField(max_length=60, verbose_name="凭证号")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="targets.declaration",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="targets.fundreceipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金到位",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", True)),
                        fields=("declaration", "voucher", "received_on"),
                        name="receipt_voucher_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_fen__gt", 0), ("reverses__isnull", True)),
                            models.Q(("amount_fen__lt", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="receipt_sign",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HitResponse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=6, verbose_name="清单项")),
                ("subject", models.CharField(max_length=200, verbose_name="对象")),
                ("digest", models.CharField(max_length=64, verbose_name="问题指纹")),
                ("sentence", models.TextField(verbose_name="问题")),
                (
                    "kind",
                    models.CharField(
                        choices=[("EXPLANATION", "情况说明"), ("CORRECTION", "已整改")],
                        max_length=11,
                        verbose_name="答复类型",
                    ),
                ),
                ("text", models.TextField(verbose_name="说明或整改情况")),
                ("at", models.DateTimeField(verbose_name="答复时间")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("PENDING", "待审批"),
                            ("APPROVED", "已同意"),
                            ("REFUSED", "未同意"),
                        ],
                        default="PENDING",
                        max_length=8,
                        verbose_name="核销",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="核销时间"),
                ),
                ("note", models.TextField(blank=True, verbose_name="核销意见")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="hit_responses",
                        to="targets.declaration",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "负面清单答复",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "PENDING")),
                        fields=("declaration", "rule", "subject", "digest"),
                        name="hit_response_pending_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", "PENDING"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["APPROVED", "REFUSED"]),
                                models.Q(("decided_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hit_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MoneyPlan",
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
                        choices=[("PAYMENT", "支出计划"), ("RECEIPT", "到位计划")],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="计划日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="计划金额（分）")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="更换时间"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_plans",
                        to="targets.declaration",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金计划",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["PAYMENT", "RECEIPT"])),
                        name="money_plan_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="money_plan_positive"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("declaration", "kind", "due_on"),
                        name="money_plan_day_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project_key",
                    models.CharField(blank=True, max_length=60, verbose_name="项目编码（凭证上）"),
                ),
                ("account", models.CharField(blank=True, max_length=60, verbose_name="付款账号")),
                ("voucher", models.CharField(max_length=60, verbose_name="凭证号")),
                ("paid_on", models.DateField(verbose_name="支付日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("payee", models.CharField(max_length=200, verbose_name="收款人")),
                ("category", models.CharField(blank=True, max_length=10, verbose_name="经济分类")),
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="用途")),
                ("invoice", models.CharField(blank=True, max_length=60, verbose_name="发票号")),
                (
                    "fingerprint",
                    models.CharField(max_length=64, unique=True, verbose_name="行指纹"),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("STATEMENT", "对账单"), ("HAND", "人工登记")],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                (
                    "row",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="对账单行号"),
                ),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="targets.contract",
                    ),
                ),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="targets.declaration",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="targets.subproject",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="targets.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付",
            },
        ),
        migrations.CreateModel(
            name="PaymentAllocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=10, verbose_name="经济分类")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.contract",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.subproject",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="targets.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付归集",
            },
        ),
        migrations.CreateModel(
            name="PaymentProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project_key",
                    models.CharField(blank=True, max_length=60, verbose_name="项目编码（凭证上）"),
                ),
                ("account", models.CharField(blank=True, max_length=60, verbose_name="付款账号")),
                ("voucher", models.CharField(max_length=60, verbose_name="凭证号")),
                ("paid_on", models.DateField(verbose_name="支付日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("payee", models.CharField(max_length=200, verbose_name="收款人")),
                ("category", models.CharField(blank=True, max_length=10, verbose_name="经济分类")),
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="用途")),
                ("invoice", models.CharField(blank=True, max_length=60, verbose_name="发票号")),
                ("reason", models.TextField(verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("PENDING", "待审批"),
                            ("APPROVED", "已同意"),
                            ("REFUSED", "未同意"),
                        ],
                        default="PENDING",
                        max_length=8,
                        verbose_name="审批",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审批时间"),
                ),
                ("note", models.TextField(blank=True, verbose_name="审批意见")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="targets.contract",
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="payment_proposals",
                        to="targets.declaration",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="targets.subproject",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal_proposals",
                        to="targets.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付登记申请",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "PENDING")),
                        fields=("reverses",),
                        name="reversal_pending_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", "PENDING"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["APPROVED", "REFUSED"]),
                                models.Q(("decided_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="payment_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="proposal",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment",
                to="targets.paymentproposal",
            ),
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("account", models.CharField(blank=True, max_length=60, verbose_name="付款账号")),
                (
                    "grid",
                    models.JSONField(
                        help_text="rows of cell texts, the head first", verbose_name="读到的表格"
                    ),
                ),
                ("columns", models.JSONField(default=dict, verbose_name="栏目对应")),
                ("unit", models.CharField(max_length=4, verbose_name="金额单位")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("READ", "待确认"),
                            ("CONFIRMED", "已确认"),
                            ("DISCARDED", "已放弃"),
                        ],
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="导入时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
                ),
                (
                    "known_rows",
                    models.PositiveIntegerField(default=0, verbose_name="此前已登记的行数"),
                ),
                (
                    "decided_by",
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
                        related_name="statements",
                        to="targets.declaration",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="files.storedfile",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "对账单",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "DISCARDED"), _negated=True),
                        fields=("declaration", "sha256"),
                        name="statement_file_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["READ", "CONFIRMED", "DISCARDED"])),
                        name="statement_status_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="statement",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="targets.statement",
            ),
        ),
        migrations.CreateModel(
            name="StatementMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("organisation", models.CharField(max_length=200, verbose_name="单位")),
                ("shape", models.CharField(max_length=64, verbose_name="表头形状")),
                (
                    "columns",
                    models.JSONField(help_text="field -> column, from 0", verbose_name="栏目对应"),
                ),
                ("unit", models.CharField(max_length=4, verbose_name="金额单位")),
                ("at", models.DateTimeField(verbose_name="确认时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "对账单栏目对应",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "shape"), name="statement_mapping_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApprovedUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("payee", models.CharField(blank=True, max_length=200, verbose_name="收款人")),
                ("category", models.CharField(blank=True, max_length=10, verbose_name="经济分类")),
                ("reason", models.TextField(verbose_name="依据")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("PENDING", "待审批"),
                            ("APPROVED", "已同意"),
                            ("REFUSED", "未同意"),
                        ],
                        default="PENDING",
                        max_length=8,
                        verbose_name="审批",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审批时间"),
                ),
                ("note", models.TextField(blank=True, verbose_name="审批意见")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="approved_uses",
                        to="targets.declaration",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_uses",
                        to="targets.subproject",
                    ),
                ),
            ],
            options={
                "verbose_name": "批准的用途",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payee", ""), _negated=True),
                            models.Q(("category", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="use_names_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", "PENDING"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["APPROVED", "REFUSED"]),
                                models.Q(("decided_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="use_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetAdjustment",
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
                            ("INCREASE", "追加"),
                            ("DECREASE", "核减"),
                            ("TRANSFER", "子项目间调剂"),
                            ("CARRY_OVER", "上年结转"),
                        ],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("document", models.CharField(blank=True, max_length=60, verbose_name="批准文号")),
                ("reason", models.TextField(verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("PENDING", "待审批"),
                            ("APPROVED", "已同意"),
                            ("REFUSED", "未同意"),
                        ],
                        default="PENDING",
                        max_length=8,
                        verbose_name="审批",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="审批时间"),
                ),
                ("note", models.TextField(blank=True, verbose_name="审批意见")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
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
                        related_name="adjustments",
                        to="targets.declaration",
                    ),
                ),
                (
                    "from_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="targets.subproject",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="targets.subproject",
                    ),
                ),
            ],
            options={
                "verbose_name": "预算调整",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["INCREASE", "DECREASE", "TRANSFER", "CARRY_OVER"])
                        ),
                        name="adjustment_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="adjustment_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("from_line__isnull", False),
                                ("kind", "TRANSFER"),
                                ("line__isnull", False),
                                models.Q(("from_line", models.F("line")), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "TRANSFER"), _negated=True),
                                ("from_line__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="adjustment_transfer_between_lines",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("decision", "PENDING"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decision__in", ["APPROVED", "REFUSED"]),
                                models.Q(("decided_by", models.F("by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="adjustment_decided_by_another",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["declaration", "paid_on"], name="payment_by_day"),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposal__isnull", True),
                        ("source", "STATEMENT"),
                        ("statement__isnull", False),
                    ),
                    models.Q(
                        ("proposal__isnull", False), ("source", "HAND"), ("statement__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="payment_has_its_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_fen__gt", 0), ("reverses__isnull", True)),
                    models.Q(("amount_fen__lt", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="payment_sign",
            ),
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION targets_refuse_change()",
                f"DROP TRIGGER {table}_append_only ON {table}",
            )
            for table in APPEND_ONLY
        ),
    ]
