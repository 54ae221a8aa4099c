#!/usr/bin/env bash
# Kills `gleaner pretrain sample` at random moments (SIGKILL) for each method, then runs it to its end, and compares the weights, the last checkpoint (queue,
# momentum copy, predictor and optimiser included) and the metrics without the speed with those of an undisturbed run.
# Usage: benchmarks/Kills/pretrain.sh [kills] [seed]     (5 kills, seed 1)
set -euo pipefail
cd "$(dirname "$0")/../.."
kills=${1:-5}; RANDOM=${2:-1}
dotnet build -c Release src/Gleaner.Cli -v quiet -nologo > /dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for method in simclr moco simsiam byol; do
  command=(dotnet src/Gleaner.Cli/bin/Release/net10.0/Gleaner.Cli.dll pretrain sample --method $method --epochs 8 --knn-every 4 --checkpoint-minutes 0.02 --threads 1 --quiet --out)
  start=$(date +%s%3N)
  "${command[@]}" "$work/$method-whole"
  whole=$(( $(date +%s%3N) - start ))
  for kill in $(seq "$kills"); do
    after=$(( 2000 + (RANDOM * 32768 + RANDOM) % (whole / 3) ))
    "${command[@]}" "$work/$method-killed" & pid=$!
    sleep "$(printf '%d.%03d' $((after / 1000)) $((after % 1000)))"
    kill -KILL $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
  done
  steps=$(tail -n 1 "$work/$method-killed/metrics.jsonl" | sed 's/.*"step":\([0-9]*\).*/\1/')
  "${command[@]}" "$work/$method-killed"
  sums() { (cd "$work/$method-$1" && sha256sum encoder.safetensors encoder.head.safetensors "checkpoints/$(ls checkpoints | tail -n 1)"; sed 's/,"images_per_second":[^,}]*//; s/,"seconds":[^,}]*//' metrics.jsonl | sha256sum); }
  if diff <(sums whole) <(sums killed) > /dev/null; then echo "$method: same bytes after $kills kills (the last at step $steps; undisturbed $whole ms)"; else echo "$method: DIFFERENT BYTES"; diff <(sums whole) <(sums killed) || true; exit 1; fi
done
