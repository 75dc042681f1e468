#!/bin/sh
# Sets up a season: creates the database if there is none, and applies every show file of examples/shows.
#
#   examples/season.sh tickets.db [DATE]
#
# With a date, every show has its first performance on that day. Running it again changes nothing.
# Takes ticket-admin from PATH, or builds it with cargo.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 DATABASE [DATE]" >&2
    exit 2
fi
database=$1
date=${2-}
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

admin() {
    if command -v ticket-admin >/dev/null 2>&1; then
        ticket-admin --database "$database" "$@"
    else
        cargo run --quiet --manifest-path "$examples/../Cargo.toml" -p ticket-admin -- --database "$database" "$@"
    fi
}

if [ ! -e "$database" ]; then
    admin init --time-zone Asia/Seoul
fi
for file in "$examples"/shows/*.toml; do
    admin apply --file "$file" ${date:+--starting "$date"}
done
admin show list
