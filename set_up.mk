# Makes .venv with the locked packages, for the commands in the Makefile, which includes this.

PYTHONS = python3 python3.13 python3.12 python3.11 python

# Runs a command of .venv; some of them (nbgrader) look for others on the PATH.
RUN = PATH="$(CURDIR)/.venv/bin:$$PATH"
# uv as patient as pip, and with the same trust: a university's proxy may have a certificate of its own.
export UV_HTTP_TIMEOUT = 600
export UV_SYSTEM_CERTS = 1

# Set-up, in two steps: an environment with uv in it, then the locked packages and the course.
# Each leaves a stamp; the first one holds the folder's path, since an environment can't be moved.
ifneq ($(shell .venv/bin/python -c "print(open('.venv/made').read())" 2>/dev/null),$(CURDIR))
.PHONY: .venv/made
endif

.venv/made:
	@python=; no_venv=; \
	for candidate in $(PYTHONS); do \
	    $$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	        2>/dev/null || continue; \
	    if $$candidate -c 'import ensurepip, venv' 2>/dev/null; \
	        then python=$$candidate; break; else no_venv=$$candidate; fi; \
	done; \
	if [ -z "$$python" ] && [ -n "$$no_venv" ]; then \
	    echo "$$no_venv has no venv module. On Debian and Ubuntu: sudo apt install" \
	        "$$($$no_venv -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')" \
	        "; then run make again." >&2; exit 1; \
	fi; \
	if [ -z "$$python" ]; then \
	    echo "The course needs Python 3.11, 3.12 or 3.13, and none of these is one: $(PYTHONS)." \
	        "Install it (Debian and Ubuntu: sudo apt install python3 python3-venv;" \
	        "macOS: brew install python@3.13), then run make again." >&2; exit 1; \
	fi; \
	echo "Making .venv with $$($$python --version)."; \
	$$python -m venv --clear .venv
	@awk '/^[^ #]/ { wanted = /^uv==/ } wanted' requirements.lock > .venv/uv.txt
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    -r .venv/uv.txt
	@printf %s "$(CURDIR)" > $@

.venv/ready: .venv/made requirements.lock pyproject.toml
	@echo "Installing the course's packages: up to 1 GB to download, once."
	.venv/bin/uv pip install --python .venv/bin/python --require-hashes --compile-bytecode \
	    -r requirements.lock
	.venv/bin/uv pip install --python .venv/bin/python --no-build-isolation --no-deps --editable .
	@touch $@
