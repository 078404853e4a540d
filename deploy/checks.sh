#!/bin/sh
# Everything that CI checks. Usage: sh deploy/checks.sh all|quick   (quick leaves the tests out)
# All checks run, also after one failed; the tests come last, so that the last lines are theirs.
set -u
cd "$(dirname "$0")/.." || exit

PATH="$PWD/.venv/bin:$PATH"
export PATH
unset DATABASE_URL LOKAAL_DEMO LOKAAL_DEBUG DJANGO_SETTINGS_MODULE
failed=""

check() {
    name=$1
    shift
    if output=$("$@" 2>&1 </dev/null); then
        echo "ok      $name"
    else
        echo "NOT OK  $name"
        echo "$output"
        failed="$failed, $name"
    fi
}

as_in_production() {
    DATABASE_URL=postgresql://lokaal@localhost/lokaal \
        LOKAAL_SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz \
        LOKAAL_ORIGIN=https://lokaal.example LOKAAL_HOSTS=lokaal.example \
        python manage.py check --deploy --fail-level WARNING
}

check "formatting" python -m ruff format --check .
check "lint" python -m ruff check .
check "templates" python -m djlint templates --lint --quiet
check "import direction" lint-imports --no-cache
check "fonts, pictograms, translations made" python manage.py prepare --only compile_translations build_look
check "migrations complete" python manage.py makemigrations --check --dry-run
check "translations complete" python manage.py messages --check
check "fit for production" as_in_production
check "types" python -m mypy

finish() {
    [ -z "$failed" ] && exit "$1"
    echo "NOT OK: ${failed#, }"
    exit 1
}

[ "${1:-all}" = quick ] && finish 0
python -m tests.browsers
python -m pytest -n 2 --quiet </dev/null
finish $?
