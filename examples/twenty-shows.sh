#!/bin/sh
# A season of twenty shows in four halls, from January to October of a year: creates the database if there is none, and
# makes everything as the show files of examples/shows say, each show under a name and with dates of its own.
#
#   examples/twenty-shows.sh tickets.db 2031
#
# Running it again changes nothing. Takes ticket-admin from PATH, or builds it with cargo.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: $0 DATABASE YEAR" >&2
    exit 2
fi
database=$1
year=$2
examples=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

admin() {
    if command -v ticket-admin >/dev/null 2>&1; then
        ticket-admin --database "$database" "$@"
    else
        cargo run --quiet --manifest-path "$examples/../Cargo.toml" -p ticket-admin -- --database "$database" "$@"
    fi
}

# show HALL MONTH NAME: the show of the hall's file under another name, on other days.
show() {
    awk -v name="$3" '/^\[/ { table = $0 } table == "[show]" && /^name = / { $0 = "name = \"" name "\"" } { print }' \
        "$examples/shows/$1.toml" | admin apply --file - --starting "$year-$2-05"
}

if [ ! -e "$database" ]; then
    admin init --time-zone Asia/Seoul
fi

show modu-art-theater 01 "Waiting for Godot"
show modu-art-theater 02 "The Seagull"
show modu-art-theater 03 "Uncle Vanya"
show modu-art-theater 04 "Antigone"
show modu-art-theater 05 "A Doll's House"
show modu-art-theater 06 "The Lesson"
show modu-art-theater 07 "Woyzeck"
show modu-art-theater 08 "Tartuffe"
show modu-art-theater 09 "The Tempest"
show modu-art-theater 10 "Endgame"
show blue-square 01 "The Man of La Mancha"
show blue-square 03 "Rebecca"
show blue-square 05 "Hedwig"
show blue-square 06 "Wicked"
show blue-square 08 "Cats"
show blue-square 10 "Chicago"
show kspo-dome 02 "Winter Light"
show kspo-dome 06 "Summer Parade"
show kspo-dome 10 "Autumn Leaves"
show seoul-world-cup-stadium 08 "The Great Summer Concert"
admin show list
