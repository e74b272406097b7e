#!/bin/sh
# Runs an experiment as N shards on a Slurm cluster, and combines them when all are done:
#   experiments/slurm/submit.sh EXPERIMENT N [sbatch options]
# from the folder in which results/ is or shall be. The options, say --partition or --time, are those of both jobs.
set -eu
if [ $# -lt 2 ]; then
  echo "usage: $0 EXPERIMENT N [sbatch options]" >&2
  exit 2
fi
experiment=$1
shards=$2
shift 2
scripts=$(dirname "$0")

array=$(sbatch --parsable --array="1-$shards" "$@" "$scripts/array.sbatch" "$experiment")
array=${array%%;*} # without the cluster's name
combine=$(sbatch --parsable --dependency="afterok:$array" --kill-on-invalid-dep=yes "$@" "$scripts/combine.sbatch" "$experiment" "$shards")
echo "array $array of $shards shards, combine ${combine%%;*}"
