#!/usr/bin/env bash
# Kills `gleaner select sample` at random moments (SIGKILL), then runs it to its end, and compares every file with an undisturbed run's.
# Usage: benchmarks/Kills/run.sh [kills] [seed]     (10 kills, seed 1). Times differ, so manifest.json, cache/*.json and report.html are left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
kills=${1:-10}; RANDOM=${2:-1}
dotnet build -c Release src/Gleaner.Cli -v quiet
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command=(dotnet src/Gleaner.Cli/bin/Release/net10.0/Gleaner.Cli.dll select sample --quiet --out)

start=$(date +%s%3N)
"${command[@]}" "$work/whole"
whole=$(( $(date +%s%3N) - start ))
echo "undisturbed: $whole ms"

# A run that goes on has less left to do, so each kill falls somewhere in a third of the whole.
for kill in $(seq "$kills"); do
  after=$(( (RANDOM * 32768 + RANDOM) % (whole / 3) ))
  "${command[@]}" "$work/killed" & pid=$!
  sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
  if kill -KILL $pid 2>/dev/null; then echo "kill $kill: after $after ms"; else echo "kill $kill: it had ended"; fi
  wait $pid 2>/dev/null || true
done
"${command[@]}" "$work/killed"

sums() { (cd "$work/$1" && find . -type f ! -name '*.json' ! -name report.html ! -name lock | sort | xargs sha256sum); }
if diff <(sums whole) <(sums killed); then echo "same bytes: $(sums whole | wc -l) files after $kills kills"; else echo "DIFFERENT BYTES"; exit 1; fi
