# Commands of the course. Each does the set-up it needs; Python 3.11 to 3.13 is all it takes.
#
#   make lab            open the course; LAB="--no-browser --port 8899" passes flags to JupyterLab
#   make test           every test, as CI runs them
#   make test-fast      the same without the slow ones and nbval, and of each test a few cases
#   make kill-matrix    print which check refused which wrong answer
#   make mutants        change right answers in every single way, print what no check refuses;
#                       MUTANTS="01 07" takes two chapters, MUTANTS="--sample 500 --seed 2" a part
#   make red-team       attack the grading and print what each attack scores; STOCK=--stock compares
#   make grade-demo     grade a class of five; feedback lands in artifacts/grade-demo
#   make bench          every measurement: bench-grading compares grading with stock nbgrader,
#                       bench-chapters lists each chapter's time next to its budget
#   make course-map     draw the README's picture again, after a chapter was added
#   make links          list the addresses outside of the course, and who names them
#   make lock           resolve requirements.lock again, after a change of pyproject.toml

LAB =
MUTANTS =
STOCK =

.PHONY: lab test test-notebooks test-fast kill-matrix mutants red-team grade-demo bench bench-grading bench-chapters course-map links lock system-parts quick-checks check-types check-others

lab: .venv/ready
	@$(RUN) python -m course_utils lab $(LAB)

# As many workers as cores. What shares costly fixtures stays together (tests/conftest.py).
WORKERS = -n logical --maxprocesses 8 --no-loadscope-reorder --dist loadscope -p tests.warm_kernels
# The later chapters take longest and come first, so that no worker waits for another's last one.
NOTEBOOKS = $(shell ls -dr solutions/*/)

test: system-parts quick-checks test-notebooks
	$(RUN) python -m pytest -q $(WORKERS)

test-notebooks: .venv/ready
	$(RUN) COURSE_STATIC=1 python -m pytest -o addopts= -q $(WORKERS) --nbval \
	    --nbval-sanitize-with tests/nbval_sanitize.cfg $(NOTEBOOKS)

test-fast: quick-checks
	$(RUN) python -m pytest -q $(WORKERS) -m "not slow" --cases 2

system-parts:
	@tests/system_parts.sh

# mypy takes as long as all others together, which run beside it.
quick-checks: .venv/ready
	@$(MAKE) --no-print-directory -j 2 check-types check-others

check-types: .venv/ready
	$(RUN) mypy

check-others: .venv/ready
	$(RUN) ruff check
	$(RUN) ruff format --check
	$(RUN) lint-imports --no-logo --cache-dir .venv/import-linter
	$(RUN) python -m course_utils build --check

kill-matrix: .venv/ready
	@$(RUN) python -m tests.answer_bank

mutants: .venv/ready
	@$(RUN) python -m tests.mutants $(MUTANTS)

red-team: .venv/ready
	@$(RUN) python -m tests.red_team $(STOCK)

grade-demo: .venv/ready
	@$(RUN) python -m benchmarks.grade_demo

bench: bench-grading bench-chapters

bench-grading: .venv/ready
	@$(RUN) python -m benchmarks.grading

bench-chapters: .venv/ready
	@$(RUN) python -m benchmarks.chapters

course-map: .venv/ready
	@$(RUN) python -m course_utils.diagrams

links: .venv/ready
	@$(RUN) python -m course_utils.build.links

lock: .venv/ready
	$(RUN) uv pip compile --universal --generate-hashes --no-emit-index-url --extra test \
	    --extra cluster --python-version 3.11 pyproject.toml -o requirements.lock

include set_up.mk
