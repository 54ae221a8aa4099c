#!/usr/bin/env bash
# Fuzzes a reader guided by coverage: Gleaner.dll is instrumented by SharpFuzz, AFL++ changes the fixtures of the tests, and what it finds (OUT/default/crashes, OUT/default/hangs) is tried once more:
# on a busy machine some of it is none.
# Needs afl-fuzz (Debian: afl++) and sharpfuzz (dotnet tool install --global SharpFuzz.CommandLine).
# Usage: benchmarks/Fuzz/run.sh FORMAT OUT [executions]     FORMAT: npy npz safetensors csv txt pkl pt th tar parquet     (100000 executions)
set -euo pipefail
format=$1; mkdir -p "$2"; out=$(cd "$2" && pwd); executions=${3:-100000}
cd "$(dirname "$0")/../.."
bin=benchmarks/Fuzz/bin/Release/net10.0
if [ ! -e $bin/instrumented ]; then # an assembly can be instrumented once
  dotnet build -c Release benchmarks/Fuzz -v quiet -nologo
  DOTNET_ROLL_FORWARD=Major sharpfuzz $bin/Gleaner.dll
  touch $bin/instrumented
fi

seeds=$(mktemp -d) file=$(mktemp --suffix ".$format" -p "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)")
trap 'rm -rf "$seeds" "$file"' EXIT
find tests/fixtures -name "*.$format" -size -16k -exec cp {} "$seeds" \;
case $format in
  csv) printf 'path,class\n"a, ""b""\n",3\nd,7\n' > "$seeds/quoted.csv" ;;
  txt) printf '3\n-1\n7\n' > "$seeds/list.txt" ;;
  pkl) unzip -qjo tests/fixtures/embedding/pickles.zip 'read/signed*' 'read/tuple3*' -d "$seeds" ;;
  tar) for kind in ustar gnu pax; do tar --format=$kind -cf "$seeds/$kind.tar" -C tests/fixtures/embedding scalar.npy; done ;;
esac
AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 \
  afl-fuzz -i "$seeds" -o "$out" -m none -t 60000 -E "$executions" -s 1 -- dotnet $bin/Gleaner.Fuzz.dll "$file" "$format" > "$out/log" 2>&1 || { tail -n 20 "$out/log"; exit 1; }
grep -E "execs_done|execs_per_sec|corpus_count|saved_crashes|saved_hangs|edges_found|run_time" "$out/default/fuzzer_stats"
for find in "$out"/default/crashes/id* "$out"/default/hangs/id*; do
  [ -e "$find" ] || continue
  if timeout 120 dotnet $bin/Gleaner.Fuzz.dll "$file" "$format" < "$find" > "$out/again" 2>&1; then echo "not again: $find"; else echo "AGAIN: $find"; head -n 5 "$out/again"; fi
done
