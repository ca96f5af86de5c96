# Two commands do everything: `make run` shows the platform, `make test` proves it.
# A fresh Debian 12 with python3 and make is enough; see docs/operations/settings.md for what may be set.
PYTHON ?= python3
BIN := .venv/bin
# An embedded server for one command, thrown away afterwards; its address arrives as DATABASE_URL.
WITH_DATABASE := $(BIN)/python -m shangwu.foundation.postgres run --throw-away --data var/test-postgres --
UV ?= uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

.PHONY: help run year test check lock bench clean

help:
	@echo 'make run    启动平台与演示 (start the platform with its demonstration; PORT=8000)'
	@echo 'make year   在演练时钟上演示2019年全年并打印结果 (play a year on a fresh platform and print it; PORT=8950)'
	@echo 'make test   安装并运行全部测试 (install what tests need and run them all; ARGS=...)'
	@echo 'make check  格式、类型、依赖边界、部署检查 (everything a machine can review)'
	@echo 'make bench  运行性能测量 (benchmarks, JSON)'
	@echo 'make lock   更新依赖锁定 (renew the hashed locks; needs uv and npm)'
	@echo 'make clean  删除环境与缓存,保留 var/ 中的数据 (remove .venv, node_modules, caches; data stays)'

run:
	@$(PYTHON) deploy/bootstrap.py run
	@SHANGWU_DEMONSTRATION=year exec $(BIN)/shangwu up --port $(or $(PORT),8000)

year:
	@$(PYTHON) deploy/bootstrap.py run
	@exec $(BIN)/python -m city.rehearsal --folder var/year --port $(or $(PORT),8950)

test:
	@$(PYTHON) deploy/bootstrap.py test
	@$(WITH_DATABASE) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check:
	@$(PYTHON) deploy/bootstrap.py test
	@$(BIN)/python deploy/check.py

bench:
	@$(PYTHON) deploy/bootstrap.py test
	@failed=; for benchmark in benchmarks/[a-z]*.py; do name=$$(basename $$benchmark .py); \
	  $(WITH_DATABASE) $(BIN)/python -m benchmarks.$$name || failed="$$failed $$name"; done; \
	[ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

lock:
	$(COMPILE) requirements/test.in -o requirements/test.txt
	$(COMPILE) requirements/run.in -c requirements/test.txt -o requirements/run.txt
	$(COMPILE) requirements/spark.in -c requirements/test.txt -o requirements/spark.txt
	$(COMPILE) --no-annotate requirements/uv.in -o requirements/uv.txt
	npm install --package-lock-only --ignore-scripts
	@! grep -n '"resolved"' package-lock.json

clean:
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build
